namespace Rialto.Content.Lzx;

/// <summary>Reads symbols of a canonical code: short codes by a table, longer ones length by length.</summary>
internal sealed class LzxDecodeTable(int symbols)
{
    private const int FastBits = 10;

    private readonly ushort[] fast = new ushort[1 << FastBits];
    private readonly ushort[] sorted = new ushort[symbols];
    private readonly int[] limit = new int[LzxFormat.MaxCodeLength + 2];
    private readonly int[] first = new int[LzxFormat.MaxCodeLength + 2];

    /// <summary>Whether there is no code at all, which a length tree may have.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>Makes the table; false for lengths that are no complete code.</summary>
    public bool TryBuild(ReadOnlySpan<byte> lengths)
    {
        Span<int> count = stackalloc int[LzxFormat.MaxCodeLength + 1];
        count.Clear();
        foreach (var length in lengths)
        {
            if (length > LzxFormat.MaxCodeLength)
                return false;
            count[length]++;
        }
        IsEmpty = count[0] == lengths.Length;
        if (IsEmpty)
            return true;

        Span<int> place = stackalloc int[LzxFormat.MaxCodeLength + 2];
        place.Clear();
        var code = 0;
        var at = 0;
        for (var length = 1; length <= LzxFormat.MaxCodeLength; length++)
        {
            // Of the codes of one length, the first one's place in the sorted symbols, and where the code space behind them starts.
            first[length] = at - code;
            place[length] = at;
            at += count[length];
            code += count[length];
            if (code > 1 << length)
                return false;
            limit[length] = code << (LzxFormat.MaxCodeLength - length);
            code <<= 1;
        }
        if (code != 2 << LzxFormat.MaxCodeLength)
            return false;
        for (var i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] > 0)
                sorted[place[lengths[i]]++] = (ushort)i;
        }

        Array.Clear(fast);
        var entry = 0;
        var index = 0;
        for (var length = 1; length <= FastBits; length++)
        {
            for (var n = count[length]; n > 0; n--, index++)
            {
                var width = 1 << (FastBits - length);
                fast.AsSpan(entry, width).Fill((ushort)(sorted[index] << 4 | length));
                entry += width;
            }
        }
        return true;
    }

    public int Read(ref LzxBitReader reader)
    {
        var peek = (int)reader.Peek();
        var entry = fast[peek >> (LzxFormat.MaxCodeLength - FastBits)];
        if (entry != 0)
        {
            reader.Skip(entry & 15);
            return entry >> 4;
        }
        var length = FastBits + 1;
        while (peek >= limit[length])
            length++;
        reader.Skip(length);
        return sorted[first[length] + (peek >> (LzxFormat.MaxCodeLength - length))];
    }
}
