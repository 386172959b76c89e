// RFC 6409 6.1: a submission server may refuse senders that are not the submitter's own.
using Rialto.Directory;

namespace Rialto.Delivery;

/// <summary>Whose addresses an account may send from.</summary>
public static class SenderRights
{
    /// <summary>True for the account's own addresses (aliases and plus-addressing included), and those of mailboxes and groups that list it in SendAs. The null sender is everybody's.</summary>
    public static bool MaySendAs(DirectorySnapshot directory, Account account, string sender)
    {
        if (sender.Length == 0) return true;
        var resolution = directory.ResolveAddress(sender);
        return resolution.Status == AddressStatus.Found && resolution.Recipient is { } owner
            && (owner.Id == account.Id || (owner is MailboxRecipient mailbox && directory.Includes(mailbox.SendAs, account)));
    }

    /// <summary>True for the account itself and for mailboxes that list it, or a group that it belongs to, in SendAs.</summary>
    public static bool MaySendAs(DirectorySnapshot directory, Account account, Recipient other) =>
        other.Id == account.Id || (other is MailboxRecipient mailbox && directory.Includes(mailbox.SendAs, account));

    /// <summary>True for mailboxes that list the account, or a group that it belongs to, in SendOnBehalf: what they send names both.</summary>
    public static bool MaySendOnBehalfOf(DirectorySnapshot directory, Account account, Recipient other) =>
        other is MailboxRecipient mailbox && directory.Includes(mailbox.SendOnBehalf, account);
}
