// RFC 2045 6.7, 6.8, 2.7 to 2.9: choosing and applying transfer encodings.
using System.Buffers;
using System.Text;

namespace Rialto.Content.Mime;

internal static class TransferEncoder
{
    // RFC 2045 2.7, 2.8; the line end is none of it (RFC 5322 2.1.1).
    private const int LongestLine = 998;

    private static readonly SearchValues<byte> s_printable = SearchValues.Create([.. Enumerable.Range(32, 95).Select(b => (byte)b), (byte)'\t']);

    /// <summary>7bit where the text allows it as it is, else the shorter of quoted-printable and base64.</summary>
    public static MimeTransferEncoding Choose(ReadOnlySpan<byte> text)
    {
        var special = 0;
        var plain = true;
        for (var left = text; !left.IsEmpty;)
        {
            var feed = left.IndexOf((byte)'\n');
            var line = feed < 0 ? left : left[..feed];
            left = feed < 0 ? default : left[(feed + 1)..];
            var isEnded = line.EndsWith("\r"u8);
            // A bare line feed would not survive.
            plain &= feed < 0 || isEnded;
            if (isEnded && feed >= 0)
            {
                line = line[..^1];
                // Neither would white space at a line's end.
                plain &= !line.EndsWith(" "u8) && !line.EndsWith("\t"u8);
            }
            // "From " at a line's start is quoted by old mailboxes, and a lone dot is SMTP's; long lines break.
            plain &= line.Length <= LongestLine && !line.StartsWith("."u8) && !line.StartsWith("From "u8);
            for (int at; (at = line.IndexOfAnyExcept(s_printable)) >= 0; line = line[(at + 1)..])
            {
                if (line[at] == '\r')
                    plain = false;
                else
                    special++;
            }
        }
        if (special == 0 && plain)
            return MimeTransferEncoding.SevenBit;
        return special * 6 > text.Length ? MimeTransferEncoding.Base64 : MimeTransferEncoding.QuotedPrintable;
    }

    /// <summary>The narrowest of 7bit, 8bit and binary that is true of bytes as they are: whether they are lines, and whether these are ASCII. RFC 2045 2.7 to 2.9.</summary>
    public static MimeTransferEncoding Domain(ReadOnlySpan<byte> data)
    {
        for (var left = data; !left.IsEmpty;)
        {
            var end = left.IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
            if ((end < 0 ? left.Length : end) > LongestLine || end >= 0 && !left[end..].StartsWith("\r\n"u8))
                return MimeTransferEncoding.Binary;
            left = end < 0 ? default : left[(end + 2)..];
        }
        return Ascii.IsValid(data) ? MimeTransferEncoding.SevenBit : MimeTransferEncoding.EightBit;
    }

    public static void Write(MimeTransferEncoding encoding, ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        switch (encoding)
        {
            case MimeTransferEncoding.Base64:
                WriteBase64(data, output);
                break;
            case MimeTransferEncoding.QuotedPrintable:
                var position = new QuotedPrintablePosition();
                WriteQuotedPrintable(data, ref position, data.Length, output);
                break;
            default:
                output.Write(data);
                break;
        }
    }

    public static string Name(MimeTransferEncoding encoding) => encoding switch
    {
        MimeTransferEncoding.Base64 => "base64",
        MimeTransferEncoding.QuotedPrintable => "quoted-printable",
        MimeTransferEncoding.EightBit => "8bit",
        MimeTransferEncoding.Binary => "binary",
        _ => "7bit",
    };

    private static void WriteBase64(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        while (!data.IsEmpty)
        {
            var line = data[..Math.Min(57, data.Length)];
            var room = output.GetSpan(78);
            System.Buffers.Text.Base64.EncodeToUtf8(line, room, out _, out var written);
            room[written++] = (byte)'\r';
            room[written++] = (byte)'\n';
            output.Advance(written);
            data = data[line.Length..];
        }
    }

    /// <summary>Bytes that stand for themselves inside a line; white space only where something follows it there.</summary>
    private static readonly SearchValues<byte> s_plain =
        SearchValues.Create([.. Enumerable.Range(33, 94).Where(b => b != '=').Select(b => (byte)b), (byte)' ', (byte)'\t']);

    /// <summary>Goes on from a position, for <paramref name="count"/> bytes of the data or one more.</summary>
    public static void WriteQuotedPrintable(ReadOnlySpan<byte> data, ref QuotedPrintablePosition position, int count, IBufferWriter<byte> output)
    {
        // Room for a whole line and what ends it, so that it is asked for once a line and not once a byte.
        const int room = 128;
        var to = output.GetSpan(room);
        var written = 0;
        var column = position.Column;
        var end = (int)Math.Min(data.Length, position.Offset + (long)count);
        var i = position.Offset;
        for (; i < end; i++)
        {
            if (to.Length - written < room)
            {
                output.Advance(written);
                to = output.GetSpan(room * 32);
                written = 0;
            }
            if (column > 0)
            {
                // All but the last byte of a run is certain not to end the line.
                var longest = Math.Min(76 - column, end - i);
                var run = data.Slice(i, longest).IndexOfAnyExcept(s_plain);
                run = (run < 0 ? longest : run) - 1;
                if (run > 0)
                {
                    data.Slice(i, run).CopyTo(to[written..]);
                    written += run;
                    column += run;
                    i += run;
                }
            }
            var b = data[i];
            if (b == '\r' && i + 1 < data.Length && data[i + 1] == '\n')
            {
                to[written++] = (byte)'\r';
                to[written++] = (byte)'\n';
                column = 0;
                i++;
                continue;
            }
            var atEnd = i + 1 == data.Length || data[i + 1] == '\r' && i + 2 < data.Length && data[i + 2] == '\n';
            var plain = b is >= 33 and <= 126 and not (byte)'=' || b is (byte)' ' or (byte)'\t' && !atEnd;
            if (column == 0 && (b == '.' || data[i..].StartsWith("From "u8)))
                plain = false;
            var width = plain ? 1 : 3;
            if (column + width > (atEnd ? 76 : 75))
            {
                "=\r\n"u8.CopyTo(to[written..]);
                written += 3;
                column = 0;
            }
            to[written++] = plain ? b : (byte)'=';
            if (!plain)
            {
                to[written++] = (byte)"0123456789ABCDEF"[b >> 4];
                to[written++] = (byte)"0123456789ABCDEF"[b & 15];
            }
            column += width;
        }
        position = new QuotedPrintablePosition { Offset = i, Column = column };
        output.Advance(written);
    }
}

/// <summary>How far an encoder has come: bytes taken, and characters on the line it is in.</summary>
internal struct QuotedPrintablePosition
{
    public int Offset;
    public int Column;
}
