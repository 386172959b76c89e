// [MS-OXCMAIL] 2.1.3.4 attachments; RFC 2183 dispositions, RFC 1740 AppleDouble, RFC 2046 5.2 messages.
using System.Text;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

internal static class MimeAttachmentWriter
{
    private const int ByReference = 2;
    private const int ByReferenceOnly = 4;
    private const int ByWebReference = 7;
    private const string Unknown = "application/octet-stream";

    private static readonly string[] NotByValue = ["application/applefile", "application/mac-binhex40", "message/rfc822"];

    public static void Write(MimePieces output, PropertyAttachment attachment, bool inline, MimeWriting writing)
    {
        var bag = attachment.Properties;
        if (attachment.Embedded is { } embedded && writing.Depth < writing.Options.MaxDepth)
            WriteMessage(output, bag, embedded, writing);
        else if (writing.Names.TryGet(bag, PropertyNames.PidNameAttachmentMacInfo, out var info) && info.AsBinary() is { Length: > 0 } macInfo)
            WriteAppleDouble(output, attachment, macInfo, writing);
        else
            WriteValue(output, attachment, inline);
    }

    /// <summary>A part that has no name and is no file: one more form of the text, or a header that a report returns.</summary>
    public static void WriteAlternative(MimePieces output, PropertyAttachment attachment)
    {
        var bag = attachment.Properties;
        var data = bag.GetBinary(PropertyTags.AttachDataBinary) ?? [];
        var tag = MimeTag(bag);
        var header = new StringBuilder("Content-Type: ").Append(tag);
        if (bag.GetString(PropertyTags.TextAttachmentCharset) is { Length: > 0 } charset)
            HeaderEncoder.Parameter(header, "charset", charset);
        if (tag.Equals("text/calendar", StringComparison.OrdinalIgnoreCase) && CalendarGlance.Read(MailCharset.Decode(data, "utf-8")).Method is { Length: > 0 } method)
            HeaderEncoder.Parameter(header, "method", method);
        var encoding = TransferEncoder.Choose(data);
        output.Text(header.Append("\r\nContent-Transfer-Encoding: ").Append(TransferEncoder.Name(encoding == MimeTransferEncoding.SevenBit ? encoding : MimeTransferEncoding.Base64)).Append("\r\n\r\n"));
        output.Data(encoding == MimeTransferEncoding.SevenBit ? encoding : MimeTransferEncoding.Base64, data);
    }

    private static void WriteMessage(MimePieces output, PropertyBag bag, PropertyMessage embedded, MimeWriting writing)
    {
        var message = new MimePieces();
        PropertiesToMime.Write(embedded, new MimeWriting(writing.Options, embedded, writing.Names, writing.Depth + 1), message);
        var header = new StringBuilder("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: ").Append(message.HasEightBit ? "8bit" : "7bit").Append("\r\nContent-Disposition: attachment");
        var name = NameOf(bag);
        if (name.Length > 0)
            HeaderEncoder.Parameter(header, "filename", name.EndsWith(".eml", StringComparison.OrdinalIgnoreCase) ? name : name + ".eml");
        WriteIdentity(header.Append("\r\n"), bag, name);
        output.Text(header.Append("\r\n"));
        output.Append(message);
    }

