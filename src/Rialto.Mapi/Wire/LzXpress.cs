// [MS-OXCRPC] 3.1.4.1.1.2 compression: LZ77 over a window of 8 KB, DIRECT2 encoding.
using System.Buffers.Binary;

namespace Rialto.Mapi.Wire;

/// <summary>
/// The compression of extended buffers. A run of 32 bits tells literals (0) from matches (1), most significant first; a match is two bytes, 13 bits of
/// distance - 1 over 3 bits of length - 3. Longer lengths go on in a nibble that two matches share, then a byte, then 16 bits, then 32.
/// </summary>
public static class LzXpress
{
    private const int MinimumMatch = 3;
    private const int Window = 8192;
    private const int HashBits = 12;

    /// <summary>Decompresses into exactly <paramref name="output"/>; false when the input does not give that many bytes or refers to bytes before the first.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int from = 0, to = 0, sharedNibble = -1, bitsLeft = 0;
        uint bits = 0;
        while (to < output.Length)
        {
            if (bitsLeft == 0)
            {
                if (input.Length - from < 4)
                    return false;
                bits = BinaryPrimitives.ReadUInt32LittleEndian(input[from..]);
                from += 4;
                bitsLeft = 32;
            }
            bitsLeft--;
            if ((bits >> bitsLeft & 1) == 0)
            {
                if (from >= input.Length)
                    return false;
                output[to++] = input[from++];
                continue;
            }
            if (input.Length - from < 2)
                return false;
            var token = BinaryPrimitives.ReadUInt16LittleEndian(input[from..]);
            from += 2;
            var distance = (token >> 3) + 1;
            long length = token & 7;
            if (length == 7 && !TryReadLongLength(input, ref from, ref sharedNibble, out length))
                return false;
            length += MinimumMatch;
            if (distance > to || length > output.Length - to)
                return false;
            // The match may overlap what it writes: byte after byte.
            for (var end = to + (int)length; to < end; to++)
                output[to] = output[to - distance];
        }
        return true;
    }

    /// <summary>Compresses; -1 when the result would not be smaller than the input or does not fit <paramref name="output"/>.</summary>
    public static int Compress(ReadOnlySpan<byte> input, Span<byte> output)
    {
        Span<int> latest = stackalloc int[1 << HashBits];
        latest.Fill(-1);
        var limit = Math.Min(output.Length, input.Length - 1);
        int from = 0, to = 4, bitsAt = 0, sharedNibble = -1, bitCount = 0;
        uint bits = 0;
        if (limit < 4)
            return -1;
        while (from < input.Length)
        {
            var length = Match(input, from, latest, out var distance);
            // Worst case of one step: flags, token and the longest length.
            if (to + 14 > limit)
                return -1;
            if (length == 0)
            {
                output[to++] = input[from++];
                bits <<= 1;
            }
            else
            {
                to = WriteMatch(output, to, distance, length, ref sharedNibble);
                bits = bits << 1 | 1;
                for (var end = from + length; from < end; from++)
                {
                    if (from > end - length)
                        Remember(input, from, latest);
                }
            }
            if (++bitCount == 32)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(output[bitsAt..], bits);
                bitsAt = to;
                to += 4;
                bitCount = 0;
                bits = 0;
            }
        }
        // Left-over flags are ones: the decoder stops at the end of its output.
        bits = bitCount == 0 ? uint.MaxValue : bits << (32 - bitCount) | uint.MaxValue >> bitCount;
        BinaryPrimitives.WriteUInt32LittleEndian(output[bitsAt..], bits);
        return to < input.Length ? to : -1;
    }

    private static bool TryReadLongLength(ReadOnlySpan<byte> input, ref int from, ref int sharedNibble, out long length)
    {
        length = 0;
        if (sharedNibble < 0)
        {
            if (from >= input.Length)
                return false;
            sharedNibble = from;
            length = input[from++] & 0x0F;
        }
        else
        {
            length = input[sharedNibble] >> 4;
            sharedNibble = -1;
        }
        if (length == 15)
        {
            if (from >= input.Length)
                return false;
            length = input[from++];
            if (length == 255)
            {
                if (input.Length - from < 2)
                    return false;
                length = BinaryPrimitives.ReadUInt16LittleEndian(input[from..]);
                from += 2;
                if (length == 0)
                {
                    if (input.Length - from < 4)
                        return false;
                    length = BinaryPrimitives.ReadUInt32LittleEndian(input[from..]);
                    from += 4;
                }
                // These count from the shortest match, the steps before included.
                length -= 15 + 7;
                if (length < 0)
                    return false;
            }
            length += 15;
        }
        length += 7;
        return true;
    }

    private static int WriteMatch(Span<byte> output, int to, int distance, int length, ref int sharedNibble)
    {
        var rest = length - MinimumMatch;
        BinaryPrimitives.WriteUInt16LittleEndian(output[to..], (ushort)(distance - 1 << 3 | Math.Min(rest, 7)));
        to += 2;
        if (rest < 7)
            return to;
        var nibble = (byte)Math.Min(rest - 7, 15);
        if (sharedNibble < 0)
        {
            sharedNibble = to;
            output[to++] = nibble;
        }
        else
        {
            output[sharedNibble] |= (byte)(nibble << 4);
            sharedNibble = -1;
        }
        if (rest - 7 < 15)
            return to;
        if (rest - 22 < 255)
        {
            output[to++] = (byte)(rest - 22);
            return to;
        }
        output[to++] = 255;
        BinaryPrimitives.WriteUInt16LittleEndian(output[to..], (ushort)rest);
        return to + 2;
    }

    private static int Match(ReadOnlySpan<byte> input, int at, Span<int> latest, out int distance)
    {
        distance = 0;
        if (input.Length - at < MinimumMatch)
            return 0;
        var candidate = Remember(input, at, latest);
        if (candidate < 0 || at - candidate > Window)
            return 0;
        var length = input[candidate..].CommonPrefixLength(input[at..]);
        // 16 bits of length are enough for a payload whose size has 16 bits.
        length = Math.Min(length, ushort.MaxValue);
        distance = at - candidate;
        return length >= MinimumMatch ? length : 0;
    }

    private static int Remember(ReadOnlySpan<byte> input, int at, Span<int> latest)
    {
        if (input.Length - at < MinimumMatch)
            return -1;
        var hash = (uint)(input[at] << 16 | input[at + 1] << 8 | input[at + 2]) * 2654435761u >> (32 - HashBits);
        var before = latest[(int)hash];
        latest[(int)hash] = at;
        return before;
    }
}
