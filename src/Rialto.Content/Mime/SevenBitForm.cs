// RFC 6152 3, RFC 3030 3 and RFC 2045 6 (a message for a server that takes seven bits, or lines, only), RFC 1847 2.1 (what is signed stays as it is).
using System.Buffers;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>A message with its eight-bit parts encoded: everything else stays byte by byte as it was.</summary>
public static class SevenBitForm
{
    /// <summary>The message in seven bits; null where that would take changing a header (RFC 6531) or what is signed, or where it is no MIME that could say how it is encoded.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="withoutNul">Whether parts with NUL in them, which is seven bits too, are encoded likewise (RFC 3030 3, RFC 3516 4.4: no server that takes text takes it).</param>
    public static ReadOnlyMemory<byte>? Of(ReadOnlyMemory<byte> bytes, bool withoutNul = false)
    {
        if (IsPlain(bytes.Span, withoutNul)) return bytes;
        var message = MimeMessage.Parse(bytes);
        var edits = new List<(int Start, int End, byte[] Text)>();
        if (!Collect(message.Root, withoutNul, edits)) return null;
        // What lies between parts, or was not understood, has eight bits still.
        return Apply(bytes, edits) is { } written && IsPlain(written.Span, withoutNul) ? written : null;
    }

    private static ReadOnlyMemory<byte>? Apply(ReadOnlyMemory<byte> bytes, List<(int Start, int End, byte[] Text)> edits)
    {
        var output = new ArrayBufferWriter<byte>(bytes.Length + (bytes.Length / 4));
        var at = 0;
        foreach (var (start, end, text) in edits.OrderBy(e => e.Start).ThenBy(e => e.End))
        {
            if (start < at) return null;
            output.Write(bytes.Span[at..start]);
            output.Write(text);
            at = end;
        }

        output.Write(bytes.Span[at..]);
        return output.WrittenMemory;
    }

    /// <summary>The message with its parts of octets (RFC 3030 3: line ends that are none, long lines, NUL) encoded, in seven bits; null where that would take changing a header or what is signed.</summary>
    public static ReadOnlyMemory<byte>? OfOctets(ReadOnlyMemory<byte> bytes)
    {
        var edits = new List<(int Start, int End, byte[] Text)>();
        if (!CollectOctets(MimeMessage.Parse(bytes).Root, edits)) return null;
        return Apply(bytes, edits) is { } written && Of(written, withoutNul: true) is { } plain && HasLines(plain.Span) ? plain : null;
    }

    private static bool CollectOctets(MimePart part, List<(int Start, int End, byte[] Text)> edits)
    {
        if (part.Encoding != MimeTransferEncoding.Binary) return part.Embedded is { } whole ? CollectOctets(whole, edits) : part.Children.All(c => CollectOctets(c, edits));
        if (part.Is("multipart", "signed")) return false;
        if (part.IsMultipart || part.Embedded is not null)
        {
            SetEncoding(part, "7bit", edits);
            return part.Embedded is { } embedded ? CollectOctets(embedded, edits) : part.Children.All(c => CollectOctets(c, edits));
        }

        var body = new ArrayBufferWriter<byte>();
        TransferEncoder.Write(MimeTransferEncoding.Base64, part.RawBody, body);
        SetEncoding(part, TransferEncoder.Name(MimeTransferEncoding.Base64), edits);
        edits.Add((part.BodyOffset, part.BodyOffset + part.BodyLength, body.WrittenSpan.ToArray()));
        return true;
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

    private static bool IsPlain(ReadOnlySpan<byte> bytes, bool withoutNul) => Ascii.IsValid(bytes) && (!withoutNul || !bytes.Contains((byte)0));

    private static bool Collect(MimePart part, bool withoutNul, List<(int Start, int End, byte[] Text)> edits)
    {
        if (!IsPlain(part.RawHeader, withoutNul)) return false;
        if (IsPlain(part.RawBody, withoutNul)) return true;
        if (part.Is("multipart", "signed")) return false;
        if (part.IsMultipart || part.Embedded is not null)
        {
            SetEncoding(part, "7bit", edits);
            if (part.Embedded is { } embedded) return Collect(embedded, withoutNul, edits);
            foreach (var child in part.Children)
            {
                if (!Collect(child, withoutNul, edits)) return false;
            }

            return true;
        }

        // Encoded once and still eight bits: broken, and not ours to mend.
        if (part.Encoding is not (MimeTransferEncoding.SevenBit or MimeTransferEncoding.EightBit or MimeTransferEncoding.Binary)) return false;
        var encoding = part.IsText && TransferEncoder.Choose(part.RawBody) == MimeTransferEncoding.QuotedPrintable ? MimeTransferEncoding.QuotedPrintable : MimeTransferEncoding.Base64;
        var body = new ArrayBufferWriter<byte>();
        TransferEncoder.Write(encoding, part.RawBody, body);
        SetEncoding(part, TransferEncoder.Name(encoding), edits);
        edits.Add((part.BodyOffset, part.BodyOffset + part.BodyLength, body.WrittenSpan.ToArray()));
        return true;
    }

    private static void SetEncoding(MimePart part, string name, List<(int Start, int End, byte[] Text)> edits)
    {
        var field = Encoding.ASCII.GetBytes($"Content-Transfer-Encoding: {name}\r\n");
        if (part.TryFindHeader("Content-Transfer-Encoding"u8, out var present))
        {
            edits.Add((present.Offset, present.End, field));
            return;
        }

        var mime = part.IsMessage && !part.TryFindHeader("MIME-Version"u8, out _) ? "MIME-Version: 1.0\r\n" : "";
        edits.Add((part.HeaderOffset, part.HeaderOffset, [.. Encoding.ASCII.GetBytes(mime), .. field]));
    }
}
