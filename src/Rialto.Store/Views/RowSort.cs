namespace Rialto.Store.Views;

/// <summary>
/// Sorts the rows of an order for its first readers, who wait for it: places are sorted by numbers, eight bytes of the keys at a time, and the rows are moved once at the end.
/// Comparing whole rows costs ten times as much.
/// </summary>
internal readonly ref struct RowSort
{
    private readonly OrderKeys _keys;
    private readonly ReadOnlySpan<SortRow> _rows;
    private readonly bool _descends;
    private readonly int[] _places;

    /// <summary>What decides between the places of a run now.</summary>
    private readonly long[] _heads;

    private RowSort(OrderKeys keys, ReadOnlySpan<SortRow> rows)
    {
        _keys = keys;
        _rows = rows;
        _descends = keys.Keys.Length > 0 && keys.Keys[0].Descending;
        _places = new int[rows.Length];
        _heads = new long[rows.Length];
    }

    /// <summary>The rows in their order.</summary>
    public static SortRow[] Sorted(OrderKeys keys, ReadOnlySpan<SortRow> rows)
    {
        var sort = new RowSort(keys, rows);
        for (var i = 0; i < rows.Length; i++)
        {
            sort._places[i] = i;
            sort._heads[i] = rows[i].Primary;
        }
        sort.Run(0, rows.Length, sizeof(long));
        var sorted = new SortRow[rows.Length];
        for (var i = 0; i < sorted.Length; i++)
            sorted[i] = rows[sort._places[sort._descends ? sorted.Length - 1 - i : i]];
        return sorted;
    }

    /// <summary>Sorts a run by its heads, and each run of equal ones by what follows.</summary>
    /// <param name="depth">Bytes of the texts' keys that the heads and those before them hold.</param>
    private void Run(int start, int length, int depth)
    {
        Array.Sort(_heads, _places, start, length);
        var end = start + length;
        for (var from = start; from < end;)
        {
            var to = from + 1;
            while (to < end && _heads[to] == _heads[from])
                to++;
            if (to - from > 1)
                Equal(from, to - from, depth);
            from = to;
        }
    }

    /// <summary>Rows with the same first bytes.</summary>
    private void Equal(int start, int length, int depth)
    {
        if (_keys.HasParts)
            Compare(start, length);
        else if (_rows[_places[start]].Rest is null)
            ByUid(start, length);
        else
            ByLength(start, length, depth);
    }

    /// <summary>
    /// Of keys whose bytes up to <paramref name="depth"/> are the same, with zeros where they have ended: the shorter ones stand lower, those that go on highest.
    /// </summary>
    private void ByLength(int start, int length, int depth)
    {
        var first = LengthUpTo(start, depth);
        var isSame = true;
        for (var i = start; i < start + length; i++)
        {
            _heads[i] = LengthUpTo(i, depth);
            isSame &= _heads[i] == first;
        }
        if (isSame)
        {
            Among(start, length, depth, first);
            return;
        }
        Array.Sort(_heads, _places, start, length);
        for (var from = start; from < start + length;)
        {
            var own = _heads[from];
            var to = from + 1;
            while (to < start + length && _heads[to] == own)
                to++;
            Among(from, to - from, depth, own);
            from = to;
        }
    }

    /// <summary>Rows with the same first bytes and as long, unless they go on.</summary>
    private void Among(int start, int length, int depth, long known)
    {
        if (length == 1)
            return;
        if (known <= depth)
        {
            ByUid(start, length);
            return;
        }
        for (var i = start; i < start + length; i++)
            _heads[i] = Collation.Head(KeyOf(i).AsSpan(depth));
        Run(start, length, depth + sizeof(long));
    }

    private void ByUid(int start, int length)
    {
        for (var i = start; i < start + length; i++)
        {
            ref readonly var row = ref _rows[_places[i]];
            // The rows of one message stand in the order of their values, whichever way the order goes.
            _heads[i] = (long)row.Uid << 16 | (_descends ? (ushort)~row.Instance : row.Instance);
        }
        Array.Sort(_heads, _places, start, length);
    }

    private void Compare(int start, int length)
    {
        var some = new SortRow[length];
        for (var i = 0; i < length; i++)
            some[i] = _rows[_places[start + i]];
        var places = new int[length];
        for (var i = 0; i < length; i++)
            places[i] = i;
        var (keys, descends) = (_keys, _descends);
        Array.Sort(places, (a, b) => descends ? keys.Compare(in some[b], in some[a]) : keys.Compare(in some[a], in some[b]));
        var before = _places.AsSpan(start, length).ToArray();
        for (var i = 0; i < length; i++)
            _places[start + i] = before[places[i]];
    }

    private byte[] KeyOf(int at) => (byte[])_rows[_places[at]].Rest!;

    private long LengthUpTo(int at, int depth) => Math.Min(KeyOf(at).Length, depth + 1);
}
