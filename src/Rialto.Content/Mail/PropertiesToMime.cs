// [MS-OXCMAIL] 2.1.3: Message object to MIME; [MS-OXOSMIME] 2.1.3: S/MIME comes out of its one attachment.
using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Content.Bodies;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>What a conversion to MIME cannot know from the message.</summary>
public sealed record PropertiesToMimeOptions
{
    public static PropertiesToMimeOptions Default { get; } = new();

    /// <summary>Bcc recipients as a header field: for the sender's own copy, never for what goes out.</summary>
    public bool IncludeBcc { get; init; } = true;

    /// <summary>SMTP address of an address of another type (EX and its like): given type and address. Null where it is unknown: then it is encapsulated.</summary>
    public Func<string, string, string?>? ResolveAddress { get; init; }

    /// <summary>Domain of encapsulated addresses and of message ids made here.</summary>
    public string Domain { get; init; } = "localhost";

    /// <summary>Embedded messages inside embedded messages; as deep as the reader goes.</summary>
    public int MaxDepth { get; init; } = 50;
}

/// <summary>MIME of a message whose properties are its authoritative content. The same properties and options give the same bytes.</summary>
public static class PropertiesToMime
{
    /// <summary>The version of this conversion; it goes up when the bytes of the same input change.</summary>
    public const int Version = 2;

