// [MS-OXCFOLD] 2.2.1.14, 3.2.5.14 contents tables; [MS-OXCTABL] 3.2.5 their rows, categories and bookmarks; [MS-OXCNOTIF] 3.1.4.3 their row events.
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
internal sealed class ContentsTableObject(LogonObject logon, FolderId folder, TableContent content) : TableObject(logon)
{
    /// <summary>[MS-OXCFOLD] leaves the default order open; newest first is what the storage has an index for.</summary>
    private static readonly SortOrderSet s_newestFirst = new([new SortKey(PropertyTags.MessageDeliveryTime, SortDirection.Descending)]);

    private SortOrderSet? _sort;
    private Restriction? _restriction;
    private TableExpansion? _expansion;
    private ContentsTable? _table;
    private TableView? _view;
    private IDisposable? _subscription;

    /// <summary>The row before the cursor, by which it is found again in a newer view.</summary>
    private TableMark _before;

    /// <summary>Rows read before the view was there.</summary>
    private IReadOnlyList<MessageId>? _first;

    private bool _isWatched;

    /// <summary>What the client knows of the table by its reading and by events; null when it has to read anew.</summary>
    private TableView? _told;

    public ContentsTableObject(LogonObject logon, FolderId folder, bool associated, bool softDeleted = false)
        : this(logon, folder, (associated, softDeleted) switch
        {
            (false, false) => TableContent.Messages,
            (true, false) => TableContent.Associated,
            (false, true) => TableContent.SoftDeleted,
            _ => TableContent.SoftDeletedAssociated,
        })
    {
    }

    public FolderId Folder { get; } = folder;

    public override bool CanSort => true;

    public override bool CanRestrict => true;

    public override bool HasBookmarks => true;

    public override bool CanReset => true;

    public override PropertyTag[] AllColumns => Properties.RowValues.Tags;

    public bool IsRestricted => _restriction is not null;

    /// <summary>Tells the client about changes once it has looked. [MS-OXCNOTIF] 3.1.4.3.</summary>
    public bool Notifies { get; init; }

    /// <summary>The name of the culture behind an LCID; none for one that is not known.</summary>
    private static string CultureOf(uint lcid)
    {
        try
        {
            return lcid is 0 or > int.MaxValue ? "" : System.Globalization.CultureInfo.GetCultureInfo((int)lcid).Name;
        }
        catch (System.Globalization.CultureNotFoundException)
        {
            return "";
        }
    }

    public override ErrorCode SetColumns(PropertyTag[]? columns)
    {
        // One property at a time can make rows of its values.
        var instances = columns?.Where(c => (c.Type & PropertyType.MultipleInstance) != 0).Distinct().ToList() ?? [];
        if (instances.Count > 1)
        {
            Columns = null;
            return ErrorCode.TooComplex;
        }
        var before = InstancesOf(Columns);
        Columns = columns;
        if (before != InstancesOf(columns))
            Close();
        return ErrorCode.Success;
    }

    private static PropertyTag? InstancesOf(PropertyTag[]? columns)
    {
        foreach (var column in columns ?? [])
        {
            if ((column.Type & PropertyType.MultipleInstance) != 0)
                return column;
        }
        return null;
    }

    public override ErrorCode Sort(SortOrderSet? order)
    {
        _sort = order;
        _expansion = order is { CategoryCount: > 0 } ? TableExpansion.To(order.ExpandedCount) : null;
        Close();
        return ErrorCode.Success;
    }

    public override ErrorCode Restrict(Restriction? restriction)
    {
        _restriction = restriction;
        Close();
        return ErrorCode.Success;
    }

    /// <summary>After a failed RopSortTable or RopRestrict there are no rows until one succeeds. 3.2.5.3, 3.2.5.4.</summary>
    public override void Fail(ErrorCode failure)
    {
        Close();
        Failure = failure;
    }

    public override void Reset()
    {
        _sort = null;
        _restriction = null;
        _expansion = null;
        Columns = null;
        _isWatched = false;
        Close();
        base.Reset();
    }

