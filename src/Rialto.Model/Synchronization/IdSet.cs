// [MS-OXCFXICS] 2.2.2.4-2.2.2.6: the sets that GLOBSET, IDSET and CNSET express, in the form for work in memory.
using System.Globalization;

namespace Rialto.Model;

/// <summary>Consecutive counters, both ends included.</summary>
public readonly record struct IdRange(ulong Low, ulong High)
{
    public ulong Count => High - Low + 1;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Low:X}-{High:X}");
}

/// <summary>
/// A set of 48-bit counters as sorted, disjoint, non-adjacent ranges. Look-ups are binary searches; adding at the end, as new ids and change numbers do,
/// is constant time; adding in the middle moves what lies behind. Not safe for concurrent writes.
/// </summary>
public sealed class IdSet : IEquatable<IdSet>
{
    private IdRange[] _ranges;
    private int _count;

    public IdSet() => _ranges = [];

    private IdSet(IdRange[] ranges, int count)
    {
        _ranges = ranges;
        _count = count;
    }

    public bool IsEmpty => _count == 0;

    /// <summary>The ranges in ascending order; valid until the next change.</summary>
    public ReadOnlySpan<IdRange> Ranges => _ranges.AsSpan(0, _count);

    /// <summary>How many counters are in the set.</summary>
    public ulong Cardinality
    {
        get
        {
            ulong sum = 0;
            foreach (var range in Ranges)
                sum += range.Count;
            return sum;
        }
    }

    /// <summary>The greatest counter, or 0 of an empty set.</summary>
    public ulong Max => _count == 0 ? 0 : _ranges[_count - 1].High;

    /// <summary>The set of ranges in any order, overlapping or not.</summary>
    public static IdSet FromRanges(IEnumerable<IdRange> ranges)
    {
        var sorted = ranges.ToArray();
        Array.Sort(sorted, static (a, b) => a.Low.CompareTo(b.Low));
        var count = 0;
        foreach (var range in sorted)
        {
            if (count > 0 && range.Low <= Next(sorted[count - 1].High))
                sorted[count - 1] = new IdRange(sorted[count - 1].Low, Math.Max(sorted[count - 1].High, range.High));
            else
                sorted[count++] = range;
        }
        return new IdSet(sorted, count);
    }

    public static IdSet Of(params ReadOnlySpan<ulong> ids)
    {
        var set = new IdSet();
        foreach (var id in ids)
            set.Add(id);
        return set;
    }

    public IdSet Clone() => new([.. Ranges], _count);

    public bool Contains(ulong id)
    {
        var i = FirstEndingAtOrAfter(id);
        return i < _count && _ranges[i].Low <= id;
    }

    public bool ContainsRange(ulong low, ulong high)
    {
        var i = FirstEndingAtOrAfter(low);
        return i < _count && _ranges[i].Low <= low && high <= _ranges[i].High;
    }

    public bool Add(ulong id)
    {
        if (Contains(id))
            return false;
        AddRange(id, id);
        return true;
    }

    /// <summary>Adds low to high; nothing when high is below low.</summary>
    public void AddRange(ulong low, ulong high)
    {
        if (high < low)
            return;
        // The run of ranges that touch or adjoin the new one becomes one range with it.
        var first = low == 0 ? 0 : FirstEndingAtOrAfter(low - 1);
        var last = first;
        while (last < _count && _ranges[last].Low <= Next(high))
        {
            low = Math.Min(low, _ranges[last].Low);
            high = Math.Max(high, _ranges[last].High);
            last++;
        }
        Replace(first, last - first, new IdRange(low, high));
    }

    public bool Remove(ulong id)
    {
        if (!Contains(id))
            return false;
        RemoveRange(id, id);
        return true;
    }

    public void RemoveRange(ulong low, ulong high)
    {
        if (high < low)
            return;
        var first = FirstEndingAtOrAfter(low);
        var last = first;
        while (last < _count && _ranges[last].Low <= high)
            last++;
        if (first == last)
            return;
        Span<IdRange> rest = stackalloc IdRange[2];
        var kept = 0;
        if (_ranges[first].Low < low)
            rest[kept++] = new IdRange(_ranges[first].Low, low - 1);
        if (_ranges[last - 1].High > high)
            rest[kept++] = new IdRange(high + 1, _ranges[last - 1].High);
        Replace(first, last - first, rest[..kept]);
    }

