// RFC 3461 4.1.
namespace Rialto.Delivery;

/// <summary>What the sender wants to hear of a recipient.</summary>
internal static class Notify
{
    public static bool Wants(QueuedRecipient recipient, string what) => recipient.Notify is { } notify && notify.Contains(what, StringComparison.OrdinalIgnoreCase);

    /// <summary>Without NOTIFY, failures are reported.</summary>
    public static bool WantsFailure(QueuedRecipient recipient) => recipient.Notify is null || Wants(recipient, "FAILURE");
}
