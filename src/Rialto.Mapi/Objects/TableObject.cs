// [MS-OXCTABL] 3.2.1: columns, cursor, bookmarks, sort order and restriction of a table.
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Objects;

/// <summary>A table: rows in an order, and a cursor between them.</summary>
internal abstract class TableObject(LogonObject logon) : ServerObject(logon)
{
    private readonly Dictionary<uint, object> _bookmarks = [];
    private uint _lastBookmark;

    /// <summary>The columns that rows are sent in; null until RopSetColumns.</summary>
    public PropertyTag[]? Columns { get; set; }

    /// <summary>The row that the cursor stands before: 0 to the number of rows.</summary>
    public int Position { get; protected set; }

    public virtual bool CanSort => false;

    public virtual bool CanRestrict => false;

    /// <summary>All columns that can be asked for.</summary>
    public abstract PropertyTag[] AllColumns { get; }

    /// <summary>Applies an order from the next row on.</summary>
    public virtual void Sort(SortOrderSet? order) => throw new NotSupportedException();

    /// <summary>Applies a restriction from the next row on; null takes it away.</summary>
    public virtual void Restrict(Restriction? restriction) => throw new NotSupportedException();

    /// <summary>The number of rows now. Brings the cursor up to date with rows that came and went.</summary>
    public abstract ValueTask<(ErrorCode Error, int Count)> CountAsync(RopCall call);

    /// <summary>Rows from a position on, in the order of the table, over its columns; fewer at the end. Rows that are gone are left out.</summary>
    public abstract ValueTask<(ErrorCode Error, IReadOnlyList<PropertyValue[]> Rows)> ReadAsync(RopCall call, int start, int count);

    /// <summary>Prepares a move of the cursor to a position other than the beginning.</summary>
    public virtual ValueTask<ErrorCode> EnsureLoadedAsync(RopCall call, int position) => new(ErrorCode.Success);

    /// <summary>What a bookmark remembers of the row at a position.</summary>
    protected abstract object MarkAt(int position);

    /// <summary>Where a marked row stands now, and whether it is still there.</summary>
    protected abstract (int Position, bool IsVisible) PositionOf(object mark);

    public virtual void MoveTo(int position) => Position = position;

    /// <summary>As if the table had just been opened. [MS-OXCTABL] 3.2.5.16.</summary>
    public virtual void Reset()
    {
        Columns = null;
        Rewind();
    }

    public bool TryCreateBookmark(int limit, out byte[] bookmark)
    {
        bookmark = [];
        if (_bookmarks.Count >= limit)
            return false;
        _bookmarks[++_lastBookmark] = MarkAt(Position);
        bookmark = BitConverter.GetBytes(_lastBookmark);
        return true;
    }

    public bool FreeBookmark(byte[] bookmark) => bookmark.Length == 4 && _bookmarks.Remove(BitConverter.ToUInt32(bookmark));

    public bool TryFindBookmark(byte[] bookmark, out (int Position, bool IsVisible) place)
    {
        place = default;
        if (bookmark.Length != 4 || !_bookmarks.TryGetValue(BitConverter.ToUInt32(bookmark), out var mark))
            return false;
        place = PositionOf(mark);
        return true;
    }

    /// <summary>Cursor to the beginning, bookmarks gone: what a new order or restriction does.</summary>
    protected virtual void Rewind()
    {
        Position = 0;
        _bookmarks.Clear();
    }
}
