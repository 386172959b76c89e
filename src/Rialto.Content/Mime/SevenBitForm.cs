// RFC 6152 3, RFC 3030 3 and RFC 2045 6 (a message for a server that takes seven bits, or lines, only), RFC 1847 2.1 (what is signed stays as it is).
using System.Buffers;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>A message with its eight-bit parts encoded: everything else stays byte by byte as it was.</summary>
public static class SevenBitForm
{
    /// <summary>Longer texts are encoded in base64, which is written in parts.</summary>
    private const int LongestQuotedPrintable = 1 << 20;

    /// <summary>The message in seven bits; null where that would take changing a header (RFC 6531) or what is signed, or where it is no MIME that could say how it is encoded.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="withoutNul">Whether parts with NUL in them, which is seven bits too, are encoded likewise (RFC 3030 3, RFC 3516 4.4: no server that takes text takes it).</param>
    public static ReadOnlyMemory<byte>? Of(ReadOnlyMemory<byte> bytes, bool withoutNul = false)
    {
        if (IsPlain(bytes.Span, withoutNul)) return bytes;
        // Not by a conditional: there, null would become an empty message.
        if (Pieces(bytes, withoutNul) is not { } pieces) return null;
        return Written(pieces, bytes.Length);
    }

    /// <summary>The same in pieces that follow each other, so that a large message need not be in memory twice; null likewise.</summary>
    public static IReadOnlyList<EncodedPiece>? Pieces(ReadOnlyMemory<byte> bytes, bool withoutNul = false)
    {
        var edits = new List<(int Start, int End, EncodedPiece Piece)>();
        // What lies between parts, or was not understood, has eight bits still.
        return Collect(MimeMessage.Parse(bytes).Root, withoutNul, edits) ? Assemble(bytes, edits, rest => IsPlain(rest.Span, withoutNul)) : null;
    }

    /// <summary>The message with its parts of octets (RFC 3030 3: line ends that are none, long lines, NUL) encoded, in seven bits; null where that would take changing a header or what is signed.</summary>
    public static ReadOnlyMemory<byte>? OfOctets(ReadOnlyMemory<byte> bytes)
    {
        var edits = new List<(int Start, int End, EncodedPiece Piece)>();
        if (!CollectOctets(MimeMessage.Parse(bytes).Root, edits) || Assemble(bytes, edits, _ => true) is not { } pieces) return null;
        if (Of(Written(pieces, bytes.Length), withoutNul: true) is not { } plain || !HasLines(plain.Span)) return null;
        return plain;
    }

    /// <summary>The message with the edits made; null where what stays does not pass.</summary>
    private static List<EncodedPiece>? Assemble(ReadOnlyMemory<byte> bytes, List<(int Start, int End, EncodedPiece Piece)> edits, Func<ReadOnlyMemory<byte>, bool> mayStay)
    {
        var pieces = new List<EncodedPiece>();
        var at = 0;
        foreach (var (start, end, piece) in edits.OrderBy(e => e.Start).ThenBy(e => e.End))
        {
            if (start < at || !mayStay(bytes[at..start])) return null;
            pieces.Add(new EncodedPiece(bytes[at..start], MimeTransferEncoding.SevenBit));
            pieces.Add(piece);
            at = end;
        }

        if (!mayStay(bytes[at..])) return null;
        pieces.Add(new EncodedPiece(bytes[at..], MimeTransferEncoding.SevenBit));
        return pieces;
    }

    private static ReadOnlyMemory<byte> Written(IReadOnlyList<EncodedPiece> pieces, int length)
    {
        var output = new ArrayBufferWriter<byte>(length + (length / 4));
        foreach (var piece in pieces)
        {
            foreach (var part in piece.Parts())
                part.WriteTo(output);
        }

        return output.WrittenMemory;
    }

    private static bool CollectOctets(MimePart part, List<(int Start, int End, EncodedPiece Piece)> edits)
    {
        if (part.Encoding != MimeTransferEncoding.Binary) return part.Embedded is { } whole ? CollectOctets(whole, edits) : part.Children.All(c => CollectOctets(c, edits));
        if (part.Is("multipart", "signed")) return false;
        if (part.IsMultipart || part.Embedded is not null)
        {
            SetEncoding(part, "7bit", edits);
            return part.Embedded is { } embedded ? CollectOctets(embedded, edits) : part.Children.All(c => CollectOctets(c, edits));
        }

        SetEncoding(part, TransferEncoder.Name(MimeTransferEncoding.Base64), edits);
        edits.Add((part.BodyOffset, part.BodyOffset + part.BodyLength, new EncodedPiece(part.Message.Bytes.Slice(part.BodyOffset, part.BodyLength), MimeTransferEncoding.Base64)));
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

    private static bool Collect(MimePart part, bool withoutNul, List<(int Start, int End, EncodedPiece Piece)> edits)
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
        var encoding = part.IsText && part.BodyLength <= LongestQuotedPrintable && TransferEncoder.Choose(part.RawBody) == MimeTransferEncoding.QuotedPrintable
            ? MimeTransferEncoding.QuotedPrintable
            : MimeTransferEncoding.Base64;
        SetEncoding(part, TransferEncoder.Name(encoding), edits);
        edits.Add((part.BodyOffset, part.BodyOffset + part.BodyLength, new EncodedPiece(part.Message.Bytes.Slice(part.BodyOffset, part.BodyLength), encoding)));
        return true;
    }

    private static void SetEncoding(MimePart part, string name, List<(int Start, int End, EncodedPiece Piece)> edits)
    {
        var field = Encoding.ASCII.GetBytes($"Content-Transfer-Encoding: {name}\r\n");
        if (part.TryFindHeader("Content-Transfer-Encoding"u8, out var present))
        {
            edits.Add((present.Offset, present.End, new EncodedPiece(field, MimeTransferEncoding.SevenBit)));
            return;
        }

        var mime = part.IsMessage && !part.TryFindHeader("MIME-Version"u8, out _) ? "MIME-Version: 1.0\r\n" : "";
        edits.Add((part.HeaderOffset, part.HeaderOffset, new EncodedPiece((byte[])[.. Encoding.ASCII.GetBytes(mime), .. field], MimeTransferEncoding.SevenBit)));
    }
}
