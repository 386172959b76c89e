namespace Rialto.Content.Lzx;

/// <summary>The symbols of a block, counted, and what it would take to write them.</summary>
internal sealed class LzxBlock
{
    /// <summary>Bits of a block's trees beyond those that a joint tree would have: an estimate by what address books and mail take.</summary>
    private const int TreeBits = 900;

    private int extraBits;
    private double bits;

    public int[] Main { get; } = new int[LzxFormat.MaxMainSymbols];

    public int[] Lengths { get; } = new int[LzxFormat.LengthSymbols];

    public int[] Aligned { get; } = new int[LzxFormat.AlignedSymbols];

    /// <summary>Bytes of data that the block stands for.</summary>
    public int Length { get; private set; }

    /// <summary>Whether the bytes as they are take less room than their codes.</summary>
    public bool IsIncompressible => bits + TreeBits >= (Length + 14) * 8.0;

    public void Clear()
    {
        Array.Clear(Main);
        Array.Clear(Lengths);
        Array.Clear(Aligned);
        extraBits = 0;
        bits = 0;
        Length = 0;
    }

    /// <summary>Counts a chunk's tokens.</summary>
    public void Count(LzxTokens tokens, int chunk, int size)
    {
        var (first, end) = tokens.Chunk(chunk);
        for (var i = first; i < end; i++)
        {
            var length = tokens.LengthAt(i);
            var value = tokens.ValueAt(i);
            if (length == 1)
            {
                Main[value]++;
                continue;
            }
            var slot = LzxFormat.Slot(value);
            var extra = LzxFormat.ExtraBits(slot);
            var rest = Math.Min(length, LzxFormat.LongMatch) - LzxFormat.MinMatch;
            Main[LzxFormat.Literals + slot * 8 + Math.Min(rest, LzxFormat.PrimaryLengths)]++;
            if (rest >= LzxFormat.PrimaryLengths)
                Lengths[rest - LzxFormat.PrimaryLengths]++;
            if (length >= LzxFormat.LongMatch)
                extraBits += LzxLongLength.Bits(length);
            if (extra >= 3)
                Aligned[(value - LzxFormat.SlotBase(slot)) & 7]++;
            extraBits += extra;
        }
        Length += size;
        bits = Entropy(Main) + Entropy(Lengths) + extraBits;
    }

    /// <summary>Takes another block's symbols in, if one block for both is no longer than two.</summary>
    public bool TryAdd(LzxBlock other)
    {
        Add(Main, other.Main, 1);
        Add(Lengths, other.Lengths, 1);
        var joint = Entropy(Main) + Entropy(Lengths) + extraBits + other.extraBits;
        if (joint > bits + other.bits + TreeBits)
        {
            Add(Main, other.Main, -1);
            Add(Lengths, other.Lengths, -1);
            return false;
        }
        Add(Aligned, other.Aligned, 1);
        bits = joint;
        extraBits += other.extraBits;
        Length += other.Length;
        return true;
    }

    private static void Add(Span<int> to, ReadOnlySpan<int> from, int sign)
    {
        for (var i = 0; i < to.Length; i++)
            to[i] += sign * from[i];
    }

    private static double Entropy(ReadOnlySpan<int> counts)
    {
        long total = 0;
        double sum = 0;
        foreach (var count in counts)
        {
            if (count == 0)
                continue;
            total += count;
            sum += count * Math.Log2(count);
        }
        return total == 0 ? 0 : total * Math.Log2(total) - sum;
    }
}
