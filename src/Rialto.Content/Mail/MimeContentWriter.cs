// [MS-OXCMAIL] 2.1.3.3 bodies, 2.1.3.5 TNEF, 2.1.3.6 reports; [MS-OXOSMIME] 2.1.3; RFC 2046 5.1, RFC 2387, RFC 3156 4, RFC 6522.
using System.Text;
using Rialto.Content.Bodies;
using Rialto.Content.Mime;
using Rialto.Content.Tnef;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>
/// The MIME structure of a message:
/// <code>
/// mixed ( related ( alternative ( plain, html, calendar ) pictures ) attachments )
/// report ( text, the machine's part, the returned message, attachments )
/// </code>
/// each multipart only where it has more than one part.
/// </summary>
internal static class MimeContentWriter
{
    /// <summary>Content-* fields, blank line and body.</summary>
    public static void Write(PropertyMessage message, MimeWriting writing, MimePieces output)
    {
        if (PropertiesToMime.IsSecure(message))
        {
            WriteSecureMime(message, output);
            return;
        }
        var bodies = MessageBodies.Of(message.Properties);
        if (writing.IsTnef)
        {
            WriteTnef(message, bodies, writing, output);
            return;
        }
        var html = bodies.Best is BodyKind.Html or BodyKind.Rtf ? bodies.Html : null;
        // That of a page; whoever asks for it has one made where there is none.
        var codePage = html is null ? 0 : bodies.CodePage;
        if (OleAttachments.Drawn(message, writing) is { } drawn)
        {
            if (bodies.HtmlWithObjects(drawn.ImageAt) is { } page)
                (html, codePage) = (page, 65001);
            message = drawn.Message;
        }
        // Pictures of a page have no place in enriched text.
        var parts = MimeAttachmentParts.Of(message, writing.Options.UseEnrichedText ? null : html);
        if (html is null && IsPgpEncrypted(parts) && bodies.Text.Length == 0)
        {
            Multipart(output, "encrypted; protocol=\"application/pgp-encrypted\"", writing.NextBoundary(), [.. parts.Attached.Select(a => Part(a, writing))]);
            return;
        }
        Action<MimePieces> text = o => WriteBody(o, bodies.Text, html, codePage, parts, IdentityOf(message.Properties), writing);
        if (parts.Machine is not null || MimeReportWriter.IsReport(message))
        {
            WriteReport(message, parts, text, writing, output);
            return;
        }
        var contents = new List<Action<MimePieces>> { text };
        contents.AddRange(parts.Attached.Select(a => Part(a, writing)));
        Multipart(output, "mixed", writing.NextBoundary(), contents);
    }

    private static Action<MimePieces> Part(PropertyAttachment attachment, MimeWriting writing, bool inline = false) =>
        o => MimeAttachmentWriter.Write(o, attachment, inline, writing);

