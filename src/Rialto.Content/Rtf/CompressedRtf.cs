// [MS-OXRTFCP] 2.1.3.1 format and dictionary, 3.1.3.1 compression, 3.1.3.2 decompression.
//
//   0        4         8          12     16
//   +--------+---------+----------+------+-----------------------------------+
//   |COMPSIZE| RAWSIZE | COMPTYPE | CRC  | control byte, 8 tokens, control … |
//   +--------+---------+----------+------+-----------------------------------+
//
// A token is a literal byte (control bit 0, lowest bit first) or a big-endian word: 12 bits of place in the dictionary, 4 bits of length less 2.
using System.Buffers;
using System.Buffers.Binary;

namespace Rialto.Content.Rtf;

/// <summary>Why a PidTagRtfCompressed value could not be read.</summary>
public enum CompressedRtfError
{
    None,

    /// <summary>Shorter than the 16-byte header.</summary>
    Truncated,

    /// <summary>COMPTYPE is neither "LZFu" nor "MELA".</summary>
    UnknownType,

    /// <summary>The CRC of the contents is another than the header's.</summary>
    Checksum,

    /// <summary>More output than the caller allows.</summary>
    TooLarge,
}

/// <summary>The form of PidTagRtfCompressed: RTF bytes packed by a small Lempel-Ziv coder over a dictionary of 4,096 bytes.</summary>
public static class CompressedRtf
{
    /// <summary>COMPTYPE COMPRESSED, "LZFu".</summary>
    public const uint Compressed = 0x75465A4C;

    /// <summary>COMPTYPE UNCOMPRESSED, "MELA".</summary>
    public const uint Uncompressed = 0x414C454D;

    private const int HeaderLength = 16;
    private const int Window = 4096;
    private const int MaxMatch = 17;

    /// <summary>Candidates looked at for a match; past these the gain is under a hundredth and the time of a monotonous input grows with them.</summary>
    private const int MaxChain = 96;

    /// <summary>[MS-OXRTFCP] 2.1.3.1.2: what the dictionary holds at the start.</summary>
    private static ReadOnlySpan<byte> Preset =>
        "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"u8;

    /// <summary>The RTF inside a PidTagRtfCompressed value. False for what no reader should show: unknown type, wrong checksum, larger than maxLength.</summary>
    public static bool TryDecompress(ReadOnlySpan<byte> value, out byte[] rtf, int maxLength = 256 << 20) => Decompress(value, out rtf, maxLength) == CompressedRtfError.None;

