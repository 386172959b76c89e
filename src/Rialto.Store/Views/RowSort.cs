using System.Runtime.CompilerServices;

namespace Rialto.Store.Views;

/// <summary>
/// Sorts the rows of an order for its first readers, who wait for it: places are sorted by numbers, eight bytes of the keys at a time, and the rows are moved once at the end.
/// Comparing whole rows costs ten times as much. The numbers are sorted here, by their bytes: the library's own sort of two arrays is compiled only when it is first called,
/// which is just when a process that has started has somebody waiting.
/// </summary>
internal readonly ref struct RowSort
{
    /// <summary>So many are sorted by moving each to its place among those before it.</summary>
    private const int Few = 40;

    private readonly OrderKeys _keys;
    private readonly ReadOnlySpan<SortRow> _rows;
    private readonly bool _descends;
    private readonly Item[] _items;
    private readonly Item[] _spare;

    private RowSort(OrderKeys keys, ReadOnlySpan<SortRow> rows)
    {
        _keys = keys;
        _rows = rows;
        _descends = keys.Keys.Length > 0 && keys.Keys[0].Descending;
        _items = new Item[rows.Length];
        _spare = new Item[rows.Length];
    }

    /// <summary>The rows in their order.</summary>
    public static SortRow[] Sorted(OrderKeys keys, ReadOnlySpan<SortRow> rows)
    {
        var sort = new RowSort(keys, rows);
        for (var i = 0; i < rows.Length; i++)
            sort._items[i] = new Item { Head = rows[i].Primary, Place = i };
        sort.Run(0, rows.Length, sizeof(long));
        var sorted = new SortRow[rows.Length];
        for (var i = 0; i < sorted.Length; i++)
            sorted[i] = rows[sort._items[sort._descends ? sorted.Length - 1 - i : i].Place];
        return sorted;
    }

    /// <summary>Sorts a run by its heads, and each run of equal ones by what follows.</summary>
    /// <param name="depth">Bytes of the texts' keys that the heads and those before them hold.</param>
    private void Run(int start, int length, int depth)
    {
        SortHeads(start, length);
        var end = start + length;
        for (var from = start; from < end;)
        {
            var to = EndOfEqual(from, end);
            if (to - from > 1)
                Equal(from, to - from, depth);
            from = to;
        }
    }

    private int EndOfEqual(int from, int end)
    {
        var head = _items[from].Head;
        var to = from + 1;
        while (to < end && _items[to].Head == head)
            to++;
        return to;
    }

    /// <summary>Rows with the same first bytes.</summary>
    private void Equal(int start, int length, int depth)
    {
        if (_keys.HasParts)
            Compare(start, length);
        else if (_rows[_items[start].Place].Rest is null)
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
            var own = LengthUpTo(i, depth);
            _items[i].Head = own;
            isSame &= own == first;
        }
        if (isSame)
        {
            Among(start, length, depth, first);
            return;
        }
        SortHeads(start, length);
        for (var from = start; from < start + length;)
        {
            // Read before the run's own sorting puts something else there.
            var own = _items[from].Head;
            var to = EndOfEqual(from, start + length);
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
            _items[i].Head = Collation.Head(KeyOf(i).AsSpan(depth));
        Run(start, length, depth + sizeof(long));
    }

    private void ByUid(int start, int length)
    {
        for (var i = start; i < start + length; i++)
        {
            ref readonly var row = ref _rows[_items[i].Place];
            // The rows of one message stand in the order of their values, whichever way the order goes.
            _items[i].Head = (long)row.Uid << 16 | (_descends ? (ushort)~row.Instance : row.Instance);
        }
        SortHeads(start, length);
    }

    private void Compare(int start, int length)
    {
        var some = new SortRow[length];
        var places = new int[length];
        for (var i = 0; i < length; i++)
        {
            places[i] = i;
            some[i] = _rows[_items[start + i].Place];
        }
        var (keys, descends) = (_keys, _descends);
        Array.Sort(places, (a, b) => descends ? keys.Compare(in some[b], in some[a]) : keys.Compare(in some[a], in some[b]));
        var before = _items.AsSpan(start, length).ToArray();
        for (var i = 0; i < length; i++)
            _items[start + i] = before[places[i]];
    }

    /// <summary>By the bytes of the numbers, the last one first, without those in which no two differ; in time that grows with how many there are, whatever they are.</summary>
    private void SortHeads(int start, int length)
    {
        var items = _items.AsSpan(start, length);
        if (length <= Few)
        {
            Insert(items);
            return;
        }
        long same = -1, first = items[0].Head;
        foreach (ref readonly var item in items)
            same &= ~(item.Head ^ first);
        var from = items;
        var to = _spare.AsSpan(start, length);
        Span<int> ends = stackalloc int[256];
        for (var shift = 0; shift < 64; shift += 8)
        {
            if ((byte)(same >> shift) == 0xFF)
                continue;
            // The highest byte has the sign.
            var turn = shift == 56 ? 0x80 : 0;
            ends.Clear();
            foreach (ref readonly var item in from)
                ends[(byte)(item.Head >> shift) ^ turn]++;
            var begin = 0;
            for (var digit = 0; digit < 256; digit++)
                (ends[digit], begin) = (begin, begin + ends[digit]);
            foreach (ref readonly var item in from)
                to[ends[(byte)(item.Head >> shift) ^ turn]++] = item;
            var sorted = to;
            to = from;
            from = sorted;
        }
        if (from != items)
            from.CopyTo(items);
    }

    private static void Insert(Span<Item> items)
    {
        for (var i = 1; i < items.Length; i++)
        {
            var item = items[i];
            var at = i;
            while (at > 0 && items[at - 1].Head > item.Head)
            {
                items[at] = items[at - 1];
                at--;
            }
            items[at] = item;
        }
    }

    private byte[] KeyOf(int at) => Unsafe.As<byte[]>(_rows[_items[at].Place].Rest!);

    private long LengthUpTo(int at, int depth) => Math.Min(KeyOf(at).Length, depth + 1);

    /// <summary>A row's place before sorting, and what decides where it goes now.</summary>
    private struct Item
    {
        public long Head;
        public int Place;
    }
}