    /// <summary>A multipart; a single part stands for itself.</summary>
    private static void Multipart(MimePieces output, string subtype, MimeBoundary next, List<Action<MimePieces>> parts)
    {
        if (parts.Count == 1)
        {
            parts[0](output);
            return;
        }
        var boundary = next.ToString();
        output.Text($"Content-Type: multipart/{subtype};\r\n boundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n");
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0)
                output.Text($"\r\n--{boundary}\r\n");
            parts[i](output);
        }
        output.Text($"\r\n--{boundary}--\r\n");
    }

    private static void WriteBody(MimePieces output, string text, byte[]? html, int codePage, MimeAttachmentParts parts, string identity, MimeWriting writing)
    {
        var forms = new List<Action<MimePieces>>(3);
        // A calendar may be all there is.
        if (text.Length > 0 || html is null && parts.Alternatives.Count == 0)
            forms.Add(o => WriteText(o, "plain", "utf-8", Encoding.UTF8.GetBytes(text), html is null ? identity : ""));
        if (html is not null && writing.Options.UseEnrichedText)
        {
            var enriched = Encoding.UTF8.GetBytes(HtmlToEnriched.Convert(HtmlCharset.Decode(html, codePage)));
            forms.Add(o => WriteText(o, "enriched", "utf-8", enriched, identity));
        }
        else if (html is not null)
        {
            forms.Add(o => Multipart(o, "related;\r\n type=\"text/html\"", writing.NextBoundary(),
                [p => WriteText(p, "html", CharsetOf(codePage), html, identity), .. parts.Inline.Select(a => Part(a, writing, inline: true))]));
        }
        forms.AddRange(parts.Alternatives.Select(a => (Action<MimePieces>)(o => MimeAttachmentWriter.WriteAlternative(o, a))));
        Multipart(output, "alternative", writing.NextBoundary(), forms);
    }

    private static string CharsetOf(int codePage) => codePage is > 0 and not 65001 && MailCharset.Find(codePage) is { } encoding ? encoding.WebName : "utf-8";

    /// <summary>The fields by which other parts and messages name the body. 2.2.3.2.24, 2.2.3.2.26.</summary>
    private static string IdentityOf(PropertyBag bag)
    {
        var header = new StringBuilder();
        if (bag.GetString(PropertyTags.BodyContentId) is { Length: > 0 } id)
            HeaderEncoder.Raw(header, "Content-ID", "<" + id.Trim('<', '>') + ">");
        if (bag.GetString(PropertyTags.BodyContentLocation) is { Length: > 0 } location)
            HeaderEncoder.Raw(header, "Content-Location", location);
        return header.ToString();
    }

    internal static void WriteText(MimePieces output, string subtype, string charset, byte[] bytes, string fields = "")
    {
        var encoding = TransferEncoder.Choose(bytes);
        if (encoding == MimeTransferEncoding.SevenBit && charset == "utf-8")
            charset = "us-ascii";
        output.Text($"Content-Type: text/{subtype}; charset=\"{charset}\"\r\nContent-Transfer-Encoding: {TransferEncoder.Name(encoding)}\r\n{fields}\r\n");
        output.Data(encoding, bytes);
    }

    private static void WriteReport(PropertyMessage message, MimeAttachmentParts parts, Action<MimePieces> text, MimeWriting writing, MimePieces output)
    {
        var type = MimeReportWriter.TypeOf(message, parts.Machine);
        var contents = new List<Action<MimePieces>> { text, o => MimeReportWriter.Write(o, message, parts.Machine, type, writing) };
        if (parts.Returned is { } returned)
            contents.Add(returned.Embedded is null ? o => MimeAttachmentWriter.WriteAlternative(o, returned) : Part(returned, writing));
        contents.AddRange(parts.Attached.Where(a => !ReferenceEquals(a, parts.Returned)).Select(a => Part(a, writing)));
        Multipart(output, $"report; report-type={type}", writing.NextBoundary(), contents);
    }

    /// <summary>RFC 3156 4: two parts, the first of which says only what the second is.</summary>
    private static bool IsPgpEncrypted(MimeAttachmentParts parts) =>
        parts is { Inline.Count: 0, Alternatives.Count: 0, Machine: null, Attached: [var version, var data] } && data.Embedded is null
        && "application/pgp-encrypted".Equals(version.Properties.GetString(PropertyTags.AttachMimeTag), StringComparison.OrdinalIgnoreCase);

    private static void WriteTnef(PropertyMessage message, MessageBodies bodies, MimeWriting writing, MimePieces output)
    {
        var properties = new PropertyBag(message.Properties);
        if (properties.GetString(PropertyTags.InternetMessageId) is { Length: > 0 } id)
            properties.Set(PropertyValue.Of(PropertyTags.TnefCorrelationKey, TnefContent.KeyOf(id)));
        var tnef = TnefWriter.Write(new PropertyMessage { Properties = properties, Recipients = message.Recipients, Attachments = message.Attachments, NamedProperties = message.NamedProperties });
        Multipart(output, "mixed", writing.NextBoundary(),
        [
            o => WriteText(o, "plain", "utf-8", Encoding.UTF8.GetBytes(bodies.Text)),
            o =>
            {
                o.Text("Content-Type: application/ms-tnef; name=\"winmail.dat\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"winmail.dat\"\r\n\r\n");
                o.Data(MimeTransferEncoding.Base64, tnef);
            },
        ]);
    }

    private static void WriteSecureMime(PropertyMessage message, MimePieces output)
    {
        var data = message.Attachments[0].Properties.GetBinary(PropertyTags.AttachDataBinary) ?? [];
        if (MimeMessageClass.IsMultipartSigned(message.Properties.GetString(PropertyTags.MessageClass) ?? ""))
        {
            // The entity as it was signed, Content-Type and all.
            output.Data(MimeTransferEncoding.SevenBit, data);
            return;
        }
        var type = SecureMimeType.Of(data) is { } known ? $"\r\n smime-type={known};" : "";
        output.Text($"Content-Type: application/pkcs7-mime;{type}\r\n name=\"smime.p7m\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n filename=\"smime.p7m\"\r\n\r\n");
        output.Data(MimeTransferEncoding.Base64, data);
    }
}