    /// <summary>Adds all of the other set, in one pass over both.</summary>
    public void Union(IdSet other)
    {
        if (other._count == 0 || ReferenceEquals(other, this))
            return;
        if (other._count == 1)
        {
            AddRange(other._ranges[0].Low, other._ranges[0].High);
            return;
        }
        var merged = new IdRange[_count + other._count];
        int count = 0, i = 0, j = 0;
        while (i < _count || j < other._count)
        {
            var next = j >= other._count || i < _count && _ranges[i].Low <= other._ranges[j].Low ? _ranges[i++] : other._ranges[j++];
            if (count > 0 && next.Low <= Next(merged[count - 1].High))
                merged[count - 1] = new IdRange(merged[count - 1].Low, Math.Max(merged[count - 1].High, next.High));
            else
                merged[count++] = next;
        }
        (_ranges, _count) = (merged, count);
    }

    /// <summary>Takes all of the other set out, in one pass over both.</summary>
    public void Subtract(IdSet other)
    {
        if (ReferenceEquals(other, this))
        {
            _count = 0;
            return;
        }
        if (other._count == 0 || _count == 0)
            return;
        var rest = new IdRange[_count + other._count];
        int count = 0, j = 0;
        for (var i = 0; i < _count; i++)
        {
            var low = _ranges[i].Low;
            var high = _ranges[i].High;
            while (j < other._count && other._ranges[j].High < low)
                j++;
            var gone = false;
            for (var k = j; k < other._count && other._ranges[k].Low <= high; k++)
            {
                if (other._ranges[k].Low > low)
                    rest[count++] = new IdRange(low, other._ranges[k].Low - 1);
                if (other._ranges[k].High >= high)
                {
                    gone = true;
                    break;
                }
                low = other._ranges[k].High + 1;
                j = k;
            }
            if (!gone)
                rest[count++] = new IdRange(low, high);
        }
        (_ranges, _count) = (rest, count);
    }

    /// <summary>What both sets have.</summary>
    public IdSet Intersection(IdSet other)
    {
        var common = new List<IdRange>();
        for (int i = 0, j = 0; i < _count && j < other._count;)
        {
            var low = Math.Max(_ranges[i].Low, other._ranges[j].Low);
            var high = Math.Min(_ranges[i].High, other._ranges[j].High);
            if (low <= high)
                common.Add(new IdRange(low, high));
            if (_ranges[i].High < other._ranges[j].High)
                i++;
            else
                j++;
        }
        return new IdSet([.. common], common.Count);
    }

    /// <summary>Every counter, ascending. A set from outside can be of any size: bound the loop.</summary>
    public IEnumerable<ulong> Enumerate()
    {
        for (var i = 0; i < _count; i++)
        {
            var (low, high) = _ranges[i];
            for (var id = low; ; id++)
            {
                yield return id;
                if (id == high)
                    break;
            }
        }
    }

    public bool Equals(IdSet? other) => other is not null && Ranges.SequenceEqual(other.Ranges);

    public override bool Equals(object? obj) => Equals(obj as IdSet);

    public override int GetHashCode() => HashCode.Combine(_count, Max);

    public override string ToString() => string.Join(',', _ranges.Take(_count));

    private static ulong Next(ulong value) => value == ulong.MaxValue ? value : value + 1;

    private int FirstEndingAtOrAfter(ulong id)
    {
        if (_count > 0 && _ranges[_count - 1].High < id)
            return _count;
        int low = 0, high = _count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_ranges[middle].High < id)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void Replace(int at, int removed, params ReadOnlySpan<IdRange> added)
    {
        var count = _count - removed + added.Length;
        if (count > _ranges.Length)
            Array.Resize(ref _ranges, Math.Max(4, Math.Max(count, _count * 2)));
        Array.Copy(_ranges, at + removed, _ranges, at + added.Length, _count - at - removed);
        added.CopyTo(_ranges.AsSpan(at));
        _count = count;
    }
}
