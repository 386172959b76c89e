using System.Runtime.InteropServices;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;

namespace Rialto.Store.Views;

/// <summary>
/// One order over one folder, shared by every table that asks for the same. Loaded by one or two scans while commits go on, then kept current by one
/// delta a commit: taking a row in costs a search and the copy of a block.
/// </summary>
internal sealed class TableOrder(Mailbox mailbox, FolderId folder, bool associated, SortOrderSet? sort, Restriction? restriction)
{
    /// <summary>From so many changes at once on, one pass over all rows is cheaper than a search for each.</summary>
    private const int ManyChanges = 32;

    private readonly Lock _gate = new();
    private readonly Subscribers _subscribers = new();
    private readonly OrderKeys _keys = new(sort);
    private readonly RowFilter? _filter = restriction is null ? null : new RowFilter(restriction);
    private List<(IReadOnlyList<EntryDelta> Deltas, IReadOnlyDictionary<MessageId, RowSource> Rows)>? _waiting;
    private TableSnapshot? _applied;
    private TableSnapshot? _current;
    private Task? _loading;

    public FolderId Folder { get; } = folder;

    /// <summary>Users; guarded by the mailbox's view registry.</summary>
    public int Users { get; set; }

    public long IdleSince { get; set; }

    public bool IsNewestFirst => _keys.IsNewestFirst && !associated && _filter is null;

    private bool NeedsWholeRow => _keys.NeedsWholeRow || _filter is not null;

    /// <summary>Whether rows alone cannot place or judge a message.</summary>
    public bool NeedsContent => _keys.NeedsContent || _filter is { NeedsContent: true };

    private bool DependsOnState => _keys.DependsOnState || _filter is not null;

    // todo Restrictions that are built anew but say the same get an order each; compare their encoded forms.
    public bool Serves(bool ofAssociated, SortOrderSet? by, Restriction? where) =>
        associated == ofAssociated && Equals(sort, by) && Equals(restriction, where);

    /// <summary>Whether this order must see the whole row to take the delta in.</summary>
    public bool NeedsRow(in EntryDelta delta) => delta.Kind switch
    {
        DeltaKind.Removed => false,
        DeltaKind.StateChanged => DependsOnState && (NeedsWholeRow || _keys.Needs != 0),
        _ => NeedsWholeRow || _keys.Needs != 0,
    } && Shows(delta.Entry.State);

    private bool Shows(MessageState state) =>
        (state & MessageState.SoftDeleted) == 0 && (state & MessageState.Associated) != 0 == associated;

    public IDisposable Subscribe(Action onChanged) => _subscribers.Add(onChanged);

    public bool TryGetCurrent(out TableSnapshot current)
    {
        current = Volatile.Read(ref _current)!;
        return current is not null;
    }

    public async ValueTask<TableSnapshot> CurrentAsync(CancellationToken cancel)
    {
        if (!TryGetCurrent(out var current))
        {
            await LoadAsync().WaitAsync(cancel);
            TryGetCurrent(out current);
        }
        return current;
    }

    /// <summary>Starts the load unless it runs or is done; a failed one is tried again.</summary>
    public Task LoadAsync()
    {
        lock (_gate)
        {
            if (_applied is not null)
                return Task.CompletedTask;
            if (_loading is null || _loading.IsFaulted || _loading.IsCanceled)
            {
                _waiting = [];
                _loading = Task.Run(ScanAsync);
            }
            return _loading;
        }
    }

    public void Invalidate()
    {
        lock (_gate)
        {
            if (_applied is null)
                return;
            Volatile.Write(ref _applied, null);
            _waiting = [];
            _loading = Task.Run(async () =>
            {
                await ScanAsync();
                _subscribers.Call();
            });
        }
    }

    private async Task ScanAsync()
    {
        var states = new StateCollector(Shows, mailbox.Keywords);
        await mailbox.Storage.ScanStatesAsync(Folder, 0, states, CancellationToken.None);
        List<SortRow> rows;
        if (NeedsWholeRow)
        {
            rows = await ReadWholeAsync(states.Entries);
        }
        else if (_keys.Needs != 0)
        {
            var summaries = new SummaryCollector(_keys, states.Entries);
            await mailbox.Storage.ScanSummariesAsync(Folder, _keys.Needs, summaries, CancellationToken.None);
            rows = summaries.Rows;
        }
        else
        {
            rows = new List<SortRow>(states.Entries.Count);
            foreach (ref readonly var entry in CollectionsMarshal.AsSpan(states.Entries))
                rows.Add(_keys.Row(in entry));
        }
        rows.Sort((a, b) => _keys.Compare(in a, in b));
        var snapshot = new TableSnapshot(BlockedArray<SortRow>.From(CollectionsMarshal.AsSpan(rows)));
        lock (_gate)
        {
            foreach (var (deltas, read) in _waiting!)
                snapshot = Merge(snapshot, deltas, read);
            _waiting = null;
            Volatile.Write(ref _applied, snapshot);
            Volatile.Write(ref _current, snapshot);
        }
    }

    private async Task<List<SortRow>> ReadWholeAsync(List<ViewEntry> entries)
    {
        const int page = 1000;
        var rows = new List<SortRow>(_filter is null ? entries.Count : 16);
        for (var start = 0; start < entries.Count; start += page)
        {
            var some = entries.GetRange(start, Math.Min(page, entries.Count - start));
            foreach (var row in await mailbox.Storage.ReadRowsAsync(some.Select(e => e.Id).ToArray(), CancellationToken.None))
            {
                if (row.Folder != Folder || !Shows(row.State))
                    continue;
                var message = await RowSources.OpenAsync(mailbox, row, NeedsContent, CancellationToken.None);
                if (_filter is not null && !_filter.Matches(message))
                    continue;
                var entry = Entries.From(row, mailbox.Keywords);
                rows.Add(_keys.Row(in entry, message));
            }
        }
        return rows;
    }

