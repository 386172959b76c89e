// RFC 5321 4.5.4.1; RFC 2852 4.1.3 (what becomes of a message at its deliver-by-time).
namespace Rialto.Delivery;

/// <summary>When a recipient is tried again, and when not any more.</summary>
internal static class RetrySchedule
{
    /// <summary>The recipient after an attempt that failed for now.</summary>
    public static QueuedRecipient Next(QueuedMessage message, QueuedRecipient recipient, DeliveryStatus status, DateTimeOffset now, DeliveryOptions options) => recipient with
    {
        Attempts = recipient.Attempts + 1,
        NextAttemptUtcTicks = NotPast(message, now, (now + WaitAfter(recipient.Attempts, options)).UtcTicks),
        LastStatus = status.ToString(),
    };

    /// <summary>A time to try again, or the deliver-by-time where that comes before: something is to be told then.</summary>
    public static long NotPast(QueuedMessage message, DateTimeOffset now, long next) =>
        message.DeliverBy is { } by && by.UtcTicks > now.UtcTicks ? Math.Min(next, by.UtcTicks) : next;

    /// <summary>
    /// Whether the sender is to be told now that the deliver-by-time has passed and the message is tried on: at the first attempt after it, for an attempt before it never sets the next one
    /// later than it. Of what came too late already, whoever had it then has told.
    /// </summary>
    public static bool IsOverdueReportDue(QueuedMessage message, QueuedRecipient recipient, DateTimeOffset now) =>
        message.DeliverBy is { Returns: false } by && by.UtcTicks > message.ReceivedUtcTicks && now.UtcTicks >= by.UtcTicks && recipient.NextAttemptUtcTicks <= by.UtcTicks
        && (recipient.Notify is null || Notify.Wants(recipient, "DELAY"));

    public static bool IsExpired(QueuedMessage message, DateTimeOffset now, DeliveryOptions options) =>
        now.UtcTicks - message.ReceivedUtcTicks >= options.GiveUpAfter.Ticks;

    /// <summary>
    /// Whether this attempt is the first one later than the time to report a delay. Only the number of attempts is kept, so the time of the one before is taken back by the schedule.
    /// </summary>
    public static bool IsDelayReportDue(QueuedMessage message, QueuedRecipient recipient, DateTimeOffset now, DeliveryOptions options)
    {
        var due = message.ReceivedUtcTicks + options.DelayReportAfter.Ticks;
        if (now.UtcTicks < due) return false;
        return recipient.Attempts == 0 || recipient.NextAttemptUtcTicks - WaitAfter(recipient.Attempts - 1, options).Ticks < due;
    }

    private static TimeSpan WaitAfter(int attempts, DeliveryOptions options) =>
        options.RetryWaits.Count == 0 ? TimeSpan.FromMinutes(15) : options.RetryWaits[Math.Min(Math.Max(attempts, 0), options.RetryWaits.Count - 1)];
}
