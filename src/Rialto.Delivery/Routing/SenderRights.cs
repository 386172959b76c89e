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
            && MaySendAs(directory, account, owner);
    }

    /// <summary>True for the account itself and for mailboxes and public folders that list it, or a group that it belongs to, in SendAs.</summary>
    public static bool MaySendAs(DirectorySnapshot directory, Account account, Recipient other) =>
        other.Id == account.Id || directory.Includes(other switch { MailboxRecipient mailbox => mailbox.SendAs, MailPublicFolder folder => folder.SendAs, _ => [] }, account);

    /// <summary>True for mailboxes and public folders that list the account, or a group that it belongs to, in SendOnBehalf: what they send names both.</summary>
    public static bool MaySendOnBehalfOf(DirectorySnapshot directory, Account account, Recipient other) =>
        directory.Includes(other switch { MailboxRecipient mailbox => mailbox.SendOnBehalf, MailPublicFolder folder => folder.SendOnBehalf, _ => [] }, account);
}
