// [MS-OXCTABL] 2.2.2.17, 2.2.2.18 expanded and collapsed categories; 2.2.2.1 bookmarks.
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Rialto.Store.Views;

/// <summary>Which categories of a table are expanded: all down to a level, with exceptions. Immutable.</summary>
/// <param name="Levels">Categories of so many outer levels are expanded.</param>
/// <param name="Exceptions">Ids of the categories for which the contrary holds.</param>
public sealed record TableExpansion(int Levels, ImmutableHashSet<long> Exceptions)
{
    public static TableExpansion To(int levels) => new(levels, []);

    public bool IsExpanded(Category category) => category.Level < Levels != Exceptions.Contains(category.Id);

    public TableExpansion Toggle(Category category) => this with
    {
        Exceptions = Exceptions.Contains(category.Id) ? Exceptions.Remove(category.Id) : Exceptions.Add(category.Id),
    };
}

/// <summary>A row as a table shows it: a message (or one value of it), or a category's header.</summary>
/// <param name="Mid">Counter of the MID; 0 for a header.</param>
/// <param name="Category">The header's category; null for a message.</param>
public readonly record struct TableRow(MessageId Id, long Mid, int Instance, Category? Category);

/// <summary>Remembers a row, to find it or its place again in a later view of the same order.</summary>
public readonly struct TableMark
{
    internal TableMark(SortRow row, Category? category)
    {
        Row = row;
        Category = category;
        IsSet = true;
    }

    /// <summary>False for the place behind the last row.</summary>
    public bool IsSet { get; }

    internal SortRow Row { get; }

    internal Category? Category { get; }
}

/// <summary>The visible rows of a table at one moment: those of a snapshot, or headers and the rows of expanded categories.</summary>
public sealed class TableView
{
    private readonly List<Segment>? _segments;
    private readonly Dictionary<Category, int>? _segmentOf;

    /// <param name="snapshot">The rows.</param>
    /// <param name="expansion">Needed for an order with categories; otherwise of no account.</param>
    public TableView(TableSnapshot snapshot, TableExpansion? expansion = null)
    {
        Snapshot = snapshot;
        Expansion = expansion ?? TableExpansion.To(snapshot.Keys.ExpandedCount);
        if (snapshot.Categories is not { } tree)
        {
            Count = snapshot.Count;
            return;
        }
        _segments = [];
        _segmentOf = [];
        Show(tree.Outer);
        Count = _segments.Count == 0 ? 0 : _segments[^1].End;
    }

    public TableSnapshot Snapshot { get; }

    public TableExpansion Expansion { get; }

    public bool HasCategories => _segments is not null;

    /// <summary>Categories that contain each other at most: PidTagDepth of message rows.</summary>
    public int Depth => Snapshot.Keys.CategoryCount;

    /// <summary>Visible rows, headers included.</summary>
    public int Count { get; }

    public TableRow this[int position]
    {
        get
        {
            var place = PlaceAt(position);
            return place.Header is null ? RowOf(in Snapshot.Rows[place.Leaf]) : new TableRow(default, 0, 0, place.Header);
        }
    }

    public Category? FindCategory(long id) => Snapshot.Categories?.Find(id);

    /// <summary>Where the category's header is shown, or -1.</summary>
    public int PositionOf(Category category) => _segmentOf is not null && _segmentOf.TryGetValue(category, out var segment) ? _segments![segment].Start : -1;

    /// <summary>The visible rows below a header row.</summary>
    public int VisibleBelow(Category category)
    {
        if (_segmentOf is null || !_segmentOf.TryGetValue(category, out var segment))
            return 0;
        var next = segment + 1;
        while (next < _segments!.Count && _segments[next].Category.Level > category.Level)
            next++;
        return (next < _segments.Count ? _segments[next].Start : Count) - _segments[segment].Start - 1;
    }

    public TableMark MarkAt(int position)
    {
        if (position < 0 || position >= Count)
            return default;
        var place = PlaceAt(position);
        return place.Header is { } header ? new TableMark(header.First, header) : new TableMark(Snapshot.Rows[place.Leaf], null);
    }

    /// <summary>The mark of a message's row; not set when it is not in the table.</summary>
    public TableMark MarkOf(long mid, int instance)
    {
        for (var block = 0; block < Snapshot.Rows.BlockCount; block++)
        {
            foreach (ref readonly var row in Snapshot.Rows.BlockNumber(block).Span)
            {
                if (row.Mid == mid && row.Instance == instance)
                    return new TableMark(row, null);
            }
        }
        return default;
    }

