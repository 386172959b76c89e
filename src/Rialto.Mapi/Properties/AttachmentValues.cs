// [MS-OXCMSG] 2.2.2 attachment properties.
using Rialto.Model;

namespace Rialto.Mapi.Properties;

/// <summary>An attachment as properties.</summary>
internal static class AttachmentValues
{
    private const int ObjectTypeAttachment = 7;

    public static readonly PropertyTag[] Tags =
    [
        PropertyTags.AttachNumber, PropertyTags.AttachSize, PropertyTags.RecordKey, PropertyTags.ObjectType, PropertyTags.AccessLevel,
    ];

    /// <summary>2.2.2: those that the client may not set.</summary>
    public static bool IsReadOnly(ushort id) => id is PropertyIds.AttachNumber or PropertyIds.AttachSize or PropertyIds.RecordKey or PropertyIds.InstanceKey
        or PropertyIds.ObjectType or PropertyIds.AccessLevel or PropertyIds.Access;

    public static PropertyValue Find(PropertyAttachment attachment, int number, PropertyTag tag)
    {
        switch (tag.Id)
        {
            case PropertyIds.AttachNumber:
                return PropertyValue.Of(PropertyTags.AttachNumber, number);
            case PropertyIds.RecordKey or PropertyIds.InstanceKey:
                return PropertyValue.Of(new PropertyTag(tag.Id, PropertyType.Binary), BitConverter.GetBytes(number));
            case PropertyIds.AttachSize:
                return PropertyValue.Of(PropertyTags.AttachSize, (int)Math.Min(int.MaxValue, SizeOf(attachment)));
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

    /// <summary>The data, its names and an embedded message; values of fixed size count nothing: a new attachment has 0, as Exchange 2013 and later have it. 3.2.5.13.</summary>
    private static long SizeOf(PropertyAttachment attachment)
    {
        long size = 0;
        foreach (ref readonly var value in attachment.Properties.Span)
            size += value.Reference is null ? 0 : PropertySize.Of(value);
        return size + (attachment.Embedded is { } embedded ? BodyValues.SizeOf(embedded) : 0);
    }
}