    /// <summary>The writer's part; null while the order loads or when nothing changed.</summary>
    public TableSnapshot? Apply(IReadOnlyList<EntryDelta> deltas, IReadOnlyDictionary<MessageId, RowSource> rows)
    {
        lock (_gate)
        {
            if (_applied is null)
            {
                _waiting?.Add((deltas, rows));
                return null;
            }
            var next = Merge(_applied, deltas, rows);
            if (next == _applied)
                return null;
            Volatile.Write(ref _applied, next);
            return next;
        }
    }

    public void Publish(TableSnapshot? snapshot)
    {
        if (snapshot is null)
            return;
        Volatile.Write(ref _current, snapshot);
        _subscribers.Call();
    }

    private TableSnapshot Merge(TableSnapshot old, IReadOnlyList<EntryDelta> deltas, IReadOnlyDictionary<MessageId, RowSource> rows)
    {
        // The last word on each message counts: what it was before the commit goes, what it is now comes.
        var last = new Dictionary<MessageId, EntryDelta?>(deltas.Count);
        foreach (var delta in deltas)
        {
            if (delta.Kind == DeltaKind.StateChanged && !DependsOnState && !last.ContainsKey(delta.Entry.Id))
                continue;
            last[delta.Entry.Id] = delta;
        }
        if (last.Count == 0)
            return old;
        BlockedArray<SortRow>.Editor editor;
        if (last.Count > ManyChanges)
        {
            var kept = new List<SortRow>(old.Count);
            for (var block = 0; block < old.Rows.BlockCount; block++)
            {
                foreach (ref readonly var row in old.Rows.BlockNumber(block).Span)
                {
                    if (!last.ContainsKey(row.Id))
                        kept.Add(row);
                }
            }
            editor = kept.Count == old.Count ? old.Rows.Edit() : BlockedArray<SortRow>.From(CollectionsMarshal.AsSpan(kept)).Edit();
        }
        else
        {
            editor = old.Rows.Edit();
            foreach (var (id, delta) in last)
            {
                if (delta is { Kind: DeltaKind.Added } && delta.Value.Entry.Uid > old.HighestUid)
                    continue;
                var position = old.PositionOf(id);
                if (position < 0)
                    continue;
                var probe = new SortProbe(_keys, old.Rows[position]);
                var at = editor.BinarySearch(ref probe);
                if (at >= 0)
                    editor.RemoveAt(at);
            }
        }
        foreach (var delta in last.Values)
        {
            if (delta is not { } d || d.Kind == DeltaKind.Removed || !Shows(d.Entry.State))
                continue;
            var known = rows.TryGetValue(d.Entry.Id, out var message);
            if (!known && d.Row is not null)
            {
                known = true;
                message = new RowSource(d.Row, null, mailbox.Header);
            }
            if (!known && (NeedsWholeRow || _keys.Needs != 0))
                continue;
            if (_filter is not null && !_filter.Matches(message))
                continue;
            var entry = d.Entry;
            var key = known ? _keys.Row(in entry, message) : _keys.Row(in entry);
            var probe = new SortProbe(_keys, key);
            var at = editor.BinarySearch(ref probe);
            if (at < 0)
                editor.Insert(~at, in key);
        }
        var array = editor.Freeze();
        if (array == old.Rows)
            return old;
        var highest = old.HighestUid;
        foreach (var delta in deltas)
            highest = Math.Max(highest, delta.Entry.Uid);
        return new TableSnapshot(array) { HighestUid = highest };
    }

    /// <summary>The first rows from storage's own index, for an order that is not loaded yet.</summary>
    public async ValueTask<IReadOnlyList<MessageId>> ReadNewestAsync(int count, CancellationToken cancel)
    {
        // Associated and soft-deleted rows may stand among the newest: ask for some more, and for many more when that was not enough.
        for (var limit = count + 16; ; limit *= 8)
        {
            var newest = new NewestCollector(Shows);
            await mailbox.Storage.ScanNewestAsync(Folder, limit, newest, cancel);
            if (newest.Ids.Count >= count || newest.Seen < limit)
                return newest.Ids.Count > count ? newest.Ids.GetRange(0, count) : newest.Ids;
        }
    }

    private sealed class NewestCollector(Func<MessageState, bool> keep) : IStateSink
    {
        public List<MessageId> Ids { get; } = [];

        public int Seen { get; private set; }

        public void Add(in StateRow row)
        {
            Seen++;
            if (keep(row.State))
                Ids.Add(row.Id);
        }
    }

    /// <summary>Joins the summary scan with the states, both in UID order; what only one of them saw is in a delta.</summary>
    private sealed class SummaryCollector(OrderKeys keys, List<ViewEntry> entries) : ISummarySink
    {
        private int _next;

        public List<SortRow> Rows { get; } = new(entries.Count);

        public void Add(in SummaryRow row)
        {
            var span = CollectionsMarshal.AsSpan(entries);
            while (_next < span.Length && span[_next].Uid < row.Uid)
                _next++;
            if (_next < span.Length && span[_next].Uid == row.Uid && span[_next].Id == row.Id)
                Rows.Add(keys.Row(in span[_next], in row));
        }
    }
}
