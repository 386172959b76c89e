// [MS-OXCPRPT] 2.2.5, [MS-OXCDATA] 2.9, 2.11.1; the ranges are those of [MS-OXCMSG] 2.2.1, 2.2.2.
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Properties;

/// <summary>What may be set as a property at all, whatever the object.</summary>
internal static class PropertyRules
{
    private const int MaximumClassLength = 255;

    /// <summary>Success, or why the value cannot be one. Any id that is not known here is kept as it is, in whatever type.</summary>
    public static ErrorCode Check(MailboxSession mailbox, PropertyValue value)
    {
        var tag = value.Tag;
        if (tag.Id is 0 or ushort.MaxValue)
            return ErrorCode.InvalidParameter;
        if (tag.Type is PropertyType.Unspecified or PropertyType.Null or PropertyType.ErrorCode || (tag.Type & PropertyType.MultipleInstance) != 0)
            return ErrorCode.UnexpectedType;
        // An id that stands for no name means nothing and would be lost with the mailbox's map.
        if (tag.IsNamed)
            return mailbox.GetPropertyName(tag.Id) is null ? ErrorCode.InvalidParameter : ErrorCode.Success;
        if (!IsOwnType(tag))
            return ErrorCode.UnexpectedType;
        return tag.Id switch
        {
            PropertyIds.Importance when value.AsInt32() is < 0 or > 2 => ErrorCode.InvalidParameter,
            PropertyIds.Sensitivity when value.AsInt32() is < 0 or > 3 => ErrorCode.InvalidParameter,
            PropertyIds.MessageClass when !IsClass(value.AsString()) => ErrorCode.InvalidParameter,
            _ => ErrorCode.Success,
        };
    }

    /// <summary>The one type that an object holds the property in: strings of a code page as Unicode ones. [MS-OXCDATA] 2.11.1.2.</summary>
    public static PropertyValue Normalise(PropertyValue value) => value.Type switch
    {
        PropertyType.String8 => value.WithTag(value.Tag.WithType(PropertyType.String)),
        PropertyType.MultipleString8 => value.WithTag(value.Tag.WithType(PropertyType.MultipleString)),
        _ => value,
    };

    /// <summary>Properties that the server itself reads must come in their type; the others are the client's business.</summary>
    private static bool IsOwnType(PropertyTag tag)
    {
        switch (tag.Id)
        {
            case PropertyIds.Html:
                return tag.Type is PropertyType.Binary or PropertyType.String or PropertyType.String8;
            case PropertyIds.AttachDataBinary:
                return tag.Type is PropertyType.Binary or PropertyType.Object;
            case PropertyIds.Subject or PropertyIds.SubjectPrefix or PropertyIds.NormalizedSubject or PropertyIds.Body or PropertyIds.MessageClass
                or PropertyIds.ConversationTopic or PropertyIds.DisplayName or PropertyIds.Comment or PropertyIds.ContainerClass or PropertyIds.InternetMessageId
                or PropertyIds.SentRepresentingName or PropertyIds.SenderName or PropertyIds.AttachFilename or PropertyIds.AttachLongFilename:
                return tag.Type is PropertyType.String or PropertyType.String8;
            case PropertyIds.Importance or PropertyIds.Sensitivity or PropertyIds.Priority or PropertyIds.MessageFlags or PropertyIds.FlagStatus
                or PropertyIds.LastVerbExecuted or PropertyIds.AttachMethod or PropertyIds.RenderingPosition or PropertyIds.InternetCodepage:
                return tag.Type is PropertyType.Integer32;
            case PropertyIds.RtfCompressed or PropertyIds.ConversationIndex:
                return tag.Type is PropertyType.Binary;
            case PropertyIds.ClientSubmitTime or PropertyIds.MessageDeliveryTime:
                return tag.Type is PropertyType.Time;
            case PropertyIds.ReadReceiptRequested or PropertyIds.AttributeHidden:
                return tag.Type is PropertyType.Boolean;
            default:
                return true;
        }
    }

    /// <summary>[MS-OXCMSG] 2.2.1.3: 1 to 255 printable ASCII characters, no period at the end.</summary>
    private static bool IsClass(string messageClass)
    {
        if (messageClass.Length is 0 or > MaximumClassLength || messageClass.EndsWith('.'))
            return false;
        foreach (var c in messageClass)
        {
            if (c is < ' ' or > '\x7F')
                return false;
        }
        return true;
    }
}
