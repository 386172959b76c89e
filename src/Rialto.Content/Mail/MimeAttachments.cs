// [MS-OXCMAIL] 2.2.3.4 attachments: 2.2.3.4.1 ordinary ones, 2.2.3.4.2 Apple files, messages, external bodies; [MS-OXOSMIME] 2.1.3.
using System.Buffers;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

internal static class MimeAttachments
{
    private const int ByValue = 1;
    private const int EmbeddedMessage = 5;

    /// <summary>attRenderedInBody. [MS-OXCMSG] 2.2.2.18.</summary>
    private const int RenderedInBody = 4;

    public static void Add(MimePart message, MessageFacts facts, PropertyMessage result, ConversionScope scope, int depth)
    {
        if (MimeMessageClass.IsMultipartSigned(facts.MessageClass) && message.IsMultipart)
        {
            result.Attachments.Add(SecureMime("multipart/signed", Entity(message), result));
            return;
        }
        if (MimeMessageClass.IsOpaque(facts.MessageClass) && !message.IsMultipart)
        {
            result.Attachments.Add(SecureMime("application/pkcs7-mime", Decoded(message), result));
            return;
        }
        foreach (var attachment in facts.Content.Attachments)
        {
            if (facts.Tnef is null || !ReferenceEquals(attachment.Part, facts.Content.Tnef))
                result.Attachments.Add(Attachment(attachment, result, scope, depth));
        }
        foreach (var text in facts.Content.Uuencoded.Values)
        {
            foreach (var file in text.Files)
                result.Attachments.Add(Value(file.Name, "application/octet-stream", file.Data, result.Attachments.Count));
        }
        foreach (var part in facts.Content.Hidden)
        {
            var hidden = Attachment(new MimeAttachment(part, false), result, scope, scope.Options.MaxEmbeddedDepth).Held();
            hidden.Properties.Set(PropertyValue.Of(PropertyTags.AttachmentHidden, true));
            result.Attachments.Add(hidden);
        }
    }

    /// <summary>[MS-OXOSMIME] 2.1.3.1: the entity with the header fields that belong to its content, byte for byte what was signed.</summary>
    private static byte[] Entity(MimePart message)
    {
        var header = message.RawHeader;
        using var stream = new MemoryStream(message.Length);
        foreach (ref readonly var field in message.Headers)
        {
            if (Ascii.EqualsIgnoreCase(message.Name(field)[..Math.Min(8, field.NameLength)], "Content-"u8) && field.Id is not (MimeHeaderId.ContentClass or MimeHeaderId.ContentLanguage))
                stream.Write(header[(field.Offset - message.HeaderOffset)..(field.End - message.HeaderOffset)]);
        }
        stream.Write("\r\n"u8);
        stream.Write(message.RawBody);
        return stream.ToArray();
    }

