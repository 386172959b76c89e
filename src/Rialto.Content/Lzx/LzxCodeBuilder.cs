// [MS-PATCH] 2.4: canonical prefix codes of at most 16 bits (7 for the aligned tree, 15 for the pretree), always complete.
namespace Rialto.Content.Lzx;

/// <summary>Makes code lengths and codes of symbol counts.</summary>
internal sealed class LzxCodeBuilder
{
    private readonly int[] order = new int[LzxFormat.MaxMainSymbols];
    private readonly long[] weight = new long[LzxFormat.MaxMainSymbols * 2];
    private readonly int[] parent = new int[LzxFormat.MaxMainSymbols * 2];
    private readonly byte[] depth = new byte[LzxFormat.MaxMainSymbols * 2];

    /// <summary>
    /// Code lengths for symbols that occur that often: Huffman's, bent to the limit. Readers refuse a code that is not complete, so a lone symbol is given a second one for company;
    /// with no symbol at all every length is 0.
    /// </summary>
    public void Lengths(ReadOnlySpan<int> counts, Span<byte> lengths, int limit)
    {
        lengths.Clear();
        var used = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
                order[used++] = i;
        }
        if (used == 0)
            return;
        if (used == 1)
        {
            lengths[order[0]] = 1;
            lengths[order[0] == 0 ? 1 : 0] = 1;
            return;
        }

        Sort(counts, used);
        for (var i = 0; i < used; i++)
            weight[i] = counts[order[i]];
        // Leaves and inner nodes are two rows, each in order of weight: the lightest two are always at the rows' heads.
        int leaf = 0, inner = used, next = used;
        var root = 2 * used - 2;
        for (; next <= root; next++)
        {
            var first = Lightest(ref leaf, ref inner, used, next);
            var second = Lightest(ref leaf, ref inner, used, next);
            parent[first] = next;
            parent[second] = next;
            weight[next] = weight[first] + weight[second];
        }

        depth[root] = 0;
        Span<int> perLength = stackalloc int[65];
        perLength.Clear();
        for (var i = root - 1; i >= 0; i--)
        {
            depth[i] = (byte)Math.Min(depth[parent[i]] + 1, 64);
            if (i < used)
                perLength[depth[i]]++;
        }
        Limit(perLength, limit);
        // The rarest symbols take the longest codes.
        var at = 0;
        for (var length = limit; length > 0; length--)
        {
            for (var n = perLength[length]; n > 0; n--)
                lengths[order[at++]] = (byte)length;
        }
    }

    /// <summary>The canonical codes of lengths: shorter first, then in order of symbols.</summary>
    public static void Codes(ReadOnlySpan<byte> lengths, Span<ushort> codes)
    {
        Span<int> first = stackalloc int[LzxFormat.MaxCodeLength + 2];
        var code = 0;
        Span<int> count = stackalloc int[LzxFormat.MaxCodeLength + 1];
        count.Clear();
        foreach (var length in lengths)
            count[length]++;
        count[0] = 0;
        for (var length = 1; length <= LzxFormat.MaxCodeLength; length++)
        {
            code = (code + count[length - 1]) << 1;
            first[length] = code;
        }
        for (var i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] > 0)
                codes[i] = (ushort)first[lengths[i]]++;
        }
    }

    private int Lightest(ref int leaf, ref int inner, int leaves, int inners) =>
        leaf < leaves && (inner >= inners || weight[leaf] <= weight[inner]) ? leaf++ : inner++;

    private void Sort(ReadOnlySpan<int> counts, int used)
    {
        // Ties by symbol, so that the same counts always give the same code.
        Span<long> keys = used <= 512 ? stackalloc long[used] : new long[used];
        for (var i = 0; i < used; i++)
            keys[i] = ((long)counts[order[i]] << 16) | (uint)order[i];
        keys.Sort();
        for (var i = 0; i < used; i++)
            order[i] = (int)(keys[i] & 0xFFFF);
    }

    private static void Limit(Span<int> perLength, int limit)
    {
        // Codes that are too long are cut to the limit; that overfills the code space, and shorter codes are lengthened until it fits again.
        var over = 0;
        for (var length = limit + 1; length < perLength.Length; length++)
        {
            over += perLength[length];
            perLength[length] = 0;
        }
        if (over == 0)
            return;
        perLength[limit] += over;
        long space = 0;
        for (var length = 1; length <= limit; length++)
            space += (long)perLength[length] << (limit - length);
        var full = 1L << limit;
        while (space > full)
        {
            var length = limit - 1;
            while (perLength[length] == 0)
                length--;
            perLength[length]--;
            perLength[length + 1]++;
            space -= 1L << (limit - length - 1);
        }
        // What was gained too much goes back: a longest code moves up where there is room.
        while (space < full)
        {
            for (var length = limit; length > 1; length--)
            {
                var gain = 1L << (limit - length);
                if (perLength[length] == 0 || space + gain > full)
                    continue;
                perLength[length]--;
                perLength[length - 1]++;
                space += gain;
                break;
            }
        }
    }
}
