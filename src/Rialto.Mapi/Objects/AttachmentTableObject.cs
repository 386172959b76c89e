// [MS-OXCMSG] 2.2.3.17, 3.2.5.17: the attachments of an open message, those saved into it since included.
using Rialto.Mapi.Properties;
using Rialto.Model;

namespace Rialto.Mapi.Objects;

/// <summary>An attachment and its number.</summary>
internal sealed record AttachmentRow(int Number, PropertyAttachment Attachment);

/// <summary>The attachments of a message.</summary>
internal sealed class AttachmentTableObject(MessageObject message) : ListTableObject<AttachmentRow>(message.Logon)
{
    private static readonly PropertyTag[] s_columns =
    [
        PropertyTags.AttachNumber, PropertyTags.AttachSize, PropertyTags.AttachMethod, PropertyTags.RecordKey, PropertyTags.RenderingPosition,
        PropertyTags.AttachFilename, PropertyTags.AttachLongFilename, PropertyTags.AttachExtension, PropertyTags.AttachMimeTag, PropertyTags.DisplayName,
        PropertyTags.AttachContentId, PropertyTags.AttachFlags, PropertyTags.AttachmentHidden, PropertyTags.ObjectType,
    ];

    public override PropertyTag[] AllColumns => s_columns;

    protected override object Version => message.AttachmentsVersion;

    protected override IEnumerable<AttachmentRow> Rows => message.Attachments.Select(a => new AttachmentRow(a.Key, a.Value));

    protected override object KeyOf(AttachmentRow row) => row.Number;

    protected override PropertyValue Find(AttachmentRow row, PropertyTag tag) => AttachmentValues.Find(row.Attachment, row.Number, tag);
}
