using System.Numerics;

namespace Rialto.Directory;

/// <summary>
/// The search indexes over a fixed set of recipients, in order of display name: texts in one block of bytes, a sorted array of offsets into it per field and one over the words that
/// ambiguous name resolution looks at, and trigrams. Immutable.
/// </summary>
internal sealed class SearchSegment
{
    /// <summary>Bytes of text that share one entry of the table from offsets to ranks.</summary>
    private const int BlockShift = 7;

    private readonly byte[] text;
    private readonly int[] starts;
    private readonly int[][] fields;
    private readonly int[] words;
    private readonly int[] blockRanks;
    private Trigrams? trigrams;

    internal SearchSegment(Recipient[] entries, byte[] text, int[] starts, int[][] fields, int[] words)
    {
        Entries = entries;
        this.text = text;
        this.starts = starts;
        this.fields = fields;
        this.words = words;
        blockRanks = new int[(text.Length >> BlockShift) + 1];
        var rank = 0;
        for (var i = 0; i < blockRanks.Length; i++)
        {
            while (rank + 1 < entries.Length && starts[rank + 1] <= i << BlockShift) rank++;
            blockRanks[i] = rank;
        }
    }

    /// <summary>The recipients by rank.</summary>
    public Recipient[] Entries { get; }

    public void Find(SearchFields mask, SearchMatch match, ReadOnlySpan<byte> pattern, Span<ulong> into, int at)
    {
        if (pattern.IsEmpty) return;
        if (match == SearchMatch.Substring)
        {
            FindSubstring(mask, pattern, into, at);
            return;
        }

        var whole = match == SearchMatch.Exact;
        for (var rest = (uint)mask; rest != 0; rest &= rest - 1)
        {
            var number = BitOperations.TrailingZeroCount(rest);
            if (number < fields.Length) Collect(fields[number], pattern, whole, into, at);
        }
    }

    /// <summary>Who has a word that starts with the pattern, or is it.</summary>
    public void FindWord(ReadOnlySpan<byte> pattern, bool whole, Span<ulong> into, int at)
    {
        if (!pattern.IsEmpty) Collect(words, pattern, whole, into, at);
    }

    /// <summary>Whether the recipient has a record in that field.</summary>
    public bool Has(int rank, int number) => text.AsSpan(starts[rank], starts[rank + 1] - starts[rank]).Contains((byte)(number + 1));

    /// <summary>The rank of whoever has this display name and id; -1 without one.</summary>
    public int Find(Recipient recipient)
    {
        var key = NameKey.Of(recipient);
        int low = 0, high = Entries.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = NameKey.Of(Entries[middle]).CompareTo(key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }

    private void Collect(int[] sorted, ReadOnlySpan<byte> pattern, bool whole, Span<ulong> into, int at)
    {
        for (var i = Bound(sorted, pattern, whole, after: false); i < sorted.Length && Compare(sorted[i], pattern, whole) == 0; i++) Set(into, at + RankOf(sorted[i]));
    }

    private int Bound(int[] sorted, ReadOnlySpan<byte> pattern, bool whole, bool after)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            var order = Compare(sorted[middle], pattern, whole);
            if (order < 0 || (after && order == 0)) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>A record ends with a zero, which is below any text: a shorter one is less without looking for its end.</summary>
    private int Compare(int offset, ReadOnlySpan<byte> pattern, bool whole)
    {
        var rest = text.AsSpan(offset, Math.Min(pattern.Length, text.Length - offset));
        var order = rest.SequenceCompareTo(pattern);
        return order == 0 && whole && text[offset + pattern.Length] != 0 ? 1 : order;
    }

    private void FindSubstring(SearchFields mask, ReadOnlySpan<byte> pattern, Span<ulong> into, int at)
    {
        var scan = BeginScan(pattern);
        while (TryScan(ref scan, mask, pattern)) Set(into, at + scan.Rank);
    }

    /// <summary>Where a search for a piece of text stands; ranks come in order.</summary>
    internal struct SubstringScan
    {
        /// <summary>Who was found last; -1 before the first.</summary>
        public int Rank;

        /// <summary>In the postings, or (for patterns too short for trigrams) in the text.</summary>
        public int At;
        public int End;
        public Trigrams? Index;
    }

    /// <summary>Begins to look for who has the pattern anywhere in a text.</summary>
    internal SubstringScan BeginScan(ReadOnlySpan<byte> pattern)
    {
        if (pattern.Length < 3) return new() { Rank = -1, End = pattern.IsEmpty ? 0 : text.Length };
        var index = Volatile.Read(ref trigrams);
        if (index is null) Volatile.Write(ref trigrams, index = Trigrams.Build(text, starts));
        var (from, to) = index.Rarest(pattern);
        return new() { Rank = -1, At = from, End = to, Index = index };
    }

    /// <summary>The next one; false: there is none.</summary>
    internal bool TryScan(ref SubstringScan scan, SearchFields mask, ReadOnlySpan<byte> pattern)
    {
        if (scan.Index is { } index)
        {
            while (scan.At < scan.End)
            {
                scan.Rank = index.Next(ref scan.At, scan.Rank);
                if (Contains(scan.Rank, mask, pattern)) return true;
            }

            return false;
        }

        // The whole block is looked through, which vector instructions do at memory speed.
        while (scan.At < scan.End && text.AsSpan(scan.At, scan.End - scan.At).IndexOf(pattern) is >= 0 and var hit)
        {
            scan.Rank = RankOf(scan.At + hit);
            scan.At = starts[scan.Rank + 1];
            if (Contains(scan.Rank, mask, pattern)) return true;
        }

        return false;
    }

    private bool Contains(int rank, SearchFields mask, ReadOnlySpan<byte> pattern)
    {
        var rest = text.AsSpan(starts[rank], starts[rank + 1] - starts[rank]);
        while (rest.IndexOf(pattern) is >= 0 and var hit)
        {
            var field = rest[..hit].LastIndexOfAnyInRange((byte)1, (byte)31);
            if (((uint)mask >> (rest[field] - 1) & 1) != 0) return true;
            var end = rest[hit..].IndexOf((byte)0);
            rest = rest[(hit + end + 1)..];
        }

        return false;
    }

    private int RankOf(int offset)
    {
        var rank = blockRanks[offset >> BlockShift];
        while (starts[rank + 1] <= offset) rank++;
        return rank;
    }

    private static void Set(Span<ulong> bits, int position) => bits[position >> 6] |= 1UL << position;
}
