namespace Rialto.Delivery;

/// <summary>Recipients that wait for somebody's word: those outside of a server that sends nothing out, and those an administrator holds. Neither dropped nor reported as delivered.</summary>
public static class HeldMail
{
    /// <summary>The recipient as it waits in the queue.</summary>
    public static QueuedRecipient Hold(QueuedRecipient recipient) =>
        recipient with { NextAttemptUtcTicks = long.MaxValue, LastStatus = DeliveryStatus.Held.Text };

    /// <summary>The recipient held by the administrator.</summary>
    public static QueuedRecipient HoldByAdministrator(QueuedRecipient recipient) =>
        recipient with { NextAttemptUtcTicks = long.MaxValue, LastStatus = "Held by the administrator." };

    /// <summary>The recipient, due at once.</summary>
    public static QueuedRecipient Release(QueuedRecipient recipient) =>
        recipient with { NextAttemptUtcTicks = 0, LastStatus = IsHeld(recipient) ? null : recipient.LastStatus };

    /// <summary>Whether it waits because this server, or an earlier version of it, sent nothing out.</summary>
    public static bool IsForOutside(QueuedRecipient recipient) => IsHeld(recipient) && recipient.LastStatus?.StartsWith("Held: the recipient is outside", StringComparison.Ordinal) == true;

    public static bool IsHeld(QueuedRecipient recipient) => recipient.NextAttemptUtcTicks == long.MaxValue;

    /// <summary>How it stands with a recipient, for the queue list.</summary>
    public static string Describe(QueuedRecipient recipient, DateTimeOffset now)
    {
        if (IsHeld(recipient)) return recipient.LastStatus ?? DeliveryStatus.Held.Text;
        if (recipient.Attempts == 0 && recipient.LastStatus is null && recipient.NextAttemptUtcTicks > now.UtcTicks)
            return $"Waits for its time, as the sender wanted: {new DateTimeOffset(Math.Min(recipient.NextAttemptUtcTicks, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero).ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture)}.";
        if (recipient.Attempts == 0 || recipient.LastStatus is null) return "Waiting for delivery.";
        var next = new DateTimeOffset(Math.Clamp(recipient.NextAttemptUtcTicks, 0, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);
        var when = next <= now ? "now" : next.ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture);
        return $"{recipient.LastStatus} Next attempt: {when} (after {recipient.Attempts}).";
    }
}
