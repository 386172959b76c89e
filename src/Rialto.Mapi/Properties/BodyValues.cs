// [MS-OXBBODY] 2.1: bodies in the forms that clients ask for; [MS-OXCMSG] 2.2.1.58 body properties.
using System.Text;
using Rialto.Mapi.Objects;
using Rialto.Model;

namespace Rialto.Mapi.Properties;

/// <summary>Body properties that a message does not hold in the form asked for, but that follow from those it holds.</summary>
internal static class BodyValues
{
    private const int Utf8 = 65001;

    private const int Rtf = 2;

    /// <summary>The forms of one body: setting one of them by itself makes the others say something old.</summary>
    public static readonly ushort[] Bodies = [PropertyIds.Body, PropertyIds.RtfCompressed, PropertyIds.Html];

    public static bool IsBody(ushort id) => id is PropertyIds.Body or PropertyIds.RtfCompressed or PropertyIds.Html;

    /// <summary>The value in a form that its property has two of: PidTagHtml is binary, PidTagBodyHtml the same id as a string.</summary>
    public static PropertyValue As(PropertyMessage message, PropertyValue value, PropertyTag asked)
    {
        if (asked.Id != PropertyIds.Html)
            return value;
        return (asked.Type, value.Reference) switch
        {
            (PropertyType.String or PropertyType.String8, byte[] bytes) => PropertyValue.Of(asked, EncodingOf(message).GetString(bytes)),
            (PropertyType.Binary, string text) => PropertyValue.Of(asked, EncodingOf(message).GetBytes(text)),
            _ => value,
        };
    }

    /// <summary>What a property is when the message has no value for it: absent, but for those that always follow.</summary>
    public static PropertyValue Compute(PropertyMessage message, PropertyTag asked) => asked.Id switch
    {
        PropertyIds.MessageSize => CellValues.Size(asked, SizeOf(message)),
        PropertyIds.HasAttachments => PropertyValue.Of(PropertyTags.HasAttachments, message.Attachments.Count > 0),
        PropertyIds.ObjectType => PropertyValue.Of(PropertyTags.ObjectType, 5),
        PropertyIds.NativeBody => PropertyValue.Of(PropertyTags.NativeBody, NativeBody(message)),
        // The other forms are made of it, so that they say the same. [MS-OXCMSG] 2.2.1.58.5.
        PropertyIds.RtfInSync when NativeBody(message) == Rtf => PropertyValue.Of(PropertyTags.RtfInSync, true),
        _ => default,
    };

    /// <summary>An open message with the recipients and attachments that it has now.</summary>
    public static long SizeOf(MessageObject message)
    {
        var size = message.Content.Properties.Sum(PropertySize.Of) + message.Recipients.Values.Sum(r => r.Properties.Sum(PropertySize.Of));
        foreach (var attachment in message.Attachments.Values)
            size += attachment.Properties.Sum(PropertySize.Of) + (attachment.Embedded is { } embedded ? SizeOf(embedded) : 0);
        return size;
    }

    public static long SizeOf(PropertyMessage message)
    {
        var size = message.Properties.Sum(PropertySize.Of) + message.Recipients.Sum(r => r.Properties.Sum(PropertySize.Of));
        foreach (var attachment in message.Attachments)
            size += attachment.Properties.Sum(PropertySize.Of) + (attachment.Embedded is { } embedded ? SizeOf(embedded) : 0);
        return size;
    }

    /// <summary>Which body is the original one: plain 1, RTF 2, HTML 3; 0 where there is none. [MS-OXCMSG] 2.2.1.58.2.</summary>
    private static int NativeBody(PropertyMessage message) => message.Properties.TryGet(PropertyIds.Html, out _) ? 3
        : message.Properties.TryGet(PropertyIds.RtfCompressed, out _) ? Rtf
        : message.Properties.TryGet(PropertyIds.Body, out _) ? 1 : 0;

    private static Encoding EncodingOf(PropertyMessage message)
    {
        var codePage = message.Properties.GetInt32(PropertyTags.InternetCodepage, Utf8);
        try
        {
            return Encoding.GetEncoding(codePage);
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException)
        {
            return Encoding.UTF8;
        }
    }
}
