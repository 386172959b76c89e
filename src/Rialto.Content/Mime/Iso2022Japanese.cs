// RFC 1468 ISO-2022-JP, RFC 1554 ISO-2022-JP-2, RFC 2237 ISO-2022-JP-1; half-width katakana and the rows of NEC and IBM as Windows writes them.
using System.Buffers;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>
/// Reads all that goes by the name of ISO-2022-JP. Escapes choose the set that follows:
/// <code>
/// ESC ( B  ASCII       ESC $ @  JIS X 0208-1978    ESC $ A    GB 2312      ESC . A  ISO-8859-1 upper half, one character after ESC N
/// ESC ( J  JIS Roman   ESC $ B  JIS X 0208-1983    ESC $ ( C  KS C 5601    ESC . F  ISO-8859-7 upper half
/// ESC ( I  katakana    ESC $ ( D  JIS X 0212       SO and SI  katakana and back
/// </code>
/// A line end goes back to ASCII (RFC 1468), since mailers that cut texts lose the escape.
/// </summary>
internal static class Iso2022Japanese
{
    private enum Set
    {
        Ascii,
        Katakana,
        Jis0208,
        Jis0212,
        Gb2312,
        Ksc5601,
    }

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var result = new StringBuilder(bytes.Length);
        var pairs = ArrayPool<byte>.Shared.Rent(bytes.Length + 2);
        var set = Set.Ascii;
        var upper = 1252;
        while (!bytes.IsEmpty)
        {
            if (bytes[0] == 0x1B)
            {
                var length = Escape(bytes, ref set, ref upper);
                if (length > 0)
                {
                    bytes = bytes[length..];
                    continue;
                }
                if (bytes.Length > 2 && bytes[1] == 'N')
                {
                    result.Append(MailCharset.Find(upper)!.GetString([(byte)(bytes[2] | 0x80)]));
                    bytes = bytes[3..];
                    continue;
                }
            }
            else if (bytes[0] is 0x0E or 0x0F)
            {
                set = bytes[0] == 0x0E ? Set.Katakana : Set.Ascii;
                bytes = bytes[1..];
                continue;
            }
            var end = bytes[1..].IndexOfAny<byte>(0x1B, 0x0E, 0x0F);
            var run = end < 0 ? bytes : bytes[..(end + 1)];
            if (set != Set.Ascii && run.IndexOfAny((byte)'\r', (byte)'\n') is >= 0 and var lineEnd)
            {
                run = run[..lineEnd];
                Append(result, run, set, pairs);
                set = Set.Ascii;
            }
            else
            {
                Append(result, run, set, pairs);
            }
            bytes = bytes[run.Length..];
        }
        ArrayPool<byte>.Shared.Return(pairs);
        return result.ToString();
    }

    /// <summary>Length of a designation; 0 where it is none.</summary>
    private static int Escape(ReadOnlySpan<byte> bytes, ref Set set, ref int upper)
    {
        var rest = bytes[1..];
        if (rest.Length < 2)
            return 0;
        switch (rest[0])
        {
            case (byte)'(' when rest[1] is (byte)'B' or (byte)'J' or (byte)'H':
                set = Set.Ascii;
                return 3;
            case (byte)'(' when rest[1] == 'I':
                set = Set.Katakana;
                return 3;
            case (byte)'$' when rest[1] is (byte)'@' or (byte)'B':
                set = Set.Jis0208;
                return 3;
            case (byte)'$' when rest[1] == 'A':
                set = Set.Gb2312;
                return 3;
            case (byte)'$' when rest[1] == '(' && rest.Length > 2 && rest[2] is (byte)'C' or (byte)'D' or (byte)'B' or (byte)'@' or (byte)'Q' or (byte)'O':
                set = rest[2] switch
                {
                    (byte)'C' => Set.Ksc5601,
                    (byte)'D' => Set.Jis0212,
                    _ => Set.Jis0208,
                };
                return 4;
            case (byte)'.' when rest[1] is (byte)'A' or (byte)'F':
                upper = rest[1] == 'A' ? 1252 : 28597;
                return 3;
            default:
                return 0;
        }
    }

    private static void Append(StringBuilder result, ReadOnlySpan<byte> run, Set set, byte[] pairs)
    {
        switch (set)
        {
            case Set.Ascii:
                // Bytes of eight bits have no business here: Shift_JIS is what they most often are.
                result.Append(System.Text.Ascii.IsValid(run) ? Encoding.ASCII.GetString(run) : MailCharset.Find(932)!.GetString(run));
                return;
            case Set.Katakana:
                foreach (var b in run)
                    result.Append((b & 0x7F) is >= 0x21 and <= 0x5F ? (char)((b & 0x7F) - 0x21 + 0xFF61) : (char)(b & 0x7F));
                return;
            case Set.Jis0212:
                // Code page 20932 writes a character of JIS X 0212 with the eighth bit in its first byte alone.
                result.Append(MailCharset.Find(20932)!.GetString(Pairs(run, pairs, 0x80, 0)));
                return;
            case Set.Gb2312:
                result.Append(MailCharset.Find(936)!.GetString(Pairs(run, pairs, 0x80, 0x80)));
                return;
            case Set.Ksc5601:
                result.Append(MailCharset.Find(949)!.GetString(Pairs(run, pairs, 0x80, 0x80)));
                return;
            default:
                result.Append(MailCharset.Find(932)!.GetString(ShiftJis(run, pairs)));
                return;
        }
    }

    private static ReadOnlySpan<byte> Pairs(ReadOnlySpan<byte> run, byte[] pairs, byte first, byte second)
    {
        for (var i = 0; i < run.Length; i++)
            pairs[i] = (byte)(run[i] | (i % 2 == 0 ? first : second));
        return pairs.AsSpan(0, run.Length);
    }

    /// <summary>JIS X 0208 by way of Shift_JIS, whose code page has the rows that NEC and IBM added.</summary>
    private static ReadOnlySpan<byte> ShiftJis(ReadOnlySpan<byte> run, byte[] pairs)
    {
        var written = 0;
        for (var i = 0; i < run.Length; i++)
        {
            var row = run[i] & 0x7F;
            if (row is < 0x21 or > 0x7E || i + 1 == run.Length)
            {
                pairs[written++] = (byte)row;
                continue;
            }
            var cell = run[++i] & 0x7F;
            if (cell is < 0x21 or > 0x7E)
            {
                pairs[written++] = (byte)'?';
                continue;
            }
            var lead = (row - 0x21 >> 1) + 0x81;
            pairs[written++] = (byte)(lead > 0x9F ? lead + 0x40 : lead);
            pairs[written++] = (byte)(row % 2 == 0 ? cell + 0x7E : cell + (cell < 0x60 ? 0x1F : 0x20));
        }
        return pairs.AsSpan(0, written);
    }
}