    /// <summary>
    /// The same with the reason of a refusal. Tolerated, since writers in the field do it: a COMPSIZE that is larger than the value or leaves bytes over, a RAWSIZE
    /// larger than what the contents give, contents that end without the end mark. Output never passes RAWSIZE, and memory is bounded by the value's own length.
    /// </summary>
    public static CompressedRtfError Decompress(ReadOnlySpan<byte> value, out byte[] rtf, int maxLength = 256 << 20)
    {
        rtf = [];
        if (value.Length < HeaderLength)
            return CompressedRtfError.Truncated;
        var compSize = BinaryPrimitives.ReadUInt32LittleEndian(value);
        var rawSize = BinaryPrimitives.ReadUInt32LittleEndian(value[4..]);
        var type = BinaryPrimitives.ReadUInt32LittleEndian(value[8..]);
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(value[12..]);
        var contents = value[HeaderLength..];
        if (type == Uncompressed)
        {
            var length = (int)Math.Min(rawSize, (uint)contents.Length);
            if (length > maxLength)
                return CompressedRtfError.TooLarge;
            rtf = contents[..length].ToArray();
            return CompressedRtfError.None;
        }
        if (type != Compressed)
            return CompressedRtfError.UnknownType;
        var declared = compSize >= HeaderLength - 4 && compSize - (HeaderLength - 4) <= (uint)contents.Length ? contents[..(int)(compSize - (HeaderLength - 4))] : contents;
        if (RtfCrc.Compute(declared) != crc)
        {
            // A COMPSIZE that lies by the header's length is common; the whole rest then has the sum.
            if (declared.Length == contents.Length || RtfCrc.Compute(contents) != crc)
                return CompressedRtfError.Checksum;
            declared = contents;
        }
        // A word gives 17 bytes at most, and eight words take a control byte.
        var bound = (int)Math.Min(Math.Min(rawSize, (long)maxLength + 1), (long)declared.Length * MaxMatch / 2 + MaxMatch);
        var buffer = ArrayPool<byte>.Shared.Rent(Window + bound + 32);
        try
        {
            // The dictionary is the last 4,096 bytes of one line: first the part that nothing was written to, then the preset, then the output.
            buffer.AsSpan(0, Window - Preset.Length).Clear();
            Preset.CopyTo(buffer.AsSpan(Window - Preset.Length));
            var end = Expand(declared, buffer, Window + bound);
            if (end - Window > maxLength)
                return CompressedRtfError.TooLarge;
            rtf = buffer.AsSpan(Window, end - Window).ToArray();
            return CompressedRtfError.None;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Expand(ReadOnlySpan<byte> source, Span<byte> buffer, int limit)
    {
        // Dictionary place of a position in the buffer.
        var shift = Preset.Length;
        var at = Window;
        var i = 0;
        while (i < source.Length)
        {
            int control = source[i++];
            if (control == 0 && source.Length - i >= 8 && limit - at >= 8)
            {
                source.Slice(i, 8).CopyTo(buffer[at..]);
                i += 8;
                at += 8;
                continue;
            }
            for (var bit = 0; bit < 8; bit++, control >>= 1)
            {
                if ((control & 1) == 0)
                {
                    if (i >= source.Length || at >= limit)
                        return at;
                    buffer[at++] = source[i++];
                    continue;
                }
                if (i + 1 >= source.Length)
                    return at;
                var word = source[i] << 8 | source[i + 1];
                i += 2;
                var distance = (at + shift - (word >> 4)) & (Window - 1);
                if (distance == 0)
                    return at;
                var length = Math.Min((word & 15) + 2, limit - at);
                if (length <= 0)
                    return at;
                var from = at - distance;
                // The buffer has room for a copy of whole words past the limit.
                if (distance >= 16)
                {
                    buffer.Slice(from, 16).CopyTo(buffer[at..]);
                    buffer[at + 16] = buffer[from + 16];
                }
                else
                {
                    for (var n = 0; n < length; n++)
                        buffer[at + n] = buffer[from + n];
                }
                at += length;
            }
        }
        return at;
    }

    /// <summary>RTF in COMPTYPE UNCOMPRESSED: header and the bytes as they are.</summary>
    public static byte[] Store(ReadOnlySpan<byte> rtf)
    {
        var value = new byte[HeaderLength + rtf.Length];
        Header(value, rtf.Length, Uncompressed, 0);
        rtf.CopyTo(value.AsSpan(HeaderLength));
        return value;
    }

    /// <summary>RTF in COMPTYPE COMPRESSED. What TryDecompress gives back is exactly this input.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> rtf)
    {
        var preset = Preset.Length;
        var length = preset + rtf.Length;
        var line = ArrayPool<byte>.Shared.Rent(length);
        var heads = ArrayPool<int>.Shared.Rent(1 << 16);
        // All literals: nine bytes for eight, and the end mark with its control byte.
        var output = ArrayPool<byte>.Shared.Rent(HeaderLength + rtf.Length + rtf.Length / 8 + 8);
        try
        {
            Preset.CopyTo(line);
            rtf.CopyTo(line.AsSpan(preset));
            heads.AsSpan(0, 1 << 16).Fill(-1);
            Span<int> previous = new int[Window];
            var end = Pack(line.AsSpan(0, length), preset, heads, previous, output);
            var value = output.AsSpan(0, end).ToArray();
            Header(value, rtf.Length, Compressed, RtfCrc.Compute(value.AsSpan(HeaderLength)));
            return value;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
            ArrayPool<int>.Shared.Return(heads);
            ArrayPool<byte>.Shared.Return(line);
        }
    }

    private static int Pack(ReadOnlySpan<byte> line, int start, Span<int> heads, Span<int> previous, Span<byte> output)
    {
        for (var p = 0; p + 1 < start; p++)
            Enter(line, p, heads, previous);
        var at = start;
        var entered = start - 1;
        var o = HeaderLength;
        while (true)
        {
            var control = o++;
            output[control] = 0;
            for (var bit = 0; bit < 8; bit++)
            {
                if (at == line.Length)
                {
                    // The end mark: a reference to the place that would be written next.
                    output[control] |= (byte)(1 << bit);
                    BinaryPrimitives.WriteUInt16BigEndian(output[o..], (ushort)((at & (Window - 1)) << 4));
                    return o + 2;
                }
                for (; entered < at && entered + 1 < line.Length; entered++)
                    Enter(line, entered, heads, previous);
                var (from, length) = Match(line, at, heads, previous);
                if (length < 2)
                {
                    output[o++] = line[at++];
                    continue;
                }
                output[control] |= (byte)(1 << bit);
                BinaryPrimitives.WriteUInt16BigEndian(output[o..], (ushort)((from & (Window - 1)) << 4 | (length - 2)));
                o += 2;
                at += length;
            }
        }
    }

    private static void Enter(ReadOnlySpan<byte> line, int at, Span<int> heads, Span<int> previous)
    {
        var key = line[at] << 8 | line[at + 1];
        previous[at & (Window - 1)] = heads[key];
        heads[key] = at;
    }

    /// <summary>The longest match before the place; the oldest of equals, as the specification's own examples have it.</summary>
    private static (int From, int Length) Match(ReadOnlySpan<byte> line, int at, ReadOnlySpan<int> heads, ReadOnlySpan<int> previous)
    {
        var rest = line[at..Math.Min(line.Length, at + MaxMatch)];
        if (rest.Length < 2)
            return default;
        var best = 0;
        var from = 0;
        var candidate = heads[rest[0] << 8 | rest[1]];
        for (var tries = MaxChain; candidate >= 0 && at - candidate < Window && tries > 0; tries--)
        {
            if (best < 2 || line[candidate + best - 1] == rest[best - 1])
            {
                var length = rest.CommonPrefixLength(line[candidate..]);
                if (length >= best)
                {
                    best = length;
                    from = candidate;
                    if (best == MaxMatch)
                        break;
                }
            }
            var next = previous[candidate & (Window - 1)];
            if (next >= candidate)
                break;
            candidate = next;
        }
        return (from, best);
    }

    private static void Header(Span<byte> value, int rawSize, uint type, uint crc)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(value, (uint)value.Length - 4);
        BinaryPrimitives.WriteUInt32LittleEndian(value[4..], (uint)rawSize);
        BinaryPrimitives.WriteUInt32LittleEndian(value[8..], type);
        BinaryPrimitives.WriteUInt32LittleEndian(value[12..], crc);
    }
}