    public override async ValueTask<(ErrorCode Error, int Count)> CountAsync(RopCall call)
    {
        if (Failure != ErrorCode.Success)
            return (Failure, 0);
        // While nothing was loaded, the folder's own counter is the number of rows.
        if (_view is null && _restriction is null && _expansion is null && Position == 0 && InstancesOf(Columns) is null && Mailbox.Folders.TryGet(Folder, out var found))
        {
            if (content == TableContent.Messages)
                return (ErrorCode.Success, found.Counters.Count);
            if (content == TableContent.Associated)
                return (ErrorCode.Success, found.Counters.AssociatedCount);
        }
        var error = await LoadAsync(call);
        return (error, error == ErrorCode.Success ? _view!.Count : 0);
    }

    public override async ValueTask<(ErrorCode Error, IReadOnlyList<PropertyValue[]> Rows)> ReadAsync(RopCall call, int start, int count)
    {
        const int mostAttempts = 3;
        for (var attempt = 1; ; attempt++)
        {
            var (error, wanted) = await PlacesAsync(call, start, count);
            if (error != ErrorCode.Success)
                return (error, []);
            (error, var rows) = await new MessageRows(Logon, Folder, Columns!, _sort).ReadAsync(call, _view, wanted);
            // A row that went since the view was taken is missing in the next view.
            if (error != ErrorCode.Success || attempt == mostAttempts || !rows.Contains(null))
                return (error, [.. rows.OfType<PropertyValue[]>()]);
        }
    }

    /// <summary>The rows at a position.</summary>
    private async ValueTask<(ErrorCode Error, IReadOnlyList<TableRow> Rows)> PlacesAsync(RopCall call, int start, int count)
    {
        if (start == 0 && _view is null && _expansion is null && InstancesOf(Columns) is null)
        {
            var opened = await OpenAsync(call);
            if (opened != ErrorCode.Success)
                return (opened, []);
            _first = await _table!.ReadFirstAsync(count, call.Cancel);
            return (ErrorCode.Success, [.. _first.Select(id => new TableRow(id, 0, 0, null))]);
        }
        var error = await LoadAsync(call);
        if (error != ErrorCode.Success)
            return (error, []);
        var rows = new TableRow[Math.Clamp(_view!.Count - start, 0, count)];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = _view[start + i];
        return (ErrorCode.Success, rows);
    }

    public override async ValueTask<(ErrorCode Error, int Position)> FindAsync(RopCall call, int start, bool backward, Restriction restriction)
    {
        var error = await LoadAsync(call);
        if (error != ErrorCode.Success)
            return (error, -1);
        var view = _view!;
        return (ErrorCode.Success, await _table!.FindAsync(view, start, backward, restriction, c => RestrictionEvaluator.Matches(restriction, new HeaderSource(view, c)), call.Cancel));
    }

    public override async ValueTask<ErrorCode> EnsureLoadedAsync(RopCall call, int position) =>
        position == 0 ? ErrorCode.Success : await LoadAsync(call);

    public override void MoveTo(int position)
    {
        Position = position;
        _before = position > 0 && _view is not null ? _view.MarkAt(position - 1) : default;
    }

    protected override object MarkAt(int position) => _view!.MarkAt(position);

    protected override (int Position, bool IsVisible) PositionOf(object mark) => _view is { } view ? view.Locate((TableMark)mark) : (Position, false);

    protected override void Rewind()
    {
        base.Rewind();
        _before = default;
        _first = null;
    }

    public override void Dispose()
    {
        // Changes that are told from now on are nobody's.
        Handle = NoHandle;
        _subscription?.Dispose();
        _table?.Dispose();
    }

    // Categories

    /// <summary>Expands a category: the number of rows that appear and the position of the first.</summary>
    public async ValueTask<(ErrorCode Error, int Count, int First)> ExpandAsync(RopCall call, ulong id) => await ToggleAsync(call, id, expand: true);

    public async ValueTask<(ErrorCode Error, int Count, int First)> CollapseAsync(RopCall call, ulong id) => await ToggleAsync(call, id, expand: false);

