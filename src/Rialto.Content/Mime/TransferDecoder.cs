// RFC 2045 6: content transfer encodings.
using System.Buffers;

namespace Rialto.Content.Mime;

/// <summary>Undoes transfer encodings. Total: garbage is skipped as RFC 2045 6.8 asks, broken escapes stay as they are.</summary>
public static class TransferDecoder
{
    /// <summary>Upper bound of the decoded length.</summary>
    public static int MaxDecodedLength(MimeTransferEncoding encoding, int length) => encoding == MimeTransferEncoding.Base64 ? (int)((long)length * 3 / 4 + 3) : length;

    /// <summary>Decodes into a buffer of at least <see cref="MaxDecodedLength"/> bytes and returns the length.</summary>
    public static int Decode(MimeTransferEncoding encoding, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        switch (encoding)
        {
            case MimeTransferEncoding.Base64:
                return DecodeBase64(source, destination);
            case MimeTransferEncoding.QuotedPrintable:
                return DecodeQuotedPrintable(source, destination);
            case MimeTransferEncoding.Uuencode:
                return new UuDecoder().Decode(source, destination, isFinal: true, out _);
            default:
                source.CopyTo(destination);
                return source.Length;
        }
    }

    /// <summary>The decoded bytes.</summary>
    public static byte[] Decode(MimeTransferEncoding encoding, ReadOnlySpan<byte> source)
    {
        if (encoding is not (MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable or MimeTransferEncoding.Uuencode))
            return source.ToArray();
        var buffer = ArrayPool<byte>.Shared.Rent(MaxDecodedLength(encoding, source.Length));
        var length = Decode(encoding, source, buffer);
        var result = buffer.AsSpan(0, length).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return result;
    }

    /// <summary>Base64 with whatever else stands in it skipped; padding may lack, or occur in the middle where pieces were joined.</summary>
    public static int DecodeBase64(ReadOnlySpan<byte> source, Span<byte> destination) => new Base64Decoder().Decode(source, destination, isFinal: true);

    /// <summary>Quoted-printable: soft line breaks go, white space before a line end goes, an escape that is none stays.</summary>
    public static int DecodeQuotedPrintable(ReadOnlySpan<byte> source, Span<byte> destination) =>
        new QuotedPrintableDecoder().Decode(source, destination, isFinal: true, out _);

    internal static int Hex(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        _ => -1,
    };
}
