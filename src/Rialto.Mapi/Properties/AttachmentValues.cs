// [MS-OXCMSG] 2.2.2 attachment properties.
using Rialto.Model;

namespace Rialto.Mapi.Properties;

/// <summary>An attachment as properties.</summary>
internal static class AttachmentValues
{
    private const int ObjectTypeAttachment = 7;

    public static PropertyValue Find(PropertyAttachment attachment, int number, PropertyTag tag)
    {
        switch (tag.Id)
        {
            case PropertyIds.AttachNumber:
                return PropertyValue.Of(PropertyTags.AttachNumber, number);
            case PropertyIds.RecordKey or PropertyIds.InstanceKey:
                return PropertyValue.Of(new PropertyTag(tag.Id, PropertyType.Binary), BitConverter.GetBytes(number));
            case PropertyIds.AttachSize:
                var size = attachment.Properties.Sum(PropertySize.Of) + (attachment.Embedded is { } embedded ? BodyValues.SizeOf(embedded) : 0);
                return PropertyValue.Of(PropertyTags.AttachSize, (int)Math.Min(int.MaxValue, size));
            case PropertyIds.ObjectType:
                return PropertyValue.Of(PropertyTags.ObjectType, ObjectTypeAttachment);
            case PropertyIds.AccessLevel:
                return PropertyValue.Of(PropertyTags.AccessLevel, 0);
            case PropertyIds.AttachDataObject when attachment.Embedded is not null:
                // Opened, never sent as a value.
                return PropertyValue.Of(PropertyTags.AttachDataObject, Array.Empty<byte>());
            default:
                return attachment.Properties.Get(tag);
        }
    }
}
