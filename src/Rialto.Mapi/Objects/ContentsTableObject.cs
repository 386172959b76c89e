// [MS-OXCFOLD] 2.2.1.14, 3.2.5.14 contents tables; [MS-OXCTABL] 3.2.5.5 rows.
using Rialto.Mapi.Properties;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.Mapi.Objects;

/// <summary>
/// The messages of a folder. Nothing is loaded until rows are asked for, and the first rows of the default order come without loading the rest; from then on the
/// engine's shared order is used, and the cursor follows its row when others come and go.
/// </summary>
internal sealed class ContentsTableObject(LogonObject logon, FolderId folder, bool associated, bool softDeleted = false) : TableObject(logon)
{
    /// <summary>[MS-OXCFOLD] leaves the default order open; newest first is what the storage has an index for.</summary>
    private static readonly SortOrderSet s_newestFirst = new([new SortKey(PropertyTags.MessageDeliveryTime, SortDirection.Descending)]);

    private SortOrderSet? _sort;
    private Restriction? _restriction;
    private ContentsTable? _table;
    private TableSnapshot? _snapshot;

    /// <summary>The row before the cursor, by which it is found again in a newer snapshot.</summary>
    private MessageId _before;
    private IDisposable? _subscription;

    /// <summary>Rows read before the snapshot was there.</summary>
    private IReadOnlyList<MessageId>? _first;

    public FolderId Folder { get; } = folder;

    public override bool CanSort => true;

    public override bool CanRestrict => true;

    public override PropertyTag[] AllColumns => RowValues.Tags;

    public bool IsRestricted => _restriction is not null;

    /// <summary>Tells the client about changes once it has read rows. [MS-OXCNOTIF] 3.1.4.3.</summary>
    public bool Notifies { get; init; }

    public override void Sort(SortOrderSet? order)
    {
        _sort = order;
        Close();
    }

    public override void Restrict(Restriction? restriction)
    {
        _restriction = restriction;
        Close();
    }

    public override void Reset()
    {
        _sort = null;
        _restriction = null;
        Close();
        base.Reset();
    }

    public override async ValueTask<(ErrorCode Error, int Count)> CountAsync(RopCall call)
    {
        // While nothing was loaded, the folder's own counter is the number of rows.
        if (_snapshot is null && _restriction is null && !softDeleted && Position == 0 && Mailbox.Folders.TryGet(Folder, out var folder))
            return (ErrorCode.Success, associated ? folder.Counters.AssociatedCount : folder.Counters.Count);
        var error = await LoadAsync(call);
        return (error, error == ErrorCode.Success ? _snapshot!.Count : 0);
    }

    public override async ValueTask<(ErrorCode Error, IReadOnlyList<PropertyValue[]> Rows)> ReadAsync(RopCall call, int start, int count)
    {
        IReadOnlyList<MessageId> ids;
        if (start == 0 && _snapshot is null)
        {
            var error = await OpenAsync(call);
            if (error != ErrorCode.Success)
                return (error, []);
            ids = await _table!.ReadFirstAsync(count, call.Cancel);
            _first = ids;
        }
        else
        {
            var error = await LoadAsync(call);
            if (error != ErrorCode.Success)
                return (error, []);
            var slice = new MessageId[Math.Clamp(_snapshot!.Count - start, 0, count)];
            _snapshot.CopyTo(start, slice);
            ids = slice;
        }
        return await ReadRowsAsync(call, ids);
    }

    public override async ValueTask<ErrorCode> EnsureLoadedAsync(RopCall call, int position) =>
        position == 0 ? ErrorCode.Success : await LoadAsync(call);

    public override void MoveTo(int position)
    {
        Position = position;
        if (position == 0)
            _before = default;
        else if (_snapshot is { } snapshot)
            _before = position <= snapshot.Count ? snapshot[position - 1] : default;
        else if (_first is { } first && position <= first.Count)
            _before = first[position - 1];
    }

    protected override object MarkAt(int position) => _snapshot is { } snapshot && position < snapshot.Count ? snapshot[position] : new MessageId(0);

    protected override (int Position, bool IsVisible) PositionOf(object mark)
    {
        var id = (MessageId)mark;
        // A bookmark at the end marks no row.
        if (id.Value == 0)
            return (_snapshot?.Count ?? Position, true);
        var position = _snapshot?.PositionOf(id) ?? -1;
        return position < 0 ? (Math.Min(Position, _snapshot?.Count ?? 0), false) : (position, true);
    }