    private static PropertyAttachment SecureMime(string mimeTag, byte[] data, PropertyMessage message)
    {
        var attachment = Value("smime.p7m", mimeTag, data, message.Attachments.Count);
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachmentHidden, false));
        return attachment;
    }

    private static PropertyAttachment Attachment(MimeAttachment source, PropertyMessage message, ConversionScope scope, int depth)
    {
        var part = source.Part;
        var number = message.Attachments.Count;
        PropertyAttachment attachment;
        if (MimeContent.IsAppleDouble(part))
        {
            attachment = AppleDouble(part, message, scope);
            part = part.Children[1];
        }
        else if (depth < scope.Options.MaxEmbeddedDepth && EmbeddedOf(part) is { } embedded)
        {
            attachment = Embedded(part, embedded, message, scope, depth);
        }
        else if (part.Is("message", "external-body"))
        {
            attachment = ExternalBody.Attachment(part, number) ?? FromPart(part, message, scope);
        }
        else if (part.Is("application", "mac-binhex40") && BinHex.Read(part.RawBody) is { Resource.Length: 0 } file)
        {
            // With no resource fork the container holds nothing that the file itself does not.
            var name = file.Name.Length > 0 ? file.Name : AttachmentNames.Generate(number, ".bin");
            attachment = Value(name, "application/octet-stream", file.Data.ToArray(), number);
        }
        else
        {
            attachment = FromPart(part, message, scope);
        }
        SetCommon(attachment.Properties, part, source.IsInline);
        return attachment;
    }

    private static PropertyAttachment FromPart(MimePart part, PropertyMessage message, ConversionScope scope)
    {
        var number = message.Attachments.Count;
        var name = MimeContent.FileName(part);
        if (name.Length == 0)
            name = AttachmentNames.Generate(number, AttachmentNames.ExtensionOf(part.Type, part.Subtype));
        var attachment = part.BodyLength >= scope.Options.MaxHeldAttachment
            ? Opened(name, part, number)
            : Value(name, part.Type + "/" + part.Subtype, Decoded(part), number);
        if (part.IsText && MimeParameters.Parse(part.RawValue(MimeHeaderId.ContentType)).Get("charset") is { Length: > 0 } charset)
            attachment.Properties.Set(PropertyValue.Of(PropertyTags.TextAttachmentCharset, charset));
        return attachment;
    }

    private static PropertyAttachment Embedded(MimePart part, MimePart embedded, PropertyMessage message, ConversionScope scope, int depth)
    {
        var content = new PropertyMessage { Properties = new PropertyBag(64) };
        MimeToProperties.Convert(embedded, content, scope, depth + 1);
        var attachment = new PropertyAttachment { Embedded = content };
        var subject = content.Properties.GetString(PropertyTags.Subject);
        var number = message.Attachments.Count;
        var name = MimeContent.FileName(part) is { Length: > 0 } given ? given : string.IsNullOrEmpty(subject) ? AttachmentNames.Generate(number, ".eml") : subject;
        var bag = attachment.Properties;
        AttachmentNames.Set(bag, name, isFile: false);
        bag.Set(PropertyValue.Of(PropertyTags.AttachMethod, EmbeddedMessage));
        bag.Set(PropertyValue.Of(PropertyTags.AttachSize, part.BodyLength));
        bag.Set(PropertyValue.Of(PropertyTags.RenderingPosition, -1));
        bag.Set(PropertyValue.Of(PropertyTags.AttachNumber, number));
        return attachment;
    }

    /// <summary>The file as every system knows it, and what a Macintosh had beside it in PidNameAttachmentMacInfo. 2.2.3.4.2.3.</summary>
    private static PropertyAttachment AppleDouble(MimePart part, PropertyMessage message, ConversionScope scope)
    {
        var (header, data) = (part.Children[0], part.Children[1]);
        var info = Decoded(header);
        var attachment = FromPart(data, message, scope);
        if (MimeContent.FileName(data).Length == 0 && AppleFile.Read(info) is { Name.Length: > 0 } file)
            AttachmentNames.Set(attachment.Properties, file.Name, isFile: true);
        attachment.Properties.Set(PropertyValue.Of(scope.TagOf(message, PropertyNames.PidNameAttachmentMacInfo, PropertyType.Binary), info));
        attachment.Properties.Set(PropertyValue.Of(scope.TagOf(message, PropertyNames.PidNameAttachmentMacContentType, PropertyType.String), data.Type + "/" + data.Subtype));
        return attachment;
    }

    private static void SetCommon(PropertyBag bag, MimePart part, bool inline)
    {
        MimeToProperties.SetIfAny(bag, PropertyTags.AttachContentId, MimeContent.ContentId(part));
        MimeToProperties.SetIfAny(bag, PropertyTags.AttachContentLocation, MessageFacts.Text(part, MimeHeaderId.ContentLocation));
        MimeToProperties.SetIfAny(bag, PropertyTags.AttachContentBase, MessageFacts.Text(part, MimeHeaderId.ContentBase));
        MimeToProperties.SetIfAny(bag, PropertyTags.DisplayName, MessageFacts.Text(part, MimeHeaderId.ContentDescription));
        if (part.TryFindHeader("X-Payload-Class"u8, out var payload))
            MimeToProperties.SetIfAny(bag, PropertyTags.AttachPayloadClass, MailAddress.Clean(HeaderText.Decode(part.RawValue(payload))));
        if (part.TryFindHeader("X-Payload-Provider-Guid"u8, out var provider))
            MimeToProperties.SetIfAny(bag, PropertyTags.AttachPayloadProviderGuidString, MailAddress.Clean(HeaderText.Decode(part.RawValue(provider))));
        var disposition = part.RawValue(MimeHeaderId.ContentDisposition);
        if (disposition.IndexOf("-date"u8) >= 0)
        {
            var parameters = MimeParameters.Parse(disposition);
            SetTime(bag, PropertyTags.CreationTime, parameters.Get("creation-date"));
            SetTime(bag, PropertyTags.LastModificationTime, parameters.Get("modification-date"));
        }
        bag.Set(PropertyValue.Of(PropertyTags.AttachFlags, inline ? RenderedInBody : 0));
        bag.Set(PropertyValue.Of(PropertyTags.AttachmentHidden, inline));
    }

    private static void SetTime(PropertyBag bag, PropertyTag tag, string? value)
    {
        if (value is not null && MailDate.Parse(Encoding.Latin1.GetBytes(value)) is { } time)
            bag.Set(PropertyValue.Of(tag, FileTime.From(time)));
    }

    private static MimePart? EmbeddedOf(MimePart part)
    {
        if (part.Embedded is null)
            return null;
        // RFC 2046 5.2.1 forbids to encode a message; some do.
        return part.Encoding is MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable ? MimeMessage.Parse(Decoded(part)).Root : part.Embedded;
    }

    internal static PropertyAttachment Value(string name, string mimeTag, byte[] data, int number)
    {
        var attachment = ByValueOf(new PropertyAttachment(), name, mimeTag, data.Length, number);
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachDataBinary, data));
        return attachment;
    }

    /// <summary>An attachment whose data stays in the message's file.</summary>
    private static PropertyAttachment Opened(string name, MimePart part, int number)
    {
        var length = 0L;
        using (var content = part.OpenContent())
        {
            var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
            for (int count; (count = content.Read(buffer)) > 0;)
                length += count;
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return ByValueOf(new PropertyAttachment { OpenData = part.OpenContent }, name, part.Type + "/" + part.Subtype, (int)Math.Min(length, int.MaxValue), number);
    }

    private static PropertyAttachment ByValueOf(PropertyAttachment attachment, string name, string mimeTag, int length, int number)
    {
        var bag = attachment.Properties;
        AttachmentNames.Set(bag, name, isFile: true);
        bag.Set(PropertyValue.Of(PropertyTags.AttachMethod, ByValue));
        bag.Set(PropertyValue.Of(PropertyTags.AttachMimeTag, mimeTag));
        bag.Set(PropertyValue.Of(PropertyTags.AttachSize, length));
        bag.Set(PropertyValue.Of(PropertyTags.RenderingPosition, -1));
        bag.Set(PropertyValue.Of(PropertyTags.AttachNumber, number));
        return attachment;
    }

    private static byte[] Decoded(MimePart part) => TransferDecoder.Decode(part.Encoding, part.RawBody);
}