    public TableMark MarkOf(Category category) => new(category.First, category);

    /// <summary>Where the marked row is; when it is not visible any more, where the row is that followed it.</summary>
    public (int Position, bool IsVisible) Locate(in TableMark mark)
    {
        if (!mark.IsSet)
            return (Count, true);
        if (mark.Category is { } category)
        {
            if (FindCategory(category.Id) is { } now)
                return PositionOf(now) is >= 0 and var shown ? (shown, true) : (After(now), false);
            var place = Snapshot.Search(mark.Row);
            return (FollowingPosition(place < 0 ? ~place : place), false);
        }
        var row = mark.Row;
        var at = Snapshot.Find(in row);
        if (at < 0)
            return (FollowingPosition(~at), false);
        if (_segments is null)
            return (at, true);
        var holder = Snapshot.Categories!.At(at);
        return _segmentOf!.TryGetValue(holder, out var segment) && _segments[segment].Leaves > 0
            ? (_segments[segment].Start + 1 + at - holder.Start, true)
            : (After(holder), false);
    }

    /// <summary>Where the row stands that comes at or after a place among the rows without headers.</summary>
    private int FollowingPosition(int leaf)
    {
        if (_segments is null || leaf == 0)
            return _segments is null ? leaf : 0;
        var holder = Snapshot.Categories!.At(leaf - 1);
        return _segmentOf!.TryGetValue(holder, out var segment) && _segments[segment].Leaves > 0
            ? _segments[segment].Start + 1 + leaf - holder.Start
            : After(holder);
    }

    /// <summary>The position behind the innermost shown header over a hidden row.</summary>
    private int After(Category category)
    {
        for (var at = category; at is not null; at = at.Parent)
        {
            if (_segmentOf!.TryGetValue(at, out var segment))
                return _segments![segment].End;
        }
        return Count;
    }

    private void Show(List<Category> categories)
    {
        foreach (var category in categories)
        {
            var isExpanded = Expansion.IsExpanded(category);
            var leaves = isExpanded && category.Inner.Count == 0 ? category.Count : 0;
            _segmentOf!.Add(category, _segments!.Count);
            _segments.Add(new Segment(_segments.Count == 0 ? 0 : _segments[^1].End, category, leaves));
            if (isExpanded)
                Show(category.Inner);
        }
    }

    internal readonly record struct Place(Category? Header, int Leaf);

    internal Place PlaceAt(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Count);
        if (_segments is null)
            return new Place(null, position);
        int low = 0, high = _segments.Count - 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_segments[middle].End > position)
                high = middle;
            else
                low = middle + 1;
        }
        var segment = _segments[low];
        return position == segment.Start ? new Place(segment.Category, -1) : new Place(null, segment.Category.Start + position - segment.Start - 1);
    }

    internal static TableRow RowOf(in SortRow row) => new(row.Id, row.Mid, row.Instance, null);

    /// <summary>Every visible row with what tells it apart and what tells its versions apart.</summary>
    internal RowIdentity[] Identities()
    {
        var all = new RowIdentity[Count];
        var at = 0;
        foreach (ref readonly var segment in CollectionsMarshal.AsSpan(_segments))
        {
            var category = segment.Category;
            all[at++] = new RowIdentity(category.Id, -1, HashCode.Combine(category.Count, category.Unread, Expansion.IsExpanded(category), category.FirstMessage));
            for (var leaf = category.Start; leaf < category.Start + segment.Leaves;)
            {
                var span = Snapshot.Rows.SpanAt(leaf);
                span = span[..Math.Min(span.Length, category.Start + segment.Leaves - leaf)];
                foreach (ref readonly var row in span)
                    all[at++] = new RowIdentity(row.Id.Value, row.Instance, row.Sequence);
                leaf += span.Length;
            }
        }
        return all;
    }

    /// <param name="Start">Position of the header.</param>
    /// <param name="Leaves">Message rows shown right after it.</param>
    private readonly record struct Segment(int Start, Category Category, int Leaves)
    {
        public int End => Start + 1 + Leaves;
    }
}

/// <param name="Key">The message's or the category's id.</param>
/// <param name="Instance">-1 for a header.</param>
internal readonly record struct RowIdentity(long Key, int Instance, long Stamp)
{
    public bool IsSameRow(in RowIdentity other) => Key == other.Key && Instance == other.Instance;
}
