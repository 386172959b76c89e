// [MS-OXCMSG] 2.2.3.1.2, 3.2.5.2: what opening a message answers, and its recipients' rows.
using Rialto.Mapi.Objects;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Recipients and subject of an open message as its opening tells them.</summary>
internal static class MessageOpening
{
    /// <summary>Rows sent with the opening; RopReadRecipients gives the others. Few enough for the response beside others.</summary>
    private const int MaximumRows = 64;

    /// <summary>Bytes of all rows sent with the opening.</summary>
    private const int MaximumBytes = 12 * 1024;

    /// <summary>Properties beside those that a recipient row has fields for.</summary>
    public static readonly PropertyTag[] RecipientColumns =
    [
        PropertyTags.EntryId, PropertyTags.ObjectType, PropertyTags.DisplayType, PropertyTags.SmtpAddress, PropertyTags.RecipientDisplayName,
        PropertyTags.RecipientEntryId, PropertyTags.RecipientFlags, PropertyTags.RecipientTrackStatus,
    ];

    public static MessageSummary Describe(MessageObject message)
    {
        var recipients = message.Content.Recipients;
        var rows = new List<RecipientEntry>();
        var bytes = 0;
        for (var i = 0; i < recipients.Count && rows.Count < MaximumRows; i++)
        {
            var row = EntryOf(recipients[i], (uint)i);
            bytes += SizeOf(row, message.Form);
            if (bytes > MaximumBytes)
                break;
            rows.Add(row);
        }
        return new MessageSummary
        {
            HasNamedProperties = message.Content.NamedProperties.Count > 0 || HasNamed(message.Content.Properties),
            SubjectPrefix = TextOf(message, PropertyTags.SubjectPrefix) ?? "",
            NormalizedSubject = TextOf(message, PropertyTags.NormalizedSubject) ?? TextOf(message, PropertyTags.Subject) ?? "",
            RecipientCount = (ushort)Math.Min(recipients.Count, ushort.MaxValue),
            RecipientColumns = RecipientColumns,
            RecipientRows = [.. rows],
        };
    }

    public static RecipientEntry EntryOf(PropertyRecipient recipient, uint rowId) => new()
    {
        RowId = rowId,
        RecipientType = (byte)recipient.Properties.GetInt32(PropertyTags.RecipientType, 1),
        Row = RecipientRow.From(recipient.Properties, RecipientColumns),
    };

    /// <summary>Bytes of a ReadRecipientRow, which is the larger form.</summary>
    public static int SizeOf(RecipientEntry row, ValueForm form)
    {
        var sizer = new WireSizer();
        RecipientEntry.Read(ref sizer, ref row, RecipientColumns, form);
        return sizer.Position;
    }

    private static bool HasNamed(PropertyBag properties) => properties.Count > 0 && properties.Span[^1].Tag.IsNamed;

    private static string? TextOf(MessageObject message, PropertyTag tag) => message.Find(tag).Reference as string;
}
