// RFC 5321 4.5.4.1.
namespace Rialto.Delivery;

/// <summary>When a recipient is tried again, and when not any more.</summary>
internal static class RetrySchedule
{
    /// <summary>The recipient after an attempt that failed for now.</summary>
    public static QueuedRecipient Next(QueuedRecipient recipient, DeliveryStatus status, DateTimeOffset now, DeliveryOptions options) => recipient with
    {
        Attempts = recipient.Attempts + 1,
        NextAttemptUtcTicks = (now + WaitAfter(recipient.Attempts, options)).UtcTicks,
        LastStatus = status.ToString(),
    };

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
