// RFC 9208 3.2 quota roots, 5.1 STORAGE.
using System.Text;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap;

/// <summary>Each store is one quota root: the user's own is named "", another's "Other Users/alias", the public folders' "Public Folders".</summary>
internal static class QuotaRoot
{
    public static string NameOf(ImapSession session, MailboxSession mailbox)
    {
        if (mailbox.MailboxId == session.Mailbox.MailboxId)
            return "";
        return mailbox.Header.IsPublic ? Namespaces.PublicFolders : $"{Namespaces.OtherUsers}/{session.Protocol.Directory?.Current.FindByMailbox(mailbox.MailboxId)?.Alias}";
    }

    /// <summary>The store of that name, where the user may ask for it: those whose folders the user sees.</summary>
    public static async ValueTask<MailboxSession?> FindAsync(ImapSession session, string name, CancellationToken cancel)
    {
        if (name.Length == 0)
            return session.Mailbox;
        return Namespaces.IsShared(name) && await session.Namespaces.ResolveAsync(name, cancel) is { } names && names.Prefix.Equals(name, StringComparison.OrdinalIgnoreCase)
            && (names.Mailbox.Principal.IsAdministrator || names.All().Count > 0) ? names.Mailbox : null;
    }

    /// <summary>quota-response, in units of 1,024 octets; without a limit there is no resource to tell of.</summary>
    public static void Write(ImapWriter writer, string name, MailboxSession mailbox)
    {
        var (used, limit) = mailbox.Quota;
        writer.Raw("* QUOTA "u8);
        writer.String(Encoding.UTF8.GetBytes(name));
        writer.Raw(" ("u8);
        if (limit > 0 && limit < long.MaxValue)
        {
            writer.Raw("STORAGE "u8);
            writer.Number((used + 1023) / 1024);
            writer.Raw(" "u8);
            writer.Number(limit / 1024);
        }
        writer.Raw(")\r\n"u8);
    }
}
