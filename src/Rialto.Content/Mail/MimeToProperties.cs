// [MS-OXCMAIL] 2.2.3: MIME to Message object; [MS-OXOSMIME] 2.1.3: S/MIME stays whole in one attachment.
using System.Text;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>Bounds of a conversion.</summary>
public sealed record MimeToPropertiesOptions
{
    public static MimeToPropertiesOptions Default { get; } = new();

    /// <summary>Messages in messages that become embedded messages; deeper ones become attachments by value, as MAPI clients open a few levels at most.</summary>
    public int MaxEmbeddedDepth { get; init; } = 20;

    /// <summary>Recipients taken over; the rest stays in the header text. Clients read all rows at once.</summary>
    public int MaxRecipients { get; init; } = 10_000;
}

/// <summary>
/// Mail as properties. Depends on nothing but the message's bytes, so that each conversion of the same message gives the same values.
/// Properties that the mailbox gives (times of delivery, ids, flags) are not among them.
/// </summary>
public static class MimeToProperties
{
    /// <summary>The version of this conversion; it goes up when values of the same input change.</summary>
    public const int Version = 2;

    public static PropertyMessage Convert(MimeMessage message, MimeToPropertiesOptions? options = null) =>
        Convert(message.Root, options ?? MimeToPropertiesOptions.Default, 0);

    private static PropertyMessage Convert(MimePart message, MimeToPropertiesOptions options, int depth)
    {
        var facts = MessageFacts.Of(message);
        var result = new PropertyMessage { Properties = new PropertyBag(64) };
        MimeHeaderProperties.Set(message, facts, result);
        MimeRecipients.Add(facts, options.MaxRecipients, result);
        MimeBodyProperties.Set(facts.Content, result.Properties);
        AddAttachments(message, facts, options, depth, result);
        if (facts.Carried is { } carried)
            TnefCarrier.Merge(carried.Tnef.Message, result);
        result.Properties.Set(PropertyValue.Of(PropertyTags.HasAttachments, facts.HasAttachments));
        return result;
    }

    private static void AddAttachments(MimePart message, MessageFacts facts, MimeToPropertiesOptions options, int depth, PropertyMessage result)
    {
        if (facts.MessageClass == "IPM.Note.SMIME.MultipartSigned")
        {
            result.Attachments.Add(SecureMime("multipart/signed", Entity(message), result));
            return;
        }
        if (facts.MessageClass == "IPM.Note.SMIME")
        {
            result.Attachments.Add(SecureMime("application/pkcs7-mime", TransferDecoder.Decode(message.Encoding, message.RawBody), result));
            return;
        }
        foreach (var attachment in facts.Content.Attachments)
        {
            if (attachment != facts.Carried?.Attachment)
                result.Attachments.Add(Attachment(attachment, options, depth, result));
        }
        foreach (var file in UuencodedAttachments.Of(facts.Content))
            result.Attachments.Add(ByValue(file.Name, "application/octet-stream", file.Data, result.Attachments.Count));
    }

    /// <summary>[MS-OXOSMIME] 2.1.3.1: the entity with the header fields that belong to its content, byte for byte what was signed.</summary>
    private static byte[] Entity(MimePart message)
    {
        var bytes = message.Message.Bytes.Span;
        using var stream = new MemoryStream();
        foreach (ref readonly var field in message.Headers)
        {
            if (Ascii.EqualsIgnoreCase(message.Name(field)[..Math.Min(8, field.NameLength)], "Content-"u8) && field.Id != MimeHeaderId.ContentClass)
                stream.Write(bytes[field.Offset..field.End]);
        }
        stream.Write("\r\n"u8);
        stream.Write(message.RawBody);
        return stream.ToArray();
    }

