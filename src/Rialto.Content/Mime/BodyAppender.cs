// RFC 2046 5.1.4 (each alternative gets it), RFC 1847 (what is signed or encrypted stays as it is).
using System.Buffers;
using System.Net;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>Puts a text below the body of a message: below its plain text and its HTML, whatever they are encoded in. Everything else stays byte by byte as it was.</summary>
public static class BodyAppender
{
    /// <summary>The message with the text; null where there is no body that may be changed.</summary>
    /// <param name="text">For plain text.</param>
    /// <param name="html">For HTML; empty: the plain text.</param>
    public static ReadOnlyMemory<byte>? Append(ReadOnlyMemory<byte> message, string text, string html)
    {
        var root = MimeMessage.Parse(message).Root;
        var edits = new List<(int Start, int End, byte[] Text)>();
        Collect(root, text, html.Length > 0 ? html : "<p>" + WebUtility.HtmlEncode(text).Replace("\n", "<br>\n", StringComparison.Ordinal) + "</p>", edits);
        if (edits.Count == 0) return null;
        var output = new ArrayBufferWriter<byte>(message.Length + 4_096);
        var at = 0;
        foreach (var (start, end, bytes) in edits.OrderBy(e => e.Start).ThenBy(e => e.End))
        {
            if (start < at) return null;
            output.Write(message.Span[at..start]);
            output.Write(bytes);
            at = end;
        }

        output.Write(message.Span[at..]);
        return output.WrittenMemory;
    }

    private static void Collect(MimePart part, string text, string html, List<(int Start, int End, byte[] Text)> edits)
    {
        if (part.IsMultipart)
        {
            if (part.Subtype is "signed" or "encrypted" or "report") return;
            // Of mixed and related parts the first is the body; of alternatives each is.
            foreach (var child in part.Subtype == "alternative" ? part.Children : part.Children.Take(1)) Collect(child, text, html, edits);
            return;
        }

        var isHtml = part.Is("text", "html");
        if (!isHtml && !part.Is("text", "plain")) return;
        if (part.TryFindHeader("Content-Disposition"u8, out var disposition) && Ascii.EqualsIgnoreCase(part.RawValue(disposition)[..Math.Min(10, part.RawValue(disposition).Length)], "attachment"u8)) return;
        var body = MimeText.Decode(part);
        string whole;
        if (!isHtml)
        {
            whole = body.TrimEnd('\r', '\n') + "\r\n\r\n" + text + "\r\n";
        }
        else
        {
            var end = body.LastIndexOf("</body", StringComparison.OrdinalIgnoreCase);
            whole = end < 0 ? body + "\r\n" + html + "\r\n" : body.Insert(end, html + "\r\n");
        }

        whole = whole.ReplaceLineEndings("\r\n");
        var bytes = Encoding.UTF8.GetBytes(whole);
        var encoding = TransferEncoder.Choose(bytes);
        var encoded = new ArrayBufferWriter<byte>();
        TransferEncoder.Write(encoding, bytes, encoded);
        // Where the fields stood before, or at the header's end: what was put first by the way of the message stays first.
        var place = part.HeaderOffset + part.HeaderLength - (part.RawHeader.EndsWith("\r\n\r\n"u8) || part.RawHeader.SequenceEqual("\r\n"u8) ? 2 : 0);
        foreach (var field in part.Headers)
        {
            var name = part.Name(field);
            var isType = Ascii.EqualsIgnoreCase(name, "Content-Type"u8);
            if (!isType && !Ascii.EqualsIgnoreCase(name, "Content-Transfer-Encoding"u8)) continue;
            if (isType) place = field.Offset;
            edits.Add((field.Offset, field.End, []));
        }

        var mime = part.IsMessage && !part.TryFindHeader("MIME-Version"u8, out _) ? "MIME-Version: 1.0\r\n" : "";
        var head = $"{mime}Content-Type: text/{part.Subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {TransferEncoder.Name(encoding)}\r\n";
        edits.Add((place, place, Encoding.ASCII.GetBytes(head)));
        edits.Add((part.BodyOffset, part.BodyOffset + part.BodyLength, encoded.WrittenSpan.ToArray()));
    }
}
