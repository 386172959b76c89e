// RFC 3463 (enhanced status codes), RFC 5321 4.2.3 (reply codes).
namespace Rialto.Delivery;

/// <summary>Why a recipient was or was not reached: one value for SMTP replies, delivery reports and the queue list.</summary>
/// <param name="Reply">SMTP reply code.</param>
/// <param name="Code">Enhanced status code.</param>
/// <param name="Text">One ASCII sentence for people.</param>
public sealed record DeliveryStatus(int Reply, string Code, string Text)
{
    public static readonly DeliveryStatus Delivered = new(250, "2.1.5", "Delivered.");
    public static readonly DeliveryStatus Expanded = new(250, "2.1.5", "Passed on to the members of the group.");
    public static readonly DeliveryStatus UnknownRecipient = new(550, "5.1.1", "There is no such recipient here.");
    public static readonly DeliveryStatus Malformed = new(501, "5.1.3", "The recipient is not a valid address.");
    public static readonly DeliveryStatus MailboxDisabled = new(550, "5.2.1", "The mailbox takes no mail.");
    public static readonly DeliveryStatus RelayDenied = new(550, "5.7.1", "Relaying denied: this server takes mail for its own recipients only.");
    public static readonly DeliveryStatus GroupNeedsLogin = new(550, "5.7.1", "The group takes mail from authenticated senders only.");
    public static readonly DeliveryStatus GroupSenderRefused = new(550, "5.7.1", "The sender may not send to this group.");
    public static readonly DeliveryStatus GroupEmpty = new(550, "5.2.4", "The group has no members that can be reached.");
    public static readonly DeliveryStatus GroupTooLarge = new(550, "5.2.4", "The group has more members than a message may have recipients.");
    public static readonly DeliveryStatus GroupTooDeep = new(550, "5.2.4", "The group's groups are nested too deeply.");
    public static readonly DeliveryStatus PublicFolderRefused = new(550, "5.7.1", "The sender may not post to this public folder.");
    public static readonly DeliveryStatus ForwardingLoop = new(554, "5.4.6", "The address is forwarded in a loop.");
    public static readonly DeliveryStatus OverQuota = new(452, "4.2.2", "The mailbox is over its quota.");
    public static readonly DeliveryStatus TooLarge = new(552, "5.3.4", "The message is larger than the mailbox takes.");
    public static readonly DeliveryStatus StorageFailure = new(451, "4.3.0", "The mailbox cannot be written at the moment.");
    public static readonly DeliveryStatus MailboxMissing = new(451, "4.3.5", "The mailbox is not there yet.");
    public static readonly DeliveryStatus RejectedByRule = new(550, "5.7.1", "The recipient's mailbox refused the message.");
    public static readonly DeliveryStatus RejectedTooLarge = new(552, "5.3.4", "The recipient's mailbox refused the message because of its size.");
    public static readonly DeliveryStatus RejectedUnreadable = new(554, "5.6.1", "The recipient's mailbox refused the message because it cannot be displayed.");
    public static readonly DeliveryStatus NotInTime = new(550, "5.4.7", "The message could not be delivered by the time that its sender asked for.");
    public static readonly DeliveryStatus Overdue = new(451, "4.4.7", "The message could not be delivered yet, and the time has passed that its sender asked for.");
    public static readonly DeliveryStatus Held = new(250, "2.0.0", "Held: the recipient is outside, and this server does not send mail out.");

    public bool IsPermanentFailure => Reply >= 500;

    public bool IsTemporaryFailure => Reply is >= 400 and < 500;

    /// <summary>The status when trying again was given up: permanent, for the same reason.</summary>
    public DeliveryStatus GivenUp() => IsTemporaryFailure
        ? new(550, GivenUpCode, Text + " Delivery was tried again and again, and given up.")
        : this;

    /// <summary>RFC 3463 3.5 (4.4.7: delivery time expired), 3.3; RFC 8689 4.2.1 (5.7.10: encryption needed).</summary>
    private string GivenUpCode => Code == OverQuota.Code ? "5.2.2" : Code is "4.7.4" or "4.7.5" ? "5.7.10" : "4.4.7";

    public override string ToString() => $"{Reply} {Code} {Text}";
}
