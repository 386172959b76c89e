// RFC 3030 3 and RFC 2045 6 (a message of octets for a server that takes lines only), RFC 1847 2.1 (what is signed stays as it is).
using System.Buffers;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>A message with its parts of octets, in which line ends are none, encoded in base64; and everything else in seven bits.</summary>
public static class OctetForm
{
    /// <summary>The message in lines of seven bits; null where that would take changing a header, or what is signed.</summary>
    public static ReadOnlyMemory<byte>? InLines(ReadOnlyMemory<byte> bytes)
    {
        var edits = new List<(int Start, int End, byte[] Text)>();
        if (!Collect(MimeMessage.Parse(bytes).Root, edits)) return null;
        var output = new ArrayBufferWriter<byte>(bytes.Length + (bytes.Length / 2));
        var at = 0;
        foreach (var (start, end, text) in edits.OrderBy(e => e.Start).ThenBy(e => e.End))
        {
            if (start < at) return null;
            output.Write(bytes.Span[at..start]);
            output.Write(text);
            at = end;
        }

        output.Write(bytes.Span[at..]);
        return SevenBitForm.Of(output.WrittenMemory, withoutNul: true) is { } plain && HasLines(plain.Span) ? plain : null;
    }

    private static bool Collect(MimePart part, List<(int Start, int End, byte[] Text)> edits)
    {
        if (part.Encoding != MimeTransferEncoding.Binary) return part.Embedded is { } whole ? Collect(whole, edits) : part.Children.All(c => Collect(c, edits));
        if (part.Is("multipart", "signed")) return false;
        if (part.IsMultipart || part.Embedded is not null)
        {
            SetEncoding(part, "7bit", edits);
            return part.Embedded is { } embedded ? Collect(embedded, edits) : part.Children.All(c => Collect(c, edits));
        }

        var body = new ArrayBufferWriter<byte>();
        TransferEncoder.Write(MimeTransferEncoding.Base64, part.RawBody, body);
        SetEncoding(part, TransferEncoder.Name(MimeTransferEncoding.Base64), edits);
        edits.Add((part.BodyOffset, part.BodyOffset + part.BodyLength, body.WrittenSpan.ToArray()));
        return true;
    }

    /// <summary>Only what says that it is binary gets here: the field is there.</summary>
    private static void SetEncoding(MimePart part, string name, List<(int Start, int End, byte[] Text)> edits)
    {
        if (part.TryFindHeader("Content-Transfer-Encoding"u8, out var field)) edits.Add((field.Offset, field.End, Encoding.ASCII.GetBytes($"Content-Transfer-Encoding: {name}\r\n")));
    }

    /// <summary>Whether no line feed stands alone.</summary>
    private static bool HasLines(ReadOnlySpan<byte> text)
    {
        while (text.IndexOf((byte)'\n') is >= 0 and var feed)
        {
            if (feed == 0 || text[feed - 1] != '\r') return false;
            text = text[(feed + 1)..];
        }

        return true;
    }
}
