// [MS-OXCFXICS] 2.2.2.6 GLOBSET, 3.1.5.4.3 its encoding and decoding.
using System.Buffers.Binary;
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>
/// A set of counters as commands over a stack of common high-order bytes:
/// <code>
/// 01-06 n bytes   push; six bytes on the stack are a counter of their own, and what was pushed goes again
/// 50              pop what the last push brought
/// 42 start bits   with five bytes on the stack: start, and start+1+n for each bit n
/// 52 low high     a range, each end completed by the stack
/// 00              the end, with an empty stack
/// </code>
/// </summary>
public static class GlobSet
{
    /// <summary>Ranges in one set. A mailbox of a million messages with every second one gone has half of this.</summary>
    public const int MaxRanges = 1_000_000;

    private const byte End = 0x00;
    private const byte Bitmask = 0x42;
    private const byte Pop = 0x50;
    private const byte Range = 0x52;
    private const int CounterSize = 6;

    /// <summary>Reads up to the end command; null and the reader failed for anything malformed.</summary>
    public static IdSet? Read(ref WireReader reader)
    {
        var ranges = new List<IdRange>();
        Span<byte> common = stackalloc byte[CounterSize];
        Span<byte> pushes = stackalloc byte[CounterSize];
        int length = 0, depth = 0;
        while (!reader.Failed && ranges.Count <= MaxRanges)
        {
            var command = reader.ReadByte();
            switch (command)
            {
                case End when !reader.Failed && length == 0:
                    return IdSet.FromRanges(ranges);
                case >= 1 and <= CounterSize when length + command <= CounterSize:
                    reader.ReadSpan(command).CopyTo(common[length..]);
                    if (length + command == CounterSize)
                    {
                        var single = Complete(common, CounterSize, default);
                        ranges.Add(new IdRange(single, single));
                        break;
                    }
                    pushes[depth++] = command;
                    length += command;
                    break;
                case Pop when depth > 0:
                    length -= pushes[--depth];
                    break;
                case Bitmask when length == CounterSize - 1:
                    if (!ReadBitmask(ref reader, Complete(common, length, [0]), ranges))
                        reader.Fail();
                    break;
                case Range:
                    var low = Complete(common, length, reader.ReadSpan(CounterSize - length));
                    var high = Complete(common, length, reader.ReadSpan(CounterSize - length));
                    if (low > high)
                        reader.Fail();
                    ranges.Add(new IdRange(low, high));
                    break;
                default:
                    reader.Fail();
                    break;
            }
        }
        reader.Fail();
        return null;
    }

    private static bool ReadBitmask(ref WireReader reader, ulong high, List<IdRange> ranges)
    {
        var start = reader.ReadByte();
        var bits = reader.ReadByte();
        var last = start;
        var first = start;
        for (var bit = 0; bit < 8; bit++)
        {
            if ((bits & 1 << bit) == 0)
                continue;
            if (start + 1 + bit > byte.MaxValue)
                return false;
            var value = (byte)(start + 1 + bit);
            if (value != last + 1)
            {
                ranges.Add(new IdRange(high | first, high | last));
                first = value;
            }
            last = value;
        }
        ranges.Add(new IdRange(high | first, high | last));
        return true;
    }

    private static ulong Complete(ReadOnlySpan<byte> common, int length, ReadOnlySpan<byte> rest)
    {
        Span<byte> whole = stackalloc byte[8];
        whole.Clear();
        common[..length].CopyTo(whole[2..]);
        if (rest.Length == CounterSize - length)
            rest.CopyTo(whole[(2 + length)..]);
        return BinaryPrimitives.ReadUInt64BigEndian(whole);
    }

    // ---- writing ----

    /// <summary>
    /// Writes the set. Ranges that share high-order bytes are put behind a push where that is shorter than repeating the bytes; neighbours within nine
    /// values share a bitmask.
    /// </summary>
    public static void Write(ref WireWriter writer, IdSet set)
    {
        WriteGroup(ref writer, set.Ranges, 0);
        writer.WriteByte(End);
    }

