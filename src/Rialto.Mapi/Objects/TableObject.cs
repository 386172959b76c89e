// [MS-OXCTABL] 3.2.1: columns, cursor, bookmarks, sort order and restriction of a table; [MS-OXCNOTIF] 3.1.4.3: what it tells of its changes.
using System.Buffers.Binary;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Objects;

/// <summary>A table: rows in an order, and a cursor between them.</summary>
internal abstract class TableObject(LogonObject logon) : ServerObject(logon)
{
    private readonly Dictionary<uint, object> _bookmarks = [];
    private uint _lastBookmark;

    /// <summary>The columns that rows are sent in; null until RopSetColumns.</summary>
    public PropertyTag[]? Columns { get; protected set; }

    /// <summary>Why the table gives no rows until it is set right again: a RopSortTable or RopRestrict that failed. 3.2.5.3, 3.2.5.4.</summary>
    public ErrorCode Failure { get; protected set; }

    /// <summary>The row that the cursor stands before: 0 to the number of rows.</summary>
    public int Position { get; protected set; }

    public virtual bool CanSort => false;

    /// <summary>Rows of contents, hierarchy and rules tables can be restricted and looked for. 3.2.5.4, 3.2.5.14.</summary>
    public virtual bool CanRestrict => false;

    public virtual bool CanReset => false;

    /// <summary>Contents and hierarchy tables have them. [MS-OXCTABL] 3.2.5.10, 3.2.5.12, 3.2.5.15.</summary>
    public virtual bool HasBookmarks => false;


    /// <summary>All columns that can be asked for.</summary>
    public abstract PropertyTag[] AllColumns { get; }

    /// <summary>Applies columns from the next row on.</summary>
    public virtual ErrorCode SetColumns(PropertyTag[]? columns)
    {
        Columns = columns;
        return ErrorCode.Success;
    }

    /// <summary>Applies an order from the next row on.</summary>
    public virtual ErrorCode Sort(SortOrderSet? order) => ErrorCode.NotSupported;

    /// <summary>Applies a restriction from the next row on; null takes it away.</summary>
    public virtual ErrorCode Restrict(Restriction? restriction) => ErrorCode.NotSupported;

    /// <summary>The same for tables that have to look whether there is what the restriction names.</summary>
    public virtual ValueTask<ErrorCode> RestrictAsync(RopCall call, Restriction? restriction) => new(Restrict(restriction));

    /// <summary>Keeps the table from giving rows until an order or a restriction succeeds, or the table is reset.</summary>
    public virtual void Fail(ErrorCode failure) => Failure = failure;

    /// <summary>The number of rows now. Brings the cursor up to date with rows that came and went.</summary>
    public abstract ValueTask<(ErrorCode Error, int Count)> CountAsync(RopCall call);

    /// <summary>Rows from a position on, in the order of the table, over its columns; fewer at the end.</summary>
    public abstract ValueTask<(ErrorCode Error, IReadOnlyList<PropertyValue[]> Rows)> ReadAsync(RopCall call, int start, int count);

    /// <summary>The nearest row that matches, from a position on or, backwards, before it; -1 for none.</summary>
    public abstract ValueTask<(ErrorCode Error, int Position)> FindAsync(RopCall call, int start, bool backward, Restriction restriction);

    /// <summary>Prepares a move of the cursor to a position other than the beginning.</summary>
    public virtual ValueTask<ErrorCode> EnsureLoadedAsync(RopCall call, int position) => new(ErrorCode.Success);

    /// <summary>What a bookmark remembers of the row at a position.</summary>
    protected abstract object MarkAt(int position);

    /// <summary>Where a marked row stands now; that of the row after it, and not visible, when it is gone.</summary>
    protected abstract (int Position, bool IsVisible) PositionOf(object mark);

    public virtual void MoveTo(int position) => Position = position;

    /// <summary>
    /// The client has looked at the table, and will be told from here on what changes in it. [MS-OXCNOTIF] 3.1.4.3: any operation that makes a view does so, and
    /// RopResetTable ends it. Called before the operation reads.
    /// </summary>
    public virtual ValueTask WatchAsync(RopCall call) => ValueTask.CompletedTask;

    /// <summary>What changed since the client was last told, as row events, or one event that says to read anew. Called for tables that told the queue of a change.</summary>
    public virtual ValueTask<IReadOnlyList<RopNotify.Response>> EventsAsync(RopCall call) => new([]);

    /// <summary>As if the table had just been opened. [MS-OXCTABL] 3.2.5.16.</summary>
    public virtual void Reset()
    {
        Failure = ErrorCode.Success;
        Columns = null;
        Rewind();
    }

    public bool TryCreateBookmark(int limit, out byte[] bookmark) => TryCreateBookmark(MarkAt(Position), limit, out bookmark);

    protected bool TryCreateBookmark(object mark, int limit, out byte[] bookmark)
    {
        bookmark = [];
        if (_bookmarks.Count >= limit)
            return false;
        _bookmarks[++_lastBookmark] = mark;
        bookmark = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bookmark, _lastBookmark);
        return true;
    }

    public bool FreeBookmark(byte[] bookmark) => bookmark.Length == sizeof(uint) && _bookmarks.Remove(BinaryPrimitives.ReadUInt32LittleEndian(bookmark));

    public bool TryFindBookmark(byte[] bookmark, out (int Position, bool IsVisible) place)
    {
        place = default;
        if (bookmark.Length != sizeof(uint) || !_bookmarks.TryGetValue(BinaryPrimitives.ReadUInt32LittleEndian(bookmark), out var mark))
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

    /// <summary>A notification of this table.</summary>
    protected RopNotify.Response Event(RopNotify.TableEvent type, bool ofMessages) => new()
    {
        NotificationHandle = Handle,
        LogonId = Logon.LogonId,
        Flags = RopNotify.NotificationFlags.TableModified | (ofMessages ? RopNotify.NotificationFlags.Message : 0),
        TableEventType = type,
    };

    /// <summary>A row as notifications carry it; null when it is too large for one.</summary>
    protected byte[]? Encode(RopCall call, PropertyValue[] row)
    {
        var writer = new WireWriter(256);
        PropertyRowCodec.Row(ref writer, Columns, row, call.Session.Form);
        var bytes = writer.Failed || writer.Position > call.Options.MaximumEventRow ? null : writer.ToArray();
        writer.Dispose();
        return bytes;
    }
}
