// RFC 3501 9: sequence-set, resolved against a mailbox.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap;

/// <summary>Messages of a snapshot as ranges of positions: ascending, apart from each other.</summary>
internal readonly struct Selection
{
    private readonly (int First, int Last)[] _ranges;

    private Selection((int First, int Last)[] ranges)
    {
        _ranges = ranges;
        foreach (var (first, last) in ranges)
            Count += last - first + 1;
    }

    public int Count { get; }

    public ReadOnlySpan<(int First, int Last)> Ranges => _ranges;

    public static Selection All(FolderSnapshot snapshot) => new(snapshot.Count == 0 ? [] : [(0, snapshot.Count - 1)]);

    public bool Contains(int position)
    {
        int low = 0, high = _ranges.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (position < _ranges[middle].First)
                high = middle - 1;
            else if (position > _ranges[middle].Last)
                low = middle + 1;
            else
                return true;
        }
        return false;
    }

    /// <summary>Those that changed after a modification sequence.</summary>
    public Selection Where(FolderSnapshot snapshot, long changedSince)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var (first, last) in _ranges)
        {
            for (var position = first; position <= last;)
            {
                var block = snapshot.BlockAt(position);
                block = block[..Math.Min(block.Length, last - position + 1)];
                foreach (ref readonly var entry in block)
                {
                    if (entry.Sequence > changedSince)
                    {
                        if (ranges.Count > 0 && ranges[^1].Last == position - 1)
                            ranges[^1] = (ranges[^1].First, position);
                        else
                            ranges.Add((position, position));
                    }
                    position++;
                }
            }
        }
        return new Selection([.. ranges]);
    }

    /// <summary>A part of it, counted from its first message or from its last.</summary>
    public Selection Part(PartialRange range)
    {
        var (skip, take) = range.Within(Count);
        var ranges = new List<(int First, int Last)>();
        foreach (var (first, last) in _ranges)
        {
            var length = last - first + 1;
            var from = Math.Min(skip, length);
            var count = Math.Min(take, length - from);
            if (count > 0)
                ranges.Add((first + from, first + from + count - 1));
            skip -= from;
            take -= count;
        }
        return new Selection([.. ranges]);
    }

    /// <summary>The messages, for the store.</summary>
    public SnapshotMessages Messages(FolderSnapshot snapshot) => new(snapshot, _ranges);

    /// <summary>The ids, in the order of the mailbox.</summary>
    public MessageId[] Ids(FolderSnapshot snapshot) => Messages(snapshot).ToArray();

    /// <summary>
    /// UIDs that are not there are passed over; a sequence number that is not there makes it false, unless <paramref name="isSearch"/>: no message has it then, as no message has
    /// a word that is looked for. "*" in an empty mailbox is nobody.
    /// </summary>
    public static bool TryResolve(FolderSnapshot snapshot, SequenceSet set, bool byUid, out Selection selection, bool isSearch = false)
    {
        var ranges = new List<(int First, int Last)>(set.Ranges.Length);
        var count = snapshot.Count;
        foreach (var (first, last) in set.Ranges)
        {
            if (byUid)
            {
                AddUids(snapshot, first, last, ranges);
                continue;
            }
            if ((first > count || last > count) && first != 0 && last != 0)
            {
                if (isSearch)
                {
                    if (Math.Min(first, last) <= count)
                        ranges.Add(((int)Math.Min(first, last) - 1, count - 1));
                    continue;
                }
                selection = default;
                return false;
            }
            if (count == 0)
                continue;
            var low = (first == 0 ? count : (int)Math.Min(first, (uint)count)) - 1;
            var high = (last == 0 ? count : (int)Math.Min(last, (uint)count)) - 1;
            ranges.Add(low <= high ? (low, high) : (high, low));
        }
        selection = new Selection(Merge(ranges));
        return true;
    }

    private static void AddUids(FolderSnapshot snapshot, uint first, uint last, List<(int First, int Last)> ranges)
    {
        if (snapshot.Count == 0)
            return;
        var highest = snapshot[snapshot.Count - 1].Uid;
        first = first == 0 ? highest : first;
        last = last == 0 ? highest : last;
        if (first > last)
            (first, last) = (last, first);
        var low = snapshot.PositionOfUid(first);
        var high = snapshot.PositionOfUid(last);
        low = low < 0 ? ~low : low;
        high = high < 0 ? ~high - 1 : high;
        if (low <= high)
            ranges.Add((low, high));
    }

    private static (int First, int Last)[] Merge(List<(int First, int Last)> ranges)
    {
        if (ranges.Count > 1)
            ranges.Sort();
        var kept = 0;
        for (var i = 0; i < ranges.Count; i++)
        {
            if (kept > 0 && ranges[i].First <= ranges[kept - 1].Last + 1)
                ranges[kept - 1] = (ranges[kept - 1].First, Math.Max(ranges[kept - 1].Last, ranges[i].Last));
            else
                ranges[kept++] = ranges[i];
        }
        return [.. ranges.Take(kept)];
    }
}