    /// <summary>Ranges that share the <paramref name="depth"/> bytes already on the stack.</summary>
    private static void WriteGroup(ref WireWriter writer, ReadOnlySpan<IdRange> ranges, int depth)
    {
        if (depth == CounterSize - 1)
        {
            WriteLastBytes(ref writer, ranges);
            return;
        }
        while (!ranges.IsEmpty)
        {
            // The longest run that agrees in the next byte; a range across a border of that byte stands alone.
            var run = 1;
            if (SharesBytes(ranges[0].Low, ranges[0].High, depth + 1))
            {
                while (run < ranges.Length && SharesBytes(ranges[0].Low, ranges[run].High, depth + 1))
                    run++;
            }
            WriteRun(ref writer, ranges[..run], depth);
            ranges = ranges[run..];
        }
    }

    private static void WriteRun(ref WireWriter writer, ReadOnlySpan<IdRange> run, int depth)
    {
        var shared = depth;
        while (shared < CounterSize - 1 && SharesBytes(run[0].Low, run[^1].High, shared + 1))
            shared++;
        var flat = 0;
        foreach (var range in run)
            flat += FlatSize(range, depth);
        if (shared > depth)
        {
            var start = writer.Position;
            WriteBytes(ref writer, (byte)(shared - depth), run[0].Low, depth, shared);
            WriteGroup(ref writer, run, shared);
            writer.WriteByte(Pop);
            if (writer.Failed || writer.Position - start <= flat)
                return;
            writer.Truncate(start);
        }
        foreach (var range in run)
            WriteFlat(ref writer, range, depth);
    }

    /// <summary>Five bytes are on the stack: what is left of each range is its low-order byte.</summary>
    private static void WriteLastBytes(ref WireWriter writer, ReadOnlySpan<IdRange> ranges)
    {
        while (!ranges.IsEmpty)
        {
            var start = ranges[0].Low;
            var covered = 0;
            var bits = 0;
            while (covered < ranges.Length && ranges[covered].High <= start + 8)
            {
                for (var value = Math.Max(ranges[covered].Low, start + 1); value <= ranges[covered].High; value++)
                    bits |= 1 << (int)(value - start - 1);
                covered++;
            }
            if (covered < 2)
            {
                WriteFlat(ref writer, ranges[0], CounterSize - 1);
                covered = 1;
            }
            else
            {
                writer.WriteByte(Bitmask);
                writer.WriteByte((byte)start);
                writer.WriteByte((byte)bits);
            }
            ranges = ranges[covered..];
        }
    }

    private static int FlatSize(IdRange range, int depth) => range.Low == range.High ? 1 + CounterSize - depth : 1 + 2 * (CounterSize - depth);

    private static void WriteFlat(ref WireWriter writer, IdRange range, int depth)
    {
        if (range.Low == range.High)
        {
            WriteBytes(ref writer, (byte)(CounterSize - depth), range.Low, depth, CounterSize);
            return;
        }
        WriteBytes(ref writer, Range, range.Low, depth, CounterSize);
        for (var i = depth; i < CounterSize; i++)
            writer.WriteByte(ByteAt(range.High, i));
    }

    private static void WriteBytes(ref WireWriter writer, byte command, ulong counter, int from, int to)
    {
        writer.WriteByte(command);
        for (var i = from; i < to; i++)
            writer.WriteByte(ByteAt(counter, i));
    }

    /// <summary>A counter's byte, the highest being number 0.</summary>
    private static byte ByteAt(ulong counter, int index) => (byte)(counter >> 8 * (CounterSize - 1 - index));

    private static bool SharesBytes(ulong left, ulong right, int count) => (left ^ right) >> 8 * (CounterSize - count) == 0;
}
