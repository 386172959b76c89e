// application/x-macbinary: MacBinary I, II and III.
using System.Buffers.Binary;

namespace Rialto.Content.Mime;

/// <summary>
/// Reads MacBinary: a header of 128 bytes, then data fork and resource fork, each filled up to 128.
/// <code>
/// 0 zero | 1 length of name, 2-64 name | 65 type | 69 creator | 74 zero | 82 zero | 83 data length | 87 resource length | 120 second header | 124 CRC of 0-123
/// </code>
/// </summary>
public static class MacBinary
{
    private const int HeaderLength = 128;

    /// <summary>Null where the bytes are none: the first version has no mark of its own, so everything that must be zero or in range is looked at.</summary>
    public static MacFile? Read(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < HeaderLength || span[0] != 0 || span[74] != 0 || span[1] is 0 or > 63)
            return null;
        if (Crc(span[..124]) != BinaryPrimitives.ReadUInt16BigEndian(span[124..]) && (span[82] != 0 || span[99..HeaderLength].ContainsAnyExcept((byte)0)))
            return null;
        var dataLength = BinaryPrimitives.ReadUInt32BigEndian(span[83..]);
        var resourceLength = BinaryPrimitives.ReadUInt32BigEndian(span[87..]);
        var start = HeaderLength + Padded(BinaryPrimitives.ReadUInt16BigEndian(span[120..]));
        if (start > span.Length || dataLength > span.Length - start)
            return null;
        var data = bytes.Slice((int)start, (int)dataLength);
        var resource = start + Padded(dataLength);
        return new MacFile(MacFile.Text(span.Slice(2, span[1])), MacFile.Code(span[65..69]), MacFile.Code(span[69..73]), data,
            resource <= span.Length ? bytes.Slice((int)resource, (int)Math.Min(resourceLength, span.Length - resource)) : default);
    }

    private static long Padded(uint length) => (length + 127L) & ~127L;

    /// <summary>CRC-16 of XMODEM: x^16 + x^12 + x^5 + 1, from zero.</summary>
    internal static ushort Crc(ReadOnlySpan<byte> bytes, ushort crc = 0)
    {
        foreach (var b in bytes)
        {
            crc ^= (ushort)(b << 8);
            for (var bit = 0; bit < 8; bit++)
                crc = (ushort)((crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1);
        }
        return crc;
    }
}