    /// <summary>The Macintosh's header and the file, in the form that RFC 1740 recommends. 2.1.3.4.1.3.</summary>
    private static void WriteAppleDouble(MimePieces output, PropertyAttachment attachment, byte[] info, MimeWriting writing)
    {
        var boundary = writing.NextBoundary().ToString();
        output.Text($"Content-Type: multipart/appledouble;\r\n boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\nContent-Type: application/applefile\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        output.Data(MimeTransferEncoding.Base64, info);
        output.Text($"\r\n--{boundary}\r\n");
        WriteValue(output, attachment, inline: false);
        output.Text($"\r\n--{boundary}--\r\n");
    }

    private static void WriteValue(MimePieces output, PropertyAttachment attachment, bool inline)
    {
        var bag = attachment.Properties;
        // An OLE object that shows no picture of itself goes out as the storage that it is.
        var data = bag.GetBinary(PropertyTags.AttachDataBinary) ?? [];
        var name = NameOf(bag);
        var tag = MimeTag(bag);
        if (bag.GetInt32(PropertyTags.AttachMethod) is >= ByReference and <= ByReferenceOnly or ByWebReference && data.Length == 0 && attachment.OpenData is null)
            (data, tag, name) = (Shortcut(bag), "application/internet-shortcut", name.EndsWith(".url", StringComparison.OrdinalIgnoreCase) ? name : name + ".url");
        var encoding = MimeTransferEncoding.Base64;
        if (tag.StartsWith("message/", StringComparison.OrdinalIgnoreCase))
        {
            // RFC 2046 5.2: nothing of this type may be encoded.
            if (attachment.OpenData is null && TransferEncoder.Domain(data) is not MimeTransferEncoding.Binary and var domain)
                encoding = domain;
            tag = encoding == MimeTransferEncoding.Base64 ? "application/octet-stream" : tag;
        }
        var header = new StringBuilder("Content-Type: ").Append(tag);
        if (bag.GetString(PropertyTags.TextAttachmentCharset) is { Length: > 0 } charset)
            HeaderEncoder.Parameter(header, "charset", charset);
        if (name.Length > 0)
            HeaderEncoder.Parameter(header, "name", name);
        header.Append("\r\nContent-Transfer-Encoding: ").Append(TransferEncoder.Name(encoding)).Append("\r\nContent-Disposition: ").Append(inline ? "inline" : "attachment");
        if (name.Length > 0)
            HeaderEncoder.Parameter(header, "filename", name);
        TimeIfAny(header, "creation-date", bag.GetTime(PropertyTags.CreationTime));
        TimeIfAny(header, "modification-date", bag.GetTime(PropertyTags.LastModificationTime));
        WriteIdentity(header.Append("\r\n"), bag, name);
        output.Text(header.Append("\r\n"));
        if (attachment.OpenData is { } open)
            output.Data(open);
        else
            output.Data(encoding, data);
    }

    private static void WriteIdentity(StringBuilder header, PropertyBag bag, string name)
    {
        if (bag.GetString(PropertyTags.AttachContentId) is { Length: > 0 } id)
            HeaderEncoder.Raw(header, "Content-ID", "<" + id.Trim('<', '>') + ">");
        if (bag.GetString(PropertyTags.AttachContentLocation) is { Length: > 0 } location)
            HeaderEncoder.Raw(header, "Content-Location", location);
        if (bag.GetString(PropertyTags.AttachContentBase) is { Length: > 0 } contentBase)
            HeaderEncoder.Raw(header, "Content-Base", contentBase);
        // 2.1.3.4.4: a picture of an object is described by its name once more.
        if (bag.GetString(PropertyTags.DisplayName) is { Length: > 0 } description && (description != name || bag.GetInt32(PropertyTags.AttachMethod) == Ole.OlePicture.AttachOle))
            HeaderEncoder.Unstructured(header, "Content-Description", description);
        if (bag.GetString(PropertyTags.AttachPayloadClass) is { Length: > 0 } payload)
            HeaderEncoder.Unstructured(header, "X-Payload-Class", payload);
        if (bag.GetString(PropertyTags.AttachPayloadProviderGuidString) is { Length: > 0 } provider)
            HeaderEncoder.Unstructured(header, "X-Payload-Provider-Guid", provider);
    }

    private static string NameOf(PropertyBag bag) =>
        bag.GetString(PropertyTags.AttachLongFilename) ?? bag.GetString(PropertyTags.AttachFilename) ?? bag.GetString(PropertyTags.DisplayName) ?? "";

    private static byte[] Shortcut(PropertyBag bag)
    {
        var path = bag.GetString(PropertyTags.AttachLongPathname) ?? bag.GetString(PropertyTags.AttachPathname) ?? "";
        var address = path.Contains("://", StringComparison.Ordinal) ? path : "file:///" + path.Replace('\\', '/').TrimStart('/');
        return Encoding.UTF8.GetBytes($"[InternetShortcut]\r\nURL={MailAddress.Clean(address)}\r\n");
    }

    private static void TimeIfAny(StringBuilder header, string name, FileTime? time)
    {
        if (time is { } value)
            HeaderEncoder.Parameter(header, name, MailDate.Format(value.ToDateTimeOffset()));
    }

    /// <summary>
    /// 2.1.3.4.2.2: the attachment's type, else that of its name. Multiparts, messages and the Macintosh's wrappings are none by value, and neither is what cannot stand in a header.
    /// </summary>
    internal static string MimeTag(PropertyBag bag)
    {
        var tag = bag.GetString(PropertyTags.AttachMimeTag);
        if (string.IsNullOrEmpty(tag))
            return AttachmentNames.TypeOf(NameOf(bag)) ?? Unknown;
        var slash = tag.IndexOf('/', StringComparison.Ordinal);
        var stands = slash > 0 && slash < tag.Length - 1 && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '.' or '+' or '_');
        return !stands || tag.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) || Array.Exists(NotByValue, t => t.Equals(tag, StringComparison.OrdinalIgnoreCase)) ? Unknown : tag;
    }
}
