// RFC 1741: application/mac-binhex40, BinHex 4.0; appendix A has the format.
using System.Buffers.Binary;

namespace Rialto.Content.Mime;

/// <summary>
/// Reads BinHex 4.0: characters of six bits between two colons, runs of a byte shortened, and in them
/// <code>
/// length of name (1) | name | version 0 (1) | type (4) | creator (4) | flags (2) | data length (4) | resource length (4) | CRC (2) | data | CRC (2) | resource | CRC (2)
/// </code>
/// </summary>
public static class BinHex
{
    private const byte RunMark = 0x90;
    private static readonly sbyte[] Digits = MakeDigits();

    /// <summary>
    /// Null where the bytes hold no such file. One that is cut off comes with what there is; checksums are not asked about, for a file with a bad one is worth more than none.
    /// </summary>
    public static MacFile? Read(ReadOnlySpan<byte> text)
    {
        var notice = text.IndexOf("(This file must be converted with BinHex"u8);
        if (notice >= 0)
            text = text[notice..];
        var start = notice < 0 && text.Length > 0 && text[0] == ':' ? 0 : text.IndexOf("\n:"u8);
        if (start < 0)
            start = text.IndexOf("\r:"u8);
        if (start < 0)
            return null;
        var bytes = Unpack(text[(start + (text[start] == ':' ? 1 : 2))..]);
        if (bytes.Length < 1 || bytes[0] is 0 or > 63 || bytes.Length < bytes[0] + 22)
            return null;
        var rest = bytes.AsSpan(2 + bytes[0]);
        var dataLength = BinaryPrimitives.ReadUInt32BigEndian(rest[10..]);
        var resourceLength = BinaryPrimitives.ReadUInt32BigEndian(rest[14..]);
        var dataStart = bytes.Length - rest.Length + 20;
        var data = bytes.AsMemory(dataStart, (int)Math.Min(dataLength, (uint)(bytes.Length - dataStart)));
        var resourceStart = Math.Min(bytes.Length, dataStart + dataLength + 2);
        var resource = bytes.AsMemory((int)resourceStart, (int)Math.Min(resourceLength, bytes.Length - resourceStart));
        return new MacFile(MacFile.Text(bytes.AsSpan(1, bytes[0])), MacFile.Code(rest[..4]), MacFile.Code(rest[4..8]), data, resource);
    }

    /// <summary>Sixes to bytes, and runs written out: at most 255 bytes for three of input.</summary>
    private static byte[] Unpack(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)':');
        if (end >= 0)
            text = text[..end];
        var result = new MemoryStream(text.Length);
        uint bits = 0;
        var count = 0;
        var marked = false;
        byte last = 0;
        foreach (var character in text)
        {
            int digit = Digits[character];
            if (digit < 0)
                continue;
            bits = bits << 6 | (uint)digit;
            count += 6;
            if (count < 8)
                continue;
            count -= 8;
            var b = (byte)(bits >> count);
            if (marked)
            {
                marked = false;
                if (b == 0)
                {
                    // A mark of length zero is the byte itself.
                    last = RunMark;
                    result.WriteByte(last);
                }
                for (var i = 1; i < b; i++)
                    result.WriteByte(last);
                continue;
            }
            if (b == RunMark)
            {
                marked = true;
                continue;
            }
            last = b;
            result.WriteByte(b);
        }
        return result.ToArray();
    }

    private static sbyte[] MakeDigits()
    {
        var digits = new sbyte[256];
        digits.AsSpan().Fill(-1);
        const string alphabet = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
        for (var i = 0; i < alphabet.Length; i++)
            digits[alphabet[i]] = (sbyte)i;
        return digits;
    }
}
