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

    /// <summary>Where a search for whole values or their starts stands: field by field.</summary>
    internal struct ValueScan
    {
        /// <summary>Who was found last.</summary>
        public int Rank;

        /// <summary>Fields still to be looked at; the lowest one is under way when <see cref="At"/> is not negative.</summary>
        public uint Fields;
        public int At;
    }

    /// <summary>Begins to look for who has a value that starts with a pattern, or is it.</summary>
    internal static ValueScan BeginValues(SearchFields mask) => new() { Rank = -1, Fields = (uint)WithStandIns(mask), At = -1 };

    /// <summary>The next one, each once; false: there is none. Fields come in their order, so that those whose display name it is come first, in order; others by the value that is matched.</summary>
    internal bool TryScan(ref ValueScan scan, SearchFields mask, ReadOnlySpan<byte> pattern, bool whole)
    {
        for (; scan.Fields != 0; scan.Fields &= scan.Fields - 1, scan.At = -1)
        {
            var number = BitOperations.TrailingZeroCount(scan.Fields);
            if (number >= fields.Length) return false;
            var sorted = fields[number];
            if (scan.At < 0) scan.At = Bound(sorted, pattern, whole, after: false);
            while (scan.At < sorted.Length && Compare(sorted[scan.At], pattern, whole) == 0)
            {
                var offset = sorted[scan.At++];
                scan.Rank = RankOf(offset);
                var counted = (uint)Counted(scan.Rank, mask);
                if ((counted >> number & 1) != 0 && IsFirst(scan.Rank, offset, counted, pattern, whole)) return true;
            }
        }

        return false;
    }

    /// <summary>A value that stands under another name is stored once: the alias is the log-on name, and the display name the common name, of whoever has none of its own.</summary>
    internal static SearchFields WithStandIns(SearchFields fields)
    {
        if ((fields & SearchFields.LogonName) != 0) fields |= SearchFields.Alias;
        if ((fields & SearchFields.CommonName) != 0) fields |= SearchFields.DisplayName;
        return fields;
    }

    /// <summary>The fields whose values count for this one: with those that stand in for what it does not have.</summary>
    internal SearchFields Counted(int rank, SearchFields mask)
    {
        if ((mask & (SearchFields.CommonName | SearchFields.DisplayName)) == SearchFields.CommonName && !Has(rank, BitOperations.TrailingZeroCount((uint)SearchFields.CommonName)))
            mask |= SearchFields.DisplayName;
        if ((mask & (SearchFields.LogonName | SearchFields.Alias)) == SearchFields.LogonName && Entries[rank] is Account && !Has(rank, BitOperations.TrailingZeroCount((uint)SearchFields.LogonName)))
            mask |= SearchFields.Alias;
        return mask;
    }

    /// <summary>Whether no record before this one matches too: whoever matches in several is found by the first.</summary>
    private bool IsFirst(int rank, int offset, uint mask, ReadOnlySpan<byte> pattern, bool whole)
    {
        for (var at = starts[rank]; at < offset - 1; at += text.AsSpan(at).IndexOf((byte)0) + 1)
        {
            if ((mask >> (text[at] - 1) & 1) != 0 && Compare(at + 1, pattern, whole) == 0) return false;
        }

        return true;
    }

    private bool Contains(int rank, SearchFields mask, ReadOnlySpan<byte> pattern)
    {
        mask = Counted(rank, mask);
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
