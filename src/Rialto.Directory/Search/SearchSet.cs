using System.Buffers;
using System.Collections;
using System.Numerics;

namespace Rialto.Directory;

/// <summary>
/// A set of recipients of one search, kept as bits; enumerates them by display name (folded), then id: the same order at every call on the same snapshot.
/// Dispose it to give its buffer back. Not for several threads.
/// </summary>
public sealed class SearchSet : IEnumerable<Recipient>, IDisposable
{
    private readonly DirectorySearch search;
    private readonly int words;
    private ulong[] bits;

    internal SearchSet(DirectorySearch search, bool full)
    {
        this.search = search;
        words = (search.Positions + 63) >> 6;
        bits = ArrayPool<ulong>.Shared.Rent(Math.Max(1, words));
        if (full) Bits.Fill(ulong.MaxValue);
        else Bits.Clear();
        if (full && words > 0 && (search.Positions & 63) != 0) bits[words - 1] = (1UL << search.Positions) - 1;
    }

    /// <summary>What the set belongs to.</summary>
    public DirectorySearch Search => search;

    internal Span<ulong> Bits => bits.AsSpan(0, words);

    /// <summary>How many positions are set; recipients that changed since the indexes were made may be among them though they no longer match.</summary>
    public int Count
    {
        get
        {
            search.DropDead(Bits);
            var count = 0;
            foreach (var word in Bits) count += BitOperations.PopCount(word);
            return count;
        }
    }

    /// <summary>Adds whoever matches.</summary>
    public SearchSet Add(SearchFields fields, SearchMatch match, ReadOnlySpan<char> text)
    {
        search.Find(this, fields, match, text);
        return this;
    }

    /// <summary>Adds one recipient of the snapshot that is searched.</summary>
    public void Add(Recipient recipient)
    {
        if (search.PositionOf(recipient) is >= 0 and var at) bits[at >> 6] |= 1UL << at;
    }

    /// <summary>Keeps those that are in both.</summary>
    public void IntersectWith(SearchSet other)
    {
        var theirs = other.Bits;
        var mine = Bits;
        for (var i = 0; i < mine.Length; i++) mine[i] &= theirs[i];
    }

    /// <summary>Takes in those of the other.</summary>
    public void UnionWith(SearchSet other)
    {
        var theirs = other.Bits;
        var mine = Bits;
        for (var i = 0; i < mine.Length; i++) mine[i] |= theirs[i];
    }

    /// <summary>At most so many, in order; hidden ones left out unless asked for.</summary>
    public IReadOnlyList<Recipient> Take(int limit, bool includeHidden = false)
    {
        var result = new List<Recipient>(Math.Min(limit, 64));
        foreach (var recipient in this)
        {
            if (result.Count >= limit) break;
            if (includeHidden || !recipient.HiddenFromAddressLists) result.Add(recipient);
        }

        return result;
    }

    /// <inheritdoc/>
    public IEnumerator<Recipient> GetEnumerator() => search.Enumerate(this);

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public void Dispose()
    {
        var given = Interlocked.Exchange(ref bits, []);
        if (given.Length > 0) ArrayPool<ulong>.Shared.Return(given);
    }

    /// <summary>The next set position at or after <paramref name="from"/>, below <paramref name="to"/>; or <paramref name="to"/>.</summary>
    internal int Next(int from, int to)
    {
        while (from < to)
        {
            var word = bits[from >> 6] >> from;
            if (word != 0) return Math.Min(to, from + BitOperations.TrailingZeroCount(word));
            from = (from | 63) + 1;
        }

        return to;
    }
}