    protected override void Rewind()
    {
        base.Rewind();
        _before = default;
        _first = null;
    }

    public override void Dispose()
    {
        _subscription?.Dispose();
        _table?.Dispose();
    }

    private void Close()
    {
        _subscription?.Dispose();
        _subscription = null;
        _table?.Dispose();
        _table = null;
        _snapshot = null;
        Rewind();
    }

    private async ValueTask<ErrorCode> OpenAsync(RopCall call)
    {
        if (_table is not null)
            return ErrorCode.Success;
        var opened = softDeleted
            ? await Mailbox.OpenDeletedTableAsync(Folder, associated, _sort ?? s_newestFirst, _restriction, call.Cancel)
            : await Mailbox.OpenTableAsync(Folder, associated, _sort ?? s_newestFirst, _restriction, call.Cancel);
        if (!opened.Succeeded)
            return RopCall.ErrorOf(opened.Error);
        _table = opened.Value;
        if (Notifies)
        {
            var queue = call.Session.Notifications;
            _subscription = _table.Subscribe(() => queue.Add(new RopNotify.Response
            {
                NotificationHandle = Handle,
                LogonId = Logon.LogonId,
                Flags = RopNotify.NotificationFlags.TableModified | RopNotify.NotificationFlags.Message,
                TableEventType = RopNotify.TableEvent.TableChanged,
            }));
        }
        return ErrorCode.Success;
    }

    /// <summary>The newest snapshot, and the cursor moved along with its row.</summary>
    private async ValueTask<ErrorCode> LoadAsync(RopCall call)
    {
        var error = await OpenAsync(call);
        if (error != ErrorCode.Success)
            return error;
        var newer = await _table!.CurrentAsync(call.Cancel);
        if (newer == _snapshot)
            return ErrorCode.Success;
        var old = _snapshot;
        _snapshot = newer;
        _first = null;
        if (Position == 0)
            return ErrorCode.Success;
        var before = newer.PositionOf(_before);
        if (before >= 0)
            Position = before + 1;
        else if (old is not null && Position < old.Count && newer.PositionOf(old[Position]) is >= 0 and var next)
            Position = next;
        else
            Position = Math.Min(Position, newer.Count);
        return ErrorCode.Success;
    }

    /// <summary>Rows out of one query; a message is opened only where a column is not in its summary.</summary>
    private async ValueTask<(ErrorCode, IReadOnlyList<PropertyValue[]>)> ReadRowsAsync(RopCall call, IReadOnlyList<MessageId> ids)
    {
        if (ids.Count == 0)
            return (ErrorCode.Success, []);
        var read = await Mailbox.ReadRowsAsync(Folder, ids as MessageId[] ?? [.. ids], call.Cancel);
        if (!read.Succeeded)
            return (RopCall.ErrorOf(read.Error), []);
        var columns = Columns!;
        var rows = new List<PropertyValue[]>(read.Value.Count);
        var opened = 0;
        foreach (var row in read.Value)
        {
            if (row is null)
                continue;
            var values = new PropertyValue[columns.Length];
            var isComplete = true;
            for (var i = 0; i < columns.Length; i++)
            {
                if (RowValues.TryGet(Mailbox, row, columns[i], out var value))
                    values[i] = value.IsAbsent ? PropertyValue.OfError(columns[i], ErrorCode.NotFound) : Cell(value, columns[i]);
                else
                    isComplete = false;
            }
            if (!isComplete)
                await CompleteAsync(call, row, columns, values, opened++ < call.Options.MaximumOpenedRows);
            rows.Add(values);
        }
        return (ErrorCode.Success, rows);
    }

    private async ValueTask CompleteAsync(RopCall call, MessageRow row, PropertyTag[] columns, PropertyValue[] values, bool mayOpen)
    {
        PropertyMessage? content = null;
        if (mayOpen)
        {
            var opened = await Mailbox.OpenPropertiesAsync(Folder, row.Id, call.Cancel);
            content = opened.Succeeded ? opened.Value : null;
        }
        for (var i = 0; i < columns.Length; i++)
        {
            if (!values[i].IsAbsent)
                continue;
            var value = content?.Properties.Get(columns[i]) ?? default;
            values[i] = value.IsAbsent
                ? PropertyValue.OfError(columns[i], mayOpen ? ErrorCode.NotFound : ErrorCode.NotEnoughMemory)
                : Cell(value, columns[i]);
        }
    }

    private static PropertyValue Cell(PropertyValue value, PropertyTag column) => CellValues.ForTable(value, column);
}
