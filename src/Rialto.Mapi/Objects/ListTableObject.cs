// Hierarchy, attachment, permission and rule tables: small enough to be made whole.
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>A table over a list that is in memory: its rows are identified by a key and made when they are asked for.</summary>
internal abstract class ListTableObject<TRow>(LogonObject logon) : TableObject(logon)
    where TRow : class
{
    private List<TRow>? _rows;
    private object? _version;
    private Restriction? _restriction;
    private SortOrderSet? _sort;

    /// <summary>The order that a client asked for.</summary>
    protected SortOrderSet? SortedBy => _sort;

    public override ErrorCode Sort(SortOrderSet? order)
    {
        if (!CanSort)
            return ErrorCode.NotSupported;
        _sort = order;
        Failure = ErrorCode.Success;
        Renew();
        return ErrorCode.Success;
    }

    public override ErrorCode Restrict(Restriction? restriction)
    {
        _restriction = restriction;
        Failure = ErrorCode.Success;
        Renew();
        return ErrorCode.Success;
    }

    public override void Reset()
    {
        _restriction = null;
        _sort = null;
        Renew();
        base.Reset();
    }

    public override ValueTask<(ErrorCode Error, int Count)> CountAsync(RopCall call) => new((Failure, Failure == ErrorCode.Success ? Load().Count : 0));

    public override ValueTask<(ErrorCode Error, IReadOnlyList<PropertyValue[]> Rows)> ReadAsync(RopCall call, int start, int count)
    {
        if (Failure != ErrorCode.Success)
            return new((Failure, []));
        var rows = Load();
        var read = new List<PropertyValue[]>();
        for (var i = start; i < rows.Count && read.Count < count; i++)
            read.Add(ValuesOf(rows[i]));
        return new((ErrorCode.Success, read));
    }

    public override ValueTask<(ErrorCode Error, int Position)> FindAsync(RopCall call, int start, bool backward, Restriction restriction)
    {
        if (Failure != ErrorCode.Success)
            return new((Failure, -1));
        var rows = Load();
        for (var at = backward ? start - 1 : start; at >= 0 && at < rows.Count; at += backward ? -1 : 1)
        {
            if (RestrictionEvaluator.Matches(restriction, new RowSource(this, rows[at])))
                return new((ErrorCode.Success, at));
        }
        return new((ErrorCode.Success, -1));
    }

    /// <summary>The row over the table's columns.</summary>
    protected PropertyValue[] ValuesOf(TRow row) =>
        [.. Columns!.Select(c => Find(row, c) is { IsAbsent: false } value ? CellOf(value, c) : PropertyValue.OfError(c, ErrorCode.NotFound))];

    /// <summary>The rows now, restricted and in order.</summary>
    protected IReadOnlyList<TRow> Current() => Load();

    /// <summary>Restriction or order are others.</summary>
    protected virtual void Renew()
    {
        _rows = null;
        Rewind();
    }

    /// <summary>What the list is a list of now: another object after it changed.</summary>
    protected abstract object Version { get; }

    protected abstract IEnumerable<TRow> Rows { get; }

    protected abstract object KeyOf(TRow row);

    protected abstract PropertyValue Find(TRow row, PropertyTag tag);

    /// <summary>The value as it stands in a row.</summary>
    protected virtual PropertyValue CellOf(PropertyValue value, PropertyTag column) => CellValues.ForTable(value, column);

    /// <summary>A row's key, and those behind it in order: where it is gone, the first of them that is left stands in its place.</summary>
    private sealed record Mark(object[] Keys);

    protected override object MarkAt(int position) => new Mark([.. Load().Skip(position).Select(KeyOf)]);

    protected override (int Position, bool IsVisible) PositionOf(object mark)
    {
        var rows = Load();
        var keys = ((Mark)mark).Keys;
        for (var i = 0; i < keys.Length; i++)
        {
            var position = rows.FindIndex(r => KeyOf(r).Equals(keys[i]));
            if (position >= 0)
                return (position, i == 0);
        }
        // A bookmark at the end marks no row.
        return (rows.Count, keys.Length == 0);
    }

    private List<TRow> Load()
    {
        var version = Version;
        if (_rows is not null && ReferenceEquals(version, _version))
            return _rows;
        var mark = _rows is { } old && Position > 0 ? new Mark([.. old.Take(Position).Reverse().Select(KeyOf)]) : null;
        _rows = [.. Rows.Where(r => RestrictionEvaluator.Matches(_restriction, new RowSource(this, r)))];
        if (_sort is { Keys.Count: > 0 } sort)
            _rows = [.. _rows.Order(Comparer<TRow>.Create((a, b) => Compare(sort, a, b)))];
        _version = version;
        // Behind the nearest row before the cursor that is left.
        Position = 0;
        foreach (var key in mark?.Keys ?? [])
        {
            var found = _rows.FindIndex(r => KeyOf(r).Equals(key));
            if (found < 0)
                continue;
            Position = found + 1;
            break;
        }
        return _rows;
    }

    private int Compare(SortOrderSet sort, TRow a, TRow b)
    {
        foreach (var key in sort.Keys)
        {
            var left = Find(a, key.Tag);
            var right = Find(b, key.Tag);
            // What has no value stands lowest.
            var order = left.IsAbsent || right.IsAbsent ? right.IsAbsent.CompareTo(left.IsAbsent) : PropertyComparer.TryCompare(left, right, out var compared) ? compared : 0;
            if (order != 0)
                return key.Direction == SortDirection.Descending ? -order : order;
        }
        return 0;
    }

    private readonly struct RowSource(ListTableObject<TRow> table, TRow row) : IPropertySource
    {
        public bool TryGet(PropertyTag tag, out PropertyValue value)
        {
            value = table.Find(row, tag);
            return !value.IsAbsent;
        }

        public IEnumerable<IPropertySource> SubObjects(PropertyTag subObject) => [];

        public bool? Decide(Restriction term) => null;
    }
}

