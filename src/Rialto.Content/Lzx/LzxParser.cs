namespace Rialto.Content.Lzx;

/// <summary>
/// Chooses literals and matches. A quick parse counts the symbols; from those it knows what each costs, and goes over the data again for the cheapest way through each
/// chunk: at every position the best way there is known, and each step onward is tried.
/// </summary>
internal sealed class LzxParser
{
    /// <summary>Ways that lose against one this long are not tried.</summary>
    private const int NiceLength = LzxMatchFinder.NiceLength;

    private readonly int[] cost = new int[LzxFormat.ChunkSize + 1];
    private readonly ushort[] stepLength = new ushort[LzxFormat.ChunkSize + 1];
    private readonly uint[] stepValue = new uint[LzxFormat.ChunkSize + 1];
    private readonly LzxRepeats[] repeats = new LzxRepeats[LzxFormat.ChunkSize + 1];
    private readonly LzxCosts costs = new();
    private readonly LzxMatchFinder finder = new();

    public void Parse(ReadOnlySpan<byte> window, int referenceLength, int windowBits, LzxTokens tokens)
    {
        var mainSymbols = LzxFormat.Literals + LzxFormat.SlotCount(windowBits) * 8;
        var count = window.Length - referenceLength;
        finder.Search(window, referenceLength, (1 << windowBits) - 3);
        costs.ClearCounts();
        Quick(window, referenceLength);
        costs.Update(mainSymbols);
        tokens.Clear();
        var last = LzxRepeats.Initial;
        for (var at = 0; at < count; at += LzxFormat.ChunkSize)
        {
            Cheapest(window, referenceLength, at, Math.Min(LzxFormat.ChunkSize, count - at), ref last, tokens);
            tokens.EndChunk(last);
        }
    }

    /// <summary>Takes the longest match, or the next position's where that is longer, and counts the symbols.</summary>
    private void Quick(ReadOnlySpan<byte> window, int referenceLength)
    {
        var count = window.Length - referenceLength;
        var last = LzxRepeats.Initial;
        for (var i = 0; i < count;)
        {
            var limit = Math.Min(LzxFormat.ChunkSize - i % LzxFormat.ChunkSize, count - i);
            var (length, formatted) = Longest(window, referenceLength + i, i, limit, last);
            if (length is >= 3 and < 32 && i + 1 < count && limit > 1 && Longest(window, referenceLength + i + 1, i + 1, limit - 1, last).Length > length + 1)
                length = 0;
            if (length < 3)
            {
                costs.CountLiteral(window[referenceLength + i]);
                i++;
                continue;
            }
            costs.CountMatch(LzxFormat.Slot(formatted), length);
            last.Use(formatted);
            i += length;
        }
    }

    private (int Length, uint Formatted) Longest(ReadOnlySpan<byte> window, int at, int index, int limit, in LzxRepeats last)
    {
        var (best, formatted) = (0, 0u);
        for (var r = 0; r < 3; r++)
        {
            var length = Repeat(window, at, last[r], limit);
            if (length > best)
                (best, formatted) = (length, (uint)r);
        }
        var lengths = finder.LengthsAt(index);
        // A repeated offset costs no offset bits: a new one has to be clearly longer.
        if (lengths.Length > 0 && lengths[^1] > best + (best > 2 ? 2 : 0))
            (best, formatted) = (lengths[^1], (uint)finder.OffsetsAt(index)[^1] + 2);
        return (best, formatted);
    }

    private void Cheapest(ReadOnlySpan<byte> window, int referenceLength, int chunk, int size, ref LzxRepeats last, LzxTokens tokens)
    {
        Array.Fill(cost, int.MaxValue, 0, size + 1);
        cost[0] = 0;
        repeats[0] = last;
        for (var i = 0; i < size;)
        {
            if (i > 0)
            {
                ref readonly var from = ref repeats[i - stepLength[i]];
                repeats[i] = from;
                if (stepLength[i] > 1)
                    repeats[i].Use(stepValue[i]);
            }
            i += Steps(window, referenceLength + chunk + i, chunk + i, i, size - i);
        }

        if (stepLength[size] > 1)
        {
            last = repeats[size - stepLength[size]];
            last.Use(stepValue[size]);
        }
        else
        {
            last = repeats[size - 1];
        }
        Trace(size, tokens);
    }

    /// <summary>Tries every step from a position; how far the next position is to be looked at lies ahead.</summary>
    private int Steps(ReadOnlySpan<byte> window, int at, int index, int i, int limit)
    {
        var here = cost[i];
        Try(i + 1, here + costs.Literal(window[at]), 1, window[at]);
        var longestRepeat = 1;
        for (var r = 0; r < 3; r++)
        {
            var length = Repeat(window, at, repeats[i][r], limit);
            if (length < 2)
                continue;
            if (length >= NiceLength)
            {
                Try(i + length, here + costs.MatchAt(r, length), length, (uint)r);
                return length;
            }
            for (var n = 2; n <= length; n++)
                Try(i + n, here + costs.MatchAt(r, n), n, (uint)r);
            longestRepeat = Math.Max(longestRepeat, length);
        }

        var lengths = finder.LengthsAt(index);
        if (lengths.Length == 0)
            return 1;
        var offsets = finder.OffsetsAt(index);
        if (lengths[^1] >= NiceLength)
        {
            var formatted = (uint)offsets[^1] + 2;
            Try(i + lengths[^1], here + costs.Match(LzxFormat.Slot(formatted), lengths[^1]), lengths[^1], formatted);
            return lengths[^1];
        }
        var shortest = 3;
        for (var k = 0; k < lengths.Length; k++)
        {
            var formatted = (uint)offsets[k] + 2;
            var slot = LzxFormat.Slot(formatted);
            var start = here + LzxFormat.ExtraBits(slot) * LzxCosts.Bit;
            for (var n = shortest; n <= lengths[k]; n++)
                Try(i + n, start + costs.MatchAt(slot, n), n, formatted);
            shortest = lengths[k] + 1;
        }
        return 1;
    }

    private void Try(int to, int total, int length, uint value)
    {
        if (total >= cost[to])
            return;
        cost[to] = total;
        stepLength[to] = (ushort)length;
        stepValue[to] = value;
    }

    private void Trace(int size, LzxTokens tokens)
    {
        // Backwards to find the way, turning it round in place; then forwards to write it down.
        var to = size;
        var length = stepLength[to];
        var value = stepValue[to];
        while (to > 0)
        {
            var from = to - length;
            var (nextLength, nextValue) = (stepLength[from], stepValue[from]);
            stepLength[from] = length;
            stepValue[from] = value;
            (to, length, value) = (from, nextLength, nextValue);
        }
        for (var i = 0; i < size; i += stepLength[i])
            tokens.Add(stepLength[i], stepValue[i]);
    }

    private static int Repeat(ReadOnlySpan<byte> window, int at, uint offset, int limit)
    {
        if (offset > (uint)at || limit < 2)
            return 0;
        var here = window.Slice(at, limit);
        var there = window.Slice(at - (int)offset, limit);
        return here[0] != there[0] || here[1] != there[1] ? 0 : here.CommonPrefixLength(there);
    }
}
