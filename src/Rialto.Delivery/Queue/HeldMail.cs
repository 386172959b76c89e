namespace Rialto.Delivery;

/// <summary>Recipients outside: kept durably until outbound delivery exists, neither dropped nor reported as delivered.</summary>
public static class HeldMail
{
    /// <summary>The recipient as it waits in the queue.</summary>
    public static QueuedRecipient Hold(QueuedRecipient recipient) =>
        recipient with { NextAttemptUtcTicks = long.MaxValue, LastStatus = DeliveryStatus.Held.Text };

    public static bool IsHeld(QueuedRecipient recipient) => recipient.NextAttemptUtcTicks == long.MaxValue;

    /// <summary>How it stands with a recipient, for the queue list.</summary>
    public static string Describe(QueuedRecipient recipient, DateTimeOffset now)
    {
        if (IsHeld(recipient)) return recipient.LastStatus ?? DeliveryStatus.Held.Text;
        if (recipient.Attempts == 0 || recipient.LastStatus is null) return "Waiting for delivery.";
        var next = new DateTimeOffset(Math.Clamp(recipient.NextAttemptUtcTicks, 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
        var when = next <= now ? "now" : next.ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture);
        return $"{recipient.LastStatus} Next attempt: {when} (after {recipient.Attempts}).";
    }
}
