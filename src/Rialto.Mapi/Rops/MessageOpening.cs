// [MS-OXCMSG] 2.2.3.1.2, 3.2.5.2: what opening a message answers, and its recipients' rows.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Rops;

/// <summary>Recipients and subject of an open message as its opening tells them.</summary>
internal static class MessageOpening
{
    /// <summary>Rows sent with the opening; RopReadRecipients gives the others. Few enough for the response beside others.</summary>
    private const int MaximumRows = 64;

    /// <summary>Bytes of all rows sent with the opening.</summary>
    private const int MaximumBytes = 12 * 1024;

    public static MessageSummary Describe(MessageObject message)
    {
        var columns = message.RecipientColumns = message.Recipients.Count == 0 ? [] : RecipientRows.ColumnsOf(message.Recipients.Values);
        var rows = new List<RecipientEntry>();
        var bytes = 0;
        foreach (var (rowId, recipient) in message.Recipients)
        {
            var row = RecipientRows.EntryOf(recipient, rowId, columns);
            bytes += RecipientRows.SizeOf(row, columns, message.Form);
            if (bytes > MaximumBytes || rows.Count >= MaximumRows)
                break;
            rows.Add(row);
        }
        return new MessageSummary
        {
            HasNamedProperties = message.HasNamedProperties,
            SubjectPrefix = TextOf(message, PropertyTags.SubjectPrefix) ?? "",
            NormalizedSubject = TextOf(message, PropertyTags.NormalizedSubject) ?? TextOf(message, PropertyTags.Subject) ?? "",
            RecipientCount = (ushort)Math.Min(message.Recipients.Count, ushort.MaxValue),
            RecipientColumns = columns,
            RecipientRows = [.. rows],
        };
    }

    /// <summary>Whether the user may change the message. [MS-OXCPERM] 2.2.7.</summary>
    public static bool CanEdit(MailboxSession mailbox, MessageRow row)
    {
        var rights = mailbox.RightsOn(row.Folder);
        return (rights & FolderRights.EditAny) != 0 || ((rights & FolderRights.EditOwned) != 0 && row.Creator == mailbox.Principal.Id);
    }

    /// <summary>Whether the user may read the message: everybody his own. [MS-OXCPERM] 2.2.7.</summary>
    public static bool CanRead(MailboxSession mailbox, MessageRow row) =>
        (mailbox.RightsOn(row.Folder) & FolderRights.ReadAny) != 0 || row.Creator == mailbox.Principal.Id;

    private static string? TextOf(MessageObject message, PropertyTag tag) => message.Find(tag).Reference as string;
}
