// RFC 2045 6.7 quoted-printable, 6.8 base64.
using System.Buffers;
using System.Buffers.Text;

namespace Rialto.Content.Mime;

/// <summary>Undoes transfer encodings. Total: garbage is skipped as RFC 2045 6.8 asks, broken escapes stay as they are.</summary>
public static class TransferDecoder
{
    private static readonly sbyte[] Base64Digits = MakeDigits();

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
            default:
                source.CopyTo(destination);
                return source.Length;
        }
    }

    /// <summary>The decoded bytes.</summary>
    public static byte[] Decode(MimeTransferEncoding encoding, ReadOnlySpan<byte> source)
    {
        if (encoding is not (MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable))
            return source.ToArray();
        var buffer = ArrayPool<byte>.Shared.Rent(MaxDecodedLength(encoding, source.Length));
        var length = Decode(encoding, source, buffer);
        var result = buffer.AsSpan(0, length).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return result;
    }

    /// <summary>Base64 with whatever else stands in it skipped; padding may lack, or occur in the middle where pieces were joined.</summary>
    public static int DecodeBase64(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (Base64.DecodeFromUtf8(source, destination, out _, out var written) == OperationStatus.Done)
            return written;
        written = 0;
        uint group = 0;
        var digits = 0;
        foreach (var b in source)
        {
            int digit = Base64Digits[b];
            if (digit >= 0)
            {
                group = group << 6 | (uint)digit;
                if (++digits < 4)
                    continue;
                destination[written++] = (byte)(group >> 16);
                destination[written++] = (byte)(group >> 8);
                destination[written++] = (byte)group;
                digits = 0;
                group = 0;
            }
            else if (b == '=' && digits > 0)
            {
                Flush(ref group, ref digits, destination, ref written);
            }
        }
        Flush(ref group, ref digits, destination, ref written);
        return written;
    }

    private static void Flush(ref uint group, ref int digits, Span<byte> destination, ref int written)
    {
        if (digits == 2)
        {
            destination[written++] = (byte)(group >> 4);
        }
        else if (digits == 3)
        {
            destination[written++] = (byte)(group >> 10);
            destination[written++] = (byte)(group >> 2);
        }
        group = 0;
        digits = 0;
    }

    /// <summary>Quoted-printable: soft line breaks go, white space before a line end goes, an escape that is none stays.</summary>
    public static int DecodeQuotedPrintable(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var written = 0;
        while (!source.IsEmpty)
        {
            var lineEnd = source.IndexOf((byte)'\n');
            var line = lineEnd < 0 ? source : source[..lineEnd];
            source = lineEnd < 0 ? default : source[(lineEnd + 1)..];
            var carriageReturn = lineEnd >= 0 && line.Length > 0 && line[^1] == '\r';
            line = carriageReturn ? line[..^1] : line;
            line = line.TrimEnd(" \t"u8);
            var soft = line.Length > 0 && line[^1] == '=';
            if (soft)
                line = line[..^1];
            while (true)
            {
                var escape = line.IndexOf((byte)'=');
                var plain = escape < 0 ? line : line[..escape];
                plain.CopyTo(destination[written..]);
                written += plain.Length;
                if (escape < 0)
                    break;
                if (escape + 2 < line.Length && Hex(line[escape + 1]) is >= 0 and var high && Hex(line[escape + 2]) is >= 0 and var low)
                {
                    destination[written++] = (byte)(high << 4 | low);
                    line = line[(escape + 3)..];
                }
                else
                {
                    destination[written++] = (byte)'=';
                    line = line[(escape + 1)..];
                }
            }
            if (soft || lineEnd < 0)
                continue;
            if (carriageReturn)
                destination[written++] = (byte)'\r';
            destination[written++] = (byte)'\n';
        }
        return written;
    }

    internal static int Hex(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        _ => -1,
    };

    private static sbyte[] MakeDigits()
    {
        var digits = new sbyte[256];
        digits.AsSpan().Fill(-1);
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (var i = 0; i < alphabet.Length; i++)
            digits[alphabet[i]] = (sbyte)i;
        return digits;
    }
}
