namespace Rialto.Content.Lzx;

/// <summary>What tokens cost, in sixteenths of a bit: counted from the symbols of a parse, for the next parse.</summary>
internal sealed class LzxCosts
{
    public const int Bit = 16;

    /// <summary>A symbol that was not seen yet costs this much; it may well be the only one of its kind.</summary>
    private const int Unseen = 13 * Bit;

    private static readonly ushort[] s_log = MakeLog();

    private readonly int[] main = new int[LzxFormat.MaxMainSymbols];
    private readonly int[] length = new int[LzxFormat.LengthSymbols];

    public int[] MainCounts { get; } = new int[LzxFormat.MaxMainSymbols];

    public int[] LengthCounts { get; } = new int[LzxFormat.LengthSymbols];

    public void ClearCounts()
    {
        Array.Clear(MainCounts);
        Array.Clear(LengthCounts);
    }

    public void CountLiteral(byte value) => MainCounts[value]++;

    public void CountMatch(int slot, int matchLength)
    {
        var rest = Math.Min(matchLength, LzxFormat.LongMatch) - LzxFormat.MinMatch;
        MainCounts[LzxFormat.Literals + slot * 8 + Math.Min(rest, LzxFormat.PrimaryLengths)]++;
        if (rest >= LzxFormat.PrimaryLengths)
            LengthCounts[rest - LzxFormat.PrimaryLengths]++;
    }

    /// <summary>Makes costs of the counts.</summary>
    public void Update(int mainSymbols)
    {
        Update(MainCounts.AsSpan(0, mainSymbols), main);
        Update(LengthCounts, length);
    }

    public int Literal(byte value) => main[value];

    /// <summary>A match with the bits of its offset.</summary>
    public int Match(int slot, int matchLength) => MatchAt(slot, matchLength) + LzxFormat.ExtraBits(slot) * Bit;

    /// <summary>A match without them.</summary>
    public int MatchAt(int slot, int matchLength)
    {
        var symbol = LzxFormat.Literals + slot * 8;
        if (matchLength < LzxFormat.MinMatch + LzxFormat.PrimaryLengths)
            return main[symbol + matchLength - LzxFormat.MinMatch];
        var cost = main[symbol + LzxFormat.PrimaryLengths];
        return matchLength < LzxFormat.LongMatch
            ? cost + length[matchLength - LzxFormat.MinMatch - LzxFormat.PrimaryLengths]
            : cost + length[LzxFormat.LengthSymbols - 1] + LzxLongLength.Bits(matchLength) * Bit;
    }

    private static void Update(ReadOnlySpan<int> counts, Span<int> costs)
    {
        long total = 0;
        foreach (var count in counts)
            total += count;
        var whole = Log(total);
        for (var i = 0; i < counts.Length; i++)
            costs[i] = counts[i] == 0 ? Unseen : Math.Clamp(whole - Log(counts[i]), Bit / 2, LzxFormat.MaxCodeLength * Bit);
    }

    /// <summary>The binary logarithm in sixteenths.</summary>
    private static int Log(long value)
    {
        var shift = 0;
        while (value >= s_log.Length)
        {
            value >>= 1;
            shift += Bit;
        }
        return s_log[Math.Max(value, 1)] + shift;
    }

    private static ushort[] MakeLog()
    {
        var table = new ushort[4_096];
        for (var i = 1; i < table.Length; i++)
            table[i] = (ushort)Math.Round(Math.Log2(i) * Bit);
        return table;
    }
}
