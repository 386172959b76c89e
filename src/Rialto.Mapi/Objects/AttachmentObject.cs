using Rialto.Mapi.Properties;
using Rialto.Model;

namespace Rialto.Mapi.Objects;

/// <summary>An attachment opened for reading.</summary>
internal sealed class AttachmentObject(MessageObject message, PropertyAttachment attachment, int number) : PropertyObject(message.Logon)
{
    public MessageObject Message { get; } = message;

    public PropertyAttachment Attachment { get; } = attachment;

    public override IEnumerable<PropertyTag> Tags
    {
        get
        {
            yield return PropertyTags.AttachNumber;
            yield return PropertyTags.AttachSize;
            yield return PropertyTags.RecordKey;
            foreach (var value in Attachment.Properties)
            {
                if (value.Tag.Id is not (PropertyIds.AttachNumber or PropertyIds.AttachSize or PropertyIds.RecordKey))
                    yield return value.Tag;
            }
            if (Attachment.Embedded is not null)
                yield return PropertyTags.AttachDataObject;
        }
    }

    public override PropertyValue Find(PropertyTag tag) => AttachmentValues.Find(Attachment, number, tag);
}
