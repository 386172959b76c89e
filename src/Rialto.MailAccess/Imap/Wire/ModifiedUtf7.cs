// RFC 3501 5.1.3, Mailbox International Naming Convention; RFC 2152.
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Rialto.MailAccess.Imap.Wire;

/// <summary>
/// Mailbox names on the wire. Strict in both directions: what decodes has exactly one encoding, so that no two names on the wire are one mailbox.
/// </summary>
internal static class ModifiedUtf7
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

    /// <summary>False for 8-bit bytes, controls, bad or superfluous shifts, and text that is no UTF-16.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (name.IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0)
            return false;
        if (!name.Contains((byte)'&'))
        {
            text = Encoding.ASCII.GetString(name);
            return true;
        }
        var builder = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] != '&')
            {
                builder.Append((char)name[i]);
                continue;
            }
            var length = name[(i + 1)..].IndexOf((byte)'-');
            if (length < 0)
                return false;
            var shifted = name.Slice(i + 1, length);
            i += length + 1;
            if (length == 0)
                builder.Append('&');
            else if (!TryDecodeShift(shifted, builder))
                return false;
            else if (i + 2 < name.Length && name[i + 1] == '&' && name[i + 2] != '-')
                return false; // two shifts side by side: one would have done
        }
        text = builder.ToString();
        return true;
    }

    public static string Encode(string name)
    {
        var buffer = new ArrayBufferWriter<byte>(name.Length + 16);
        Encode(name, buffer);
        return Encoding.ASCII.GetString(buffer.WrittenSpan);
    }

    public static void Encode(string name, IBufferWriter<byte> output)
    {
        for (var i = 0; i < name.Length;)
        {
            if (IsDirect(name[i]))
            {
                var start = i;
                while (i < name.Length && IsDirect(name[i]) && name[i] != '&')
                    i++;
                Encoding.ASCII.GetBytes(name.AsSpan(start, i - start), output);
                if (i < name.Length && name[i] == '&')
                {
                    output.Write("&-"u8);
                    i++;
                }
                continue;
            }
            var from = i;
            while (i < name.Length && !IsDirect(name[i]))
                i++;
            EncodeShift(name.AsSpan(from, i - from), output);
        }
    }

    private static bool IsDirect(char c) => c is >= ' ' and <= '~';

    private static bool TryDecodeShift(ReadOnlySpan<byte> shifted, StringBuilder builder)
    {
        uint bits = 0;
        var count = 0;
        var highSurrogate = false;
        foreach (var b in shifted)
        {
            var value = Alphabet.IndexOf((char)b, StringComparison.Ordinal);
            if (value < 0)
                return false;
            bits = bits << 6 | (uint)value;
            count += 6;
            if (count < 16)
                continue;
            count -= 16;
            var unit = (char)(bits >> count & 0xFFFF);
            bits &= (1u << count) - 1;
            if (IsDirect(unit) || char.IsLowSurrogate(unit) != highSurrogate)
                return false;
            highSurrogate = char.IsHighSurrogate(unit);
            builder.Append(unit);
        }
        return count < 6 && bits == 0 && !highSurrogate;
    }

    private static void EncodeShift(ReadOnlySpan<char> units, IBufferWriter<byte> output)
    {
        var span = output.GetSpan(units.Length * 3 + 2);
        var at = 0;
        span[at++] = (byte)'&';
        uint bits = 0;
        var count = 0;
        foreach (var unit in units)
        {
            bits = bits << 16 | unit;
            count += 16;
            while (count >= 6)
            {
                count -= 6;
                span[at++] = (byte)Alphabet[(int)(bits >> count & 0x3F)];
            }
            bits &= (1u << count) - 1;
        }
        if (count > 0)
            span[at++] = (byte)Alphabet[(int)(bits << 6 - count & 0x3F)];
        span[at++] = (byte)'-';
        output.Advance(at);
    }
}