    public static byte[] Convert(PropertyMessage message, PropertiesToMimeOptions? options = null)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        Write(message, options ?? PropertiesToMimeOptions.Default, output, 0);
        return output.WrittenSpan.ToArray();
    }

    private static void Write(PropertyMessage message, PropertiesToMimeOptions options, ArrayBufferWriter<byte> output, int depth)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        WriteContent(message, options, body, depth);
        var header = new StringBuilder(1024);
        MimeHeaderWriter.Write(header, message, options, body.WrittenSpan);
        Text(output, header);
        output.Write(body.WrittenSpan);
    }

    /// <summary>Content-* fields, blank line and body.</summary>
    private static void WriteContent(PropertyMessage message, PropertiesToMimeOptions options, ArrayBufferWriter<byte> output, int depth)
    {
        var messageClass = message.Properties.GetString(PropertyTags.MessageClass) ?? "";
        if (messageClass.StartsWith("IPM.Note.SMIME", StringComparison.OrdinalIgnoreCase) && message.Attachments is [var secure])
        {
            WriteSecureMime(messageClass, secure.Properties, output);
            return;
        }
        // todo [MS-OXCMAIL] 2.1.3.3: meetings (text/calendar) and reports in their own MIME structure.
        var html = HtmlOf(message.Properties, out var charset);
        var text = message.Properties.GetString(PropertyTags.Body);
        if (html is null && message.Properties.GetBinary(PropertyTags.RtfCompressed) is { Length: > 0 })
            (html, text, charset) = OfRtf(message.Properties, text);
        var inline = html is null ? [] : message.Attachments.Where(a => IsInline(a, html)).ToList();
        var attached = message.Attachments.Except(inline).ToList();
        var boundaries = new Boundaries(message, depth);
        Mixed(output, attached, boundaries, options, depth, o =>
            Related(o, inline, boundaries, options, depth, p => WriteText(p, text, html, charset, boundaries)));
    }

    private static void Mixed(ArrayBufferWriter<byte> output, List<PropertyAttachment> attached, Boundaries boundaries, PropertiesToMimeOptions options, int depth, Action<ArrayBufferWriter<byte>> first)
    {
        if (attached.Count == 0)
            first(output);
        else
            Multipart(output, "mixed", "", boundaries.Next(), first, attached, options, depth);
    }

    private static void Related(ArrayBufferWriter<byte> output, List<PropertyAttachment> inline, Boundaries boundaries, PropertiesToMimeOptions options, int depth, Action<ArrayBufferWriter<byte>> first)
    {
        if (inline.Count == 0)
            first(output);
        else
            Multipart(output, "related", ";\r\n type=\"text/html\"", boundaries.Next(), first, inline, options, depth);
    }

    private static void Multipart(ArrayBufferWriter<byte> output, string subtype, string parameters, string boundary, Action<ArrayBufferWriter<byte>> first,
        List<PropertyAttachment> rest, PropertiesToMimeOptions options, int depth)
    {
        Text(output, $"Content-Type: multipart/{subtype}{parameters};\r\n boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n");
        first(output);
        foreach (var attachment in rest)
        {
            Text(output, $"\r\n--{boundary}\r\n");
            WriteAttachment(output, attachment, subtype == "related", options, depth);
        }
        Text(output, $"\r\n--{boundary}--\r\n");
    }

    private static void WriteText(ArrayBufferWriter<byte> output, string? text, byte[]? html, string charset, Boundaries boundaries)
    {
        if (html is null)
        {
            WritePart(output, "plain", "utf-8", Encoding.UTF8.GetBytes(text ?? ""));
            return;
        }
        if (string.IsNullOrEmpty(text))
        {
            WritePart(output, "html", charset, html);
            return;
        }
        var boundary = boundaries.Next();
        Text(output, $"Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n");
        WritePart(output, "plain", "utf-8", Encoding.UTF8.GetBytes(text));
        Text(output, $"\r\n--{boundary}\r\n");
        WritePart(output, "html", charset, html);
        Text(output, $"\r\n--{boundary}--\r\n");
    }

    private static void WritePart(ArrayBufferWriter<byte> output, string subtype, string charset, byte[] bytes)
    {
        var encoding = TransferEncoder.Choose(bytes);
        if (encoding == MimeTransferEncoding.SevenBit && charset == "utf-8")
            charset = "us-ascii";
        Text(output, $"Content-Type: text/{subtype}; charset=\"{charset}\"\r\nContent-Transfer-Encoding: {TransferEncoder.Name(encoding)}\r\n\r\n");
        TransferEncoder.Write(encoding, bytes, output);
    }

    private static void WriteAttachment(ArrayBufferWriter<byte> output, PropertyAttachment attachment, bool inline, PropertiesToMimeOptions options, int depth)
    {
        var bag = attachment.Properties;
        var name = bag.GetString(PropertyTags.AttachLongFilename) ?? bag.GetString(PropertyTags.AttachFilename) ?? bag.GetString(PropertyTags.DisplayName) ?? "";
        var header = new StringBuilder();
        if (attachment.Embedded is { } embedded && depth < options.MaxDepth)
        {
            var message = new ArrayBufferWriter<byte>();
            Write(embedded, options, message, depth + 1);
            var eightBit = message.WrittenSpan.ContainsAnyInRange((byte)128, (byte)255);
            header.Append("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: ").Append(eightBit ? "8bit" : "7bit").Append("\r\nContent-Disposition: attachment");
            if (name.Length > 0)
                HeaderEncoder.Parameter(header, "filename", name.EndsWith(".eml", StringComparison.OrdinalIgnoreCase) ? name : name + ".eml");
            Text(output, header.Append("\r\n\r\n"));
            output.Write(message.WrittenSpan);
            return;
        }
        var data = bag.GetBinary(PropertyTags.AttachDataBinary) ?? [];
        header.Append("Content-Type: ").Append(MimeTag(bag));
        if (bag.GetString(PropertyTags.TextAttachmentCharset) is { Length: > 0 } charset)
            HeaderEncoder.Parameter(header, "charset", charset);
        if (name.Length > 0)
            HeaderEncoder.Parameter(header, "name", name);
        header.Append("\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: ").Append(inline ? "inline" : "attachment");
        if (name.Length > 0)
            HeaderEncoder.Parameter(header, "filename", name);
        header.Append("\r\n");
        if (bag.GetString(PropertyTags.AttachContentId) is { Length: > 0 } id)
            HeaderEncoder.Raw(header, "Content-ID", "<" + id.Trim('<', '>') + ">");
        if (bag.GetString(PropertyTags.AttachContentLocation) is { Length: > 0 } location)
            HeaderEncoder.Raw(header, "Content-Location", location);
        Text(output, header.Append("\r\n"));
        TransferEncoder.Write(MimeTransferEncoding.Base64, data, output);
    }

    /// <summary>The attachment's type, if it is one that can stand in a header; multiparts and messages are not by value.</summary>
    private static string MimeTag(PropertyBag bag)
    {
        var tag = bag.GetString(PropertyTags.AttachMimeTag) ?? "";
        var slash = tag.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash < tag.Length - 1 && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '.' or '+' or '_')
            && !tag.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) && !tag.StartsWith("message/", StringComparison.OrdinalIgnoreCase)
            ? tag
            : "application/octet-stream";
    }

    private static void WriteSecureMime(string messageClass, PropertyBag attachment, ArrayBufferWriter<byte> output)
    {
        var data = attachment.GetBinary(PropertyTags.AttachDataBinary) ?? [];
        if (messageClass.EndsWith("MultipartSigned", StringComparison.OrdinalIgnoreCase))
        {
            // The entity as it was signed, Content-Type and all.
            output.Write(data);
            return;
        }
        Text(output, "Content-Type: application/pkcs7-mime;\r\n name=\"smime.p7m\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n filename=\"smime.p7m\"\r\n\r\n");
        TransferEncoder.Write(MimeTransferEncoding.Base64, data, output);
    }

    /// <summary>[MS-OXCMAIL] 2.1.3.3: the HTML that stands in the RTF or is made of it, beside the text; nothing where the RTF only says what the text says.</summary>
    private static (byte[]? Html, string? Text, string Charset) OfRtf(PropertyBag bag, string? text)
    {
        var bodies = MessageBodies.Of(bag);
        if (bodies.Best != BodyKind.Rtf)
            return (null, text, "utf-8");
        var html = bodies.Html;
        return (html, string.IsNullOrEmpty(text) ? bodies.Text : text, MailCharset.Find(bodies.CodePage)?.WebName ?? "utf-8");
    }

    private static byte[]? HtmlOf(PropertyBag bag, out string charset)
    {
        charset = "utf-8";
        if (!bag.TryGet(PropertyTags.Html.Id, out var value))
            return null;
        if (value.Reference is string text)
            return Encoding.UTF8.GetBytes(text);
        if (value.Reference is not byte[] bytes)
            return null;
        // Bytes in the code page of PidTagInternetCodepage, [MS-OXCMSG] 2.2.1.58.
        var codePage = bag.GetInt32(PropertyTags.InternetCodepage, 65001);
        if (codePage != 65001 && MailCharset.Find(codePage) is { } encoding)
            charset = encoding.WebName;
        return bytes;
    }

    /// <summary>[MS-OXCMAIL] 2.1.3.4.1.2: rendered in the body, named by an id, and referred to.</summary>
    private static bool IsInline(PropertyAttachment attachment, byte[] html)
    {
        var bag = attachment.Properties;
        if (attachment.Embedded is not null)
            return false;
        var id = bag.GetString(PropertyTags.AttachContentId);
        if (!string.IsNullOrEmpty(id))
            return (bag.GetInt32(PropertyTags.AttachFlags) & 4) != 0 || html.AsSpan().IndexOf(Encoding.UTF8.GetBytes("cid:" + id)) >= 0;
        return (bag.GetInt32(PropertyTags.AttachFlags) & 4) != 0 && !string.IsNullOrEmpty(bag.GetString(PropertyTags.AttachContentLocation));
    }

    private static void Text(ArrayBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);

    private static void Text(ArrayBufferWriter<byte> output, StringBuilder text) => Encoding.UTF8.GetBytes(text.ToString(), output);

    /// <summary>Boundaries that depend on nothing but the message. "=_" occurs in no quoted-printable or base64 line.</summary>
    private sealed class Boundaries(PropertyMessage message, int depth)
    {
        private readonly string _seed = System.Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{message.Properties.GetString(PropertyTags.InternetMessageId)}\n{message.Properties.GetString(PropertyTags.Subject)}\n{message.Properties.GetString(PropertyTags.Body)}")).AsSpan(0, 8));

        private int _count;

        public string Next() => $"=_{depth}.{++_count}_{_seed}";
    }
}