    private async ValueTask<(ErrorCode Error, int Count, int First)> ToggleAsync(RopCall call, ulong id, bool expand)
    {
        var error = await LoadAsync(call);
        if (error != ErrorCode.Success)
            return (error, 0, 0);
        if (_expansion is null || _view!.FindCategory((long)id) is not { } category)
            return (ErrorCode.NotFound, 0, 0);
        if (_expansion.IsExpanded(category) == expand)
            return (expand ? ErrorCode.NotCollapsed : ErrorCode.NotExpanded, 0, 0);
        // What happened before is told in terms of what was expanded then.
        foreach (var told in await EventsAsync(call))
            call.Session.Notifications.Add(told);
        var before = _view;
        Show(new TableView(before.Snapshot, _expansion.Toggle(category)));
        if (_told is not null)
            _told = _view;
        return (ErrorCode.Success, Math.Abs(before.Count - _view.Count), _view.PositionOf(category) + 1);
    }

    /// <summary>What RopSetCollapseState needs to bring back what is expanded and the row named.</summary>
    public async ValueTask<(ErrorCode Error, byte[] State)> GetCollapseStateAsync(RopCall call, ulong row, uint instance)
    {
        var error = await LoadAsync(call);
        return error == ErrorCode.Success ? (error, CollapseState.Write(_expansion, row, instance, call.Options.MaximumCollapseState)) : (error, []);
    }

    public async ValueTask<(ErrorCode Error, byte[] Bookmark)> SetCollapseStateAsync(RopCall call, byte[] state)
    {
        var error = await LoadAsync(call);
        if (error != ErrorCode.Success)
            return (error, []);
        if (!CollapseState.TryRead(state, out var expansion, out var row, out var instance))
            return (ErrorCode.InvalidParameter, []);
        foreach (var told in await EventsAsync(call))
            call.Session.Notifications.Add(told);
        if (_expansion is not null)
            Show(new TableView(_view!.Snapshot, expansion with { Levels = _expansion.Levels }));
        if (_told is not null)
            _told = _view;
        var mark = _view!.FindCategory((long)row) is { } category ? _view.MarkOf(category) : _view.MarkOf(Ids.CounterOf(row), (int)Math.Min(instance, int.MaxValue));
        if (mark.IsSet)
            MoveTo(_view.Locate(mark).Position);
        return TryCreateBookmark(mark, call.Options.MaximumBookmarks, out var bookmark) ? (ErrorCode.Success, bookmark) : (ErrorCode.NotEnoughMemory, []);
    }

    // Events

    public override async ValueTask WatchAsync(RopCall call)
    {
        if (!Notifies)
            return;
        _isWatched = true;
        // Before the client reads anything, so that nothing falls between. A large table is not loaded for this alone: its first event says to read anew.
        if (_told is null && _table is null && Mailbox.Folders.TryGet(Folder, out var found)
            && found.Counters.Count + found.Counters.AssociatedCount <= call.Options.MaximumRowsLoadedToWatch && await LoadAsync(call) == ErrorCode.Success)
            _told = _view;
        Subscribe(call.Session.Notifications);
    }

    private void Subscribe(NotificationQueue queue)
    {
        if (_table is not null && _isWatched && _subscription is null)
            _subscription = _table.Subscribe(() => queue.Changed(this));
    }

    public override async ValueTask<IReadOnlyList<RopNotify.Response>> EventsAsync(RopCall call)
    {
        if (!_isWatched || _table is null || Handle == NoHandle)
            return [];
        var before = _told;
        if (await LoadAsync(call) != ErrorCode.Success)
            return [];
        _told = _view;
        if (before is null || Columns is null || TableDifference.Between(before, _view!, call.Options.MaximumRowEvents) is not { } changes)
            return [Event(RopNotify.TableEvent.TableChanged, ofMessages: true)];
        var present = changes.Where(c => c.Kind != TableRowChangeKind.Removed).Select(c => c.Row).ToList();
        var (error, rows) = await new MessageRows(Logon, Folder, Columns, _sort).ReadAsync(call, _view, present);
        var events = new List<RopNotify.Response>(changes.Count);
        var next = 0;
        foreach (var change in changes)
        {
            var told = Event(change.Kind switch
            {
                TableRowChangeKind.Removed => RopNotify.TableEvent.TableRowDeleted,
                TableRowChangeKind.Added => RopNotify.TableEvent.TableRowAdded,
                _ => RopNotify.TableEvent.TableRowModified,
            }, ofMessages: true) with
            {
                TableRowFolderId = Ids.Of(Folder),
                TableRowMessageId = IdOf(change.Row),
                TableRowInstance = (uint)change.Row.Instance,
            };
            if (change.Kind != TableRowChangeKind.Removed)
            {
                // A row that is gone again, or does not fit an event, would leave its followers without their place.
                if (error != ErrorCode.Success || next >= rows.Length || rows[next++] is not { } values || Encode(call, values) is not { } data)
                    return [Event(RopNotify.TableEvent.TableChanged, ofMessages: true)];
                told.TableRowData = data;
                if (change.After is { } after)
                {
                    told.InsertAfterTableRowFolderId = Ids.Of(Folder);
                    told.InsertAfterTableRowId = IdOf(after);
                    told.InsertAfterTableRowInstance = (uint)after.Instance;
                }
            }
            events.Add(told);
        }
        return events;
    }

