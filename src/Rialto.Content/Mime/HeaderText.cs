// RFC 2047 encoded words; RFC 2231 5 language tags in them; RFC 6532 raw UTF-8.
using System.Buffers;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>Unstructured header text to a string.</summary>
public static class HeaderText
{
    /// <summary>
    /// Unfolds and decodes. Adjacent encoded words of one charset are joined before their bytes become characters, since mailers split
    /// multibyte characters between words. Raw 8-bit text is UTF-8 where valid, else windows-1252. Never fails: what is no encoded word stays.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> raw)
    {
        raw = raw.Trim(" \t\r\n"u8);
        if (raw.IsEmpty)
            return "";
        if (!raw.ContainsAny((byte)'\r', (byte)'\n', (byte)0) && raw.IndexOf("=?"u8) < 0)
            return MailCharset.DecodeUndeclared(raw);

        var unfolded = ArrayPool<byte>.Shared.Rent(raw.Length);
        var words = ArrayPool<byte>.Shared.Rent(raw.Length);
        try
        {
            var length = Unfold(raw, unfolded);
            return DecodeWords(unfolded.AsSpan(0, length), words);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(unfolded);
            ArrayPool<byte>.Shared.Return(words);
        }
    }

    /// <summary>RFC 5322 2.2.3: line ends go, the white space after them stays. NUL goes too.</summary>
    internal static int Unfold(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        var length = 0;
        foreach (var b in raw)
        {
            if (b is not ((byte)'\r' or (byte)'\n' or 0))
                destination[length++] = b;
        }
        return length;
    }

    private static string DecodeWords(ReadOnlySpan<byte> text, Span<byte> words)
    {
        var result = new StringBuilder(text.Length);
        var pending = 0;
        var pendingCodePage = 0;
        var position = 0;
        var closing = -1;
        while (position < text.Length)
        {
            var start = text[position..].IndexOf("=?"u8);
            if (start < 0)
                break;
            start += position;
            if (!ReadWord(text, start, ref closing, out var end, out var codePage, words[pending..], out var written))
            {
                Flush(result, words, ref pending, pendingCodePage);
                Append(result, text[position..(start + 2)]);
                position = start + 2;
                continue;
            }
            var between = text[position..start];
            if (pending > 0 && between.ContainsAnyExcept((byte)' ', (byte)'\t') || pending > 0 && codePage != pendingCodePage)
            {
                // The new word's bytes stand behind the pending ones: emit those first, then move it to the front.
                var fresh = words.Slice(pending, written);
                result.Append(MailCharset.DecodeByCodePage(words[..pending], pendingCodePage));
                fresh.CopyTo(words);
                pending = 0;
                if (between.ContainsAnyExcept((byte)' ', (byte)'\t'))
                    Append(result, between);
            }
            else if (pending == 0 && !(position > 0 && IsAfterWord(text, position) && !between.ContainsAnyExcept((byte)' ', (byte)'\t')))
            {
                Append(result, between);
            }
            pending += written;
            pendingCodePage = codePage;
            position = end;
        }
        Flush(result, words, ref pending, pendingCodePage);
        Append(result, text[position..]);
        return result.ToString();
    }

    // An empty encoded word leaves nothing pending, yet the white space after it counts as between words.
    private static bool IsAfterWord(ReadOnlySpan<byte> text, int position) => position >= 2 && text[position - 2] == '?' && text[position - 1] == '=';

    private static void Flush(StringBuilder result, Span<byte> words, ref int pending, int codePage)
    {
        if (pending > 0)
            result.Append(MailCharset.DecodeByCodePage(words[..pending], codePage));
        pending = 0;
    }

    private static void Append(StringBuilder result, ReadOnlySpan<byte> raw)
    {
        if (!raw.IsEmpty)
            result.Append(MailCharset.DecodeUndeclared(raw));
    }

    /// <summary>encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?=".</summary>
    private static bool ReadWord(ReadOnlySpan<byte> text, int start, ref int closing, out int end, out int codePage, Span<byte> destination, out int written)
    {
        end = codePage = written = 0;
        var rest = text[(start + 2)..];
        // A name of a charset is short; looking no further keeps a run of "=?" linear.
        var mark = rest[..Math.Min(rest.Length, 80)].IndexOf((byte)'?');
        if (mark <= 0 || mark + 2 >= rest.Length || rest[mark + 2] != '?')
            return false;
        var encoding = (byte)(rest[mark + 1] | 0x20);
        if (encoding is not ((byte)'b' or (byte)'q'))
            return false;
        var data = rest[(mark + 3)..];
        var close = FindClose(text, start + 2 + mark + 3, encoding == 'q', ref closing);
        if (close < 0)
            return false;
        var charset = rest[..mark];
        var star = charset.IndexOf((byte)'*');
        if (star >= 0)
            charset = charset[..star];
        codePage = CodePageOf(charset);
        var encoded = data[..close];
        written = encoding == 'b' ? TransferDecoder.DecodeBase64(encoded, destination) : DecodeQ(encoded, destination);
        end = start + 2 + mark + 3 + close + 2;
        return true;
    }

    /// <summary>
    /// Where "?=" stands after the start of the data; -1 for nowhere. A word is at most 75 characters by the RFC; mailers that never split go to
    /// thousands, but no further than the next word. What was found is kept in closing, so that a run of unclosed words stays linear.
    /// </summary>
    private static int FindClose(ReadOnlySpan<byte> text, int dataStart, bool q, ref int closing)
    {
        if (closing < dataStart)
        {
            var found = text[dataStart..].IndexOf("?="u8);
            closing = found < 0 ? int.MaxValue : dataStart + found;
        }
        if (closing == int.MaxValue)
            return -1;
        var data = text[dataStart..closing];
        if (q && data.IndexOf("=?"u8) is >= 0 and var other)
        {
            var marks = 0;
            foreach (var b in data[other..])
            {
                if (b == '?' && ++marks == 3)
                    return -1;
            }
        }
        return data.Length;
    }

    private static int CodePageOf(ReadOnlySpan<byte> charset)
    {
        if (Ascii.EqualsIgnoreCase(charset, "utf-8"u8))
            return 65001;
        return Ascii.EqualsIgnoreCase(charset, "iso-8859-1"u8) ? 1252 : MailCharset.FindCodePage(Encoding.Latin1.GetString(charset));
    }

    private static int DecodeQ(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var written = 0;
        for (var i = 0; i < source.Length; i++)
        {
            var b = source[i];
            if (b == '_')
            {
                b = (byte)' ';
            }
            else if (b == '=' && i + 2 < source.Length && TransferDecoder.Hex(source[i + 1]) is >= 0 and var high && TransferDecoder.Hex(source[i + 2]) is >= 0 and var low)
            {
                b = (byte)(high << 4 | low);
                i += 2;
            }
            destination[written++] = b;
        }
        return written;
    }
}