    private static PropertyAttachment SecureMime(string mimeTag, byte[] data, PropertyMessage message)
    {
        var attachment = ByValue("smime.p7m", mimeTag, data, message.Attachments.Count);
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachmentHidden, false));
        return attachment;
    }

    private static PropertyAttachment Attachment(MimeAttachment source, MimeToPropertiesOptions options, int depth, PropertyMessage message)
    {
        var part = source.Part;
        var number = message.Attachments.Count;
        var embedded = depth < options.MaxEmbeddedDepth ? EmbeddedOf(part) : null;
        PropertyAttachment attachment;
        if (embedded is not null)
        {
            attachment = new PropertyAttachment { Embedded = Convert(embedded, options, depth + 1) };
            Adopt(attachment.Embedded, message);
            var subject = attachment.Embedded.Properties.GetString(PropertyTags.Subject);
            var name = MimeContent.FileName(part) is { Length: > 0 } given ? given : string.IsNullOrEmpty(subject) ? AttachmentNames.Generate(number, ".eml") : subject;
            AttachmentNames.Set(attachment.Properties, name, isFile: false);
            attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachMethod, 5));
            attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachSize, part.BodyLength));
            attachment.Properties.Set(PropertyValue.Of(PropertyTags.RenderingPosition, -1));
            attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachNumber, number));
        }
        else
        {
            var name = MimeContent.FileName(part);
            if (name.Length == 0)
                name = AttachmentNames.Generate(number, AttachmentNames.ExtensionOf(part.Type, part.Subtype));
            attachment = ByValue(name, part.Type + "/" + part.Subtype, TransferDecoder.Decode(part.Encoding, part.RawBody), number);
        }
        var bag = attachment.Properties;
        SetIfAny(bag, PropertyTags.AttachContentId, MimeContent.ContentId(part));
        SetIfAny(bag, PropertyTags.AttachContentLocation, MessageFacts.Text(part, MimeHeaderId.ContentLocation));
        SetIfAny(bag, PropertyTags.AttachContentBase, MessageFacts.Text(part, MimeHeaderId.ContentBase));
        if (part.IsText && MimeParameters.Parse(part.RawValue(MimeHeaderId.ContentType)).Get("charset") is { Length: > 0 } charset)
            bag.Set(PropertyValue.Of(PropertyTags.TextAttachmentCharset, charset));
        // attRenderedInBody, [MS-OXCMSG] 2.2.2.18.
        bag.Set(PropertyValue.Of(PropertyTags.AttachFlags, source.IsInline ? 4 : 0));
        bag.Set(PropertyValue.Of(PropertyTags.AttachmentHidden, source.IsInline));
        return attachment;
    }

    private static MimePart? EmbeddedOf(MimePart part)
    {
        if (part.Embedded is null)
            return null;
        // RFC 2046 5.2.1 forbids to encode a message; some do.
        return part.Encoding is MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable
            ? MimeMessage.Parse(TransferDecoder.Decode(part.Encoding, part.RawBody)).Root
            : part.Embedded;
    }

    /// <summary>An embedded message's names join those of the message around it: this conversion gives a name the same id everywhere.</summary>
    private static void Adopt(PropertyMessage embedded, PropertyMessage message)
    {
        foreach (var (id, name) in embedded.NamedProperties)
            message.NamedProperties[id] = name;
    }

    private static PropertyAttachment ByValue(string name, string mimeTag, byte[] data, int number)
    {
        var attachment = new PropertyAttachment();
        var bag = attachment.Properties;
        AttachmentNames.Set(bag, name, isFile: true);
        bag.Set(PropertyValue.Of(PropertyTags.AttachMethod, 1));
        bag.Set(PropertyValue.Of(PropertyTags.AttachMimeTag, mimeTag));
        bag.Set(PropertyValue.Of(PropertyTags.AttachDataBinary, data));
        bag.Set(PropertyValue.Of(PropertyTags.AttachSize, data.Length));
        bag.Set(PropertyValue.Of(PropertyTags.RenderingPosition, -1));
        bag.Set(PropertyValue.Of(PropertyTags.AttachNumber, number));
        return attachment;
    }

    internal static void SetIfAny(PropertyBag bag, PropertyTag tag, string value)
    {
        if (value.Length > 0)
            bag.Set(PropertyValue.Of(tag, value));
    }
}