    private static ulong IdOf(TableRow row) => row.Category is { } category ? (ulong)category.Id : Ids.OfCounter(row.Mid);

    // The engine's table

    private void Close()
    {
        _subscription?.Dispose();
        _subscription = null;
        _table?.Dispose();
        _table = null;
        _view = null;
        _told = null;
        Failure = ErrorCode.Success;
        Rewind();
    }

    private async ValueTask<ErrorCode> OpenAsync(RopCall call)
    {
        if (Failure != ErrorCode.Success)
            return Failure;
        if (_table is not null)
            return ErrorCode.Success;
        var query = new TableQuery
        {
            Content = content, Sort = _sort ?? s_newestFirst, Restriction = _restriction, Culture = CultureOf(call.Session.Locale.LcidSort), Instances = InstancesOf(Columns),
        };
        var opened = await Mailbox.OpenTableAsync(Folder, query, call.Cancel);
        if (!opened.Succeeded)
            return RopCall.ErrorOf(opened.Error);
        _table = opened.Value;
        Subscribe(call.Session.Notifications);
        return ErrorCode.Success;
    }

    /// <summary>The newest view, and the cursor moved along with its row.</summary>
    private async ValueTask<ErrorCode> LoadAsync(RopCall call)
    {
        var error = await OpenAsync(call);
        if (error != ErrorCode.Success)
            return error;
        var newer = await _table!.CurrentAsync(call.Cancel);
        if (newer == _view?.Snapshot)
            return ErrorCode.Success;
        Show(new TableView(newer, _expansion));
        return ErrorCode.Success;
    }

    private void Show(TableView view)
    {
        var hadView = _view is not null;
        _view = view;
        _expansion = view.HasCategories ? view.Expansion : null;
        if (Position == 0)
        {
            _first = null;
            return;
        }
        if (!hadView && _first is { } first)
        {
            var before = Position <= first.Count ? view.Snapshot.PositionOf(first[Position - 1]) : -1;
            MoveTo(before >= 0 ? before + 1 : Math.Min(Position, view.Count));
            _first = null;
            return;
        }
        var (position, isVisible) = view.Locate(_before);
        MoveTo(Math.Min(isVisible && _before.IsSet ? position + 1 : position, view.Count));
    }

    /// <summary>A header row as restrictions see it: what tells it apart and its counts.</summary>
    private readonly struct HeaderSource(TableView view, Category category) : IPropertySource
    {
        public bool TryGet(PropertyTag tag, out PropertyValue value)
        {
            value = tag.Id switch
            {
                PropertyIds.InstID or PropertyIds.Mid => PropertyValue.Of(tag.WithType(PropertyType.Integer64), category.Id),
                PropertyIds.InstanceNum => PropertyValue.Of(PropertyTags.InstanceNum, 0),
                PropertyIds.RowType => PropertyValue.Of(PropertyTags.RowType, view.Expansion.IsExpanded(category) ? 3 : 4),
                PropertyIds.Depth => PropertyValue.Of(PropertyTags.Depth, category.Level),
                PropertyIds.ContentCount => PropertyValue.Of(PropertyTags.ContentCount, category.Count),
                PropertyIds.ContentUnreadCount => PropertyValue.Of(PropertyTags.ContentUnreadCount, category.Unread),
                PropertyIds.InstanceKey => PropertyValue.Of(PropertyTags.InstanceKey, BitConverter.GetBytes(category.Id)),
                _ => default,
            };
            return !value.IsAbsent;
        }

        public IEnumerable<IPropertySource> SubObjects(PropertyTag subObject) => [];

        public bool? Decide(Restriction term) => null;
    }
}
