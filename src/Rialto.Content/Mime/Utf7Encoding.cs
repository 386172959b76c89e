// RFC 2152.
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>UTF-7, which old mail still comes in; for reading only. Encoding gives ASCII with question marks.</summary>
internal sealed class Utf7Encoding : Encoding
{
    public static readonly Utf7Encoding Instance = new();

    public override int CodePage => 65000;

    public override string WebName => "utf-7";

    public override int GetByteCount(char[] chars, int index, int count) => count;

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        ASCII.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetCharCount(byte[] bytes, int index, int count) => Decode(bytes.AsSpan(index, count), default, measure: true);

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        Decode(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex), measure: false);

    public override int GetMaxByteCount(int charCount) => charCount;

    public override int GetMaxCharCount(int byteCount) => byteCount;

    private static int Decode(ReadOnlySpan<byte> bytes, Span<char> chars, bool measure)
    {
        var count = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '+')
            {
                Put(chars, ref count, bytes[i] < 0x80 ? (char)bytes[i] : '\uFFFD', measure);
                continue;
            }
            if (i + 1 < bytes.Length && bytes[i + 1] == '-')
            {
                Put(chars, ref count, '+', measure);
                i++;
                continue;
            }
            uint buffer = 0;
            var bits = 0;
            int value;
            while (i + 1 < bytes.Length && (value = Digit(bytes[i + 1])) >= 0)
            {
                i++;
                buffer = buffer << 6 | (uint)value;
                bits += 6;
                if (bits >= 16)
                {
                    bits -= 16;
                    Put(chars, ref count, (char)(ushort)(buffer >> bits), measure);
                }
            }
            if (i + 1 < bytes.Length && bytes[i + 1] == '-')
                i++;
        }
        return count;
    }

    private static void Put(Span<char> chars, ref int count, char c, bool measure)
    {
        if (!measure && count < chars.Length)
            chars[count] = c;
        count++;
    }

    private static int Digit(byte b) => b switch
    {
        >= (byte)'A' and <= (byte)'Z' => b - 'A',
        >= (byte)'a' and <= (byte)'z' => b - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => b - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };
}
