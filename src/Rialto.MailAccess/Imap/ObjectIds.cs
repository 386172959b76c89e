// RFC 8474 4, 5: MAILBOXID, EMAILID, THREADID.
using System.Globalization;
using Rialto.Store;

namespace Rialto.MailAccess.Imap;

/// <summary>Names that stay: of a folder wherever it is moved, of bytes whatever message holds them, of a conversation.</summary>
internal static class ObjectIds
{
    public static string OfMailbox(MailboxSession mailbox, FolderId folder) => string.Create(CultureInfo.InvariantCulture, $"F{mailbox.MailboxId:N}-{folder.Value:x}");

    /// <summary>Copies share the bytes of what they were copied from; a message that is given new content has new ones.</summary>
    public static string OfContent(MessageRow row) => string.Create(CultureInfo.InvariantCulture, $"M{row.Mime.Key:x}-{row.Mime.Length:x}");

    public static string OfThread(Guid conversation) => $"T{conversation:N}";
}
