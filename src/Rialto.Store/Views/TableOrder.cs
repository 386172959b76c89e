using System.Runtime.InteropServices;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Searching;

namespace Rialto.Store.Views;

/// <summary>
/// One order over one folder, shared by every table that asks for the same. Loaded by one or two scans while commits go on. A commit only hands its deltas over;
/// whoever looks at the table next takes them in, many at once, so that open tables cost writers nothing. Taking a row in costs a search and the copy of a block.
/// </summary>
internal sealed class TableOrder(Mailbox mailbox, FolderId folder, bool associated, bool softDeleted, SortOrderSet? sort, Restriction? restriction)
{
    /// <summary>Finding a row that may stand anywhere is a pass over the ids: from so many on, one pass for all is cheaper.</summary>
    private const int ManySearches = 32;

    /// <summary>New rows find their places by a search each, unless they are more than one in so many.</summary>
    private const int ManyShare = 8;

    /// <summary>Deltas that may wait for a reader: they hold on to rows.</summary>
    private const int MostWaiting = 1024;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _merging = new(1);
    private readonly Subscribers _subscribers = new();
    private readonly OrderKeys _keys = new(sort);
    private readonly RowFilter? _filter = restriction is null ? null : new RowFilter(restriction);

    /// <summary>For a search folder: where its messages come from.</summary>
    private readonly SearchFolder? _search = mailbox.Searches.Of(folder);
    private List<EntryDelta> _waiting = [];
    private TableSnapshot? _current;
    private Task? _loading;

    public FolderId Folder { get; } = folder;

    /// <summary>Users; guarded by the mailbox's view registry.</summary>
    public int Users { get; set; }

    public long IdleSince { get; set; }

    public bool IsNewestFirst => _keys.IsNewestFirst && !associated && !softDeleted && _filter is null && _search is null;

    private bool NeedsWholeRow => _keys.NeedsWholeRow || _filter is not null;

    /// <summary>Whether rows alone cannot place or judge a message.</summary>
    private bool NeedsContent => _keys.NeedsContent || _filter is { NeedsContent: true };

    private bool DependsOnState => _keys.DependsOnState || _filter is not null;

    // Restrictions that are built anew but say the same get an order each: only the same object counts as the same.
    public bool Serves(bool ofAssociated, bool ofDeleted, SortOrderSet? by, Restriction? where) =>
        associated == ofAssociated && softDeleted == ofDeleted && Equals(sort, by) && Equals(restriction, where);

    /// <summary>Whether this order must see the whole row to take the delta in.</summary>
    private bool NeedsRow(in EntryDelta delta) => delta.Kind switch
    {
        DeltaKind.Removed => false,
        DeltaKind.StateChanged => DependsOnState && (NeedsWholeRow || _keys.Needs != 0),
        _ => NeedsWholeRow || _keys.Needs != 0,
    } && Shows(delta.Entry.State);

    private bool Shows(MessageState state) =>
        (state & MessageState.SoftDeleted) != 0 == softDeleted && (state & MessageState.Associated) != 0 == associated;

    public IDisposable Subscribe(Action onChanged) => _subscribers.Add(onChanged);

    /// <summary>Whether the order is there, perhaps with deltas to take in.</summary>
    public bool IsLoaded => Volatile.Read(ref _current) is not null;

    public async ValueTask<TableSnapshot> CurrentAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_current is not null && _waiting.Count == 0)
                return _current;
        }
        await LoadAsync().WaitAsync(cancel);
        await _merging.WaitAsync(cancel);
        try
        {
            return await TakeInAsync(cancel);
        }
        finally
        {
            _merging.Release();
        }
    }

    /// <summary>Starts the load unless it runs or is done; a failed one is tried again.</summary>
    public Task LoadAsync()
    {
        lock (_gate)
        {
            if (_current is not null)
                return Task.CompletedTask;
            if (_loading is null || _loading.IsFaulted || _loading.IsCanceled)
                _loading = Task.Run(ScanAsync);
            return _loading;
        }
    }

    /// <summary>Deltas cannot tell what happened: load anew.</summary>
    public void Invalidate()
    {
        lock (_gate)
        {
            if (_current is null)
                return;
            Volatile.Write(ref _current, null);
            _loading = Task.Run(async () =>
            {
                await ScanAsync();
                _subscribers.Call();
            });
        }
    }

    private async Task ScanAsync()
    {
        if (_search is not null)
        {
            var links = await ReadLinkedAsync(_search);
            Sort(CollectionsMarshal.AsSpan(links));
            var linked = new TableSnapshot(BlockedArray<SortRow>.From(CollectionsMarshal.AsSpan(links)));
            lock (_gate)
                Volatile.Write(ref _current, linked);
            return;
        }
        var expected = !associated && mailbox.State.Folders.TryGet(Folder, out var now) ? now.Counters.Count : 0;
        var states = new StateCollector(Shows, mailbox.Keywords, expected);
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
        Sort(CollectionsMarshal.AsSpan(rows));
        var snapshot = new TableSnapshot(BlockedArray<SortRow>.From(CollectionsMarshal.AsSpan(rows)));
        // Deltas handed over while the scans ran wait: part of them the scans have seen, which is why a delta may be taken in twice.
        lock (_gate)
            Volatile.Write(ref _current, snapshot);
    }

    /// <summary>Rows come in UID order, which for times is mostly the order wanted or its reverse: those two cost one pass.</summary>
    private void Sort(Span<SortRow> rows)
    {
        if (IsSorted(rows))
            return;
        rows.Reverse();
        if (!IsSorted(rows))
            rows.Sort(new SortRowComparer(_keys));
    }

    private bool IsSorted(ReadOnlySpan<SortRow> rows)
    {
        for (var i = 1; i < rows.Length; i++)
        {
            if (_keys.Compare(in rows[i - 1], in rows[i]) > 0)
                return false;
        }
        return true;
    }

    private readonly struct SortRowComparer(OrderKeys keys) : IComparer<SortRow>
    {
        public int Compare(SortRow x, SortRow y) => keys.Compare(in x, in y);
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

    /// <summary>The messages that a search folder links to, as they are now; those that have gone meanwhile have a delta to say so.</summary>
    private async Task<List<SortRow>> ReadLinkedAsync(SearchFolder search)
    {
        const int page = 1000;
        var rows = new List<SortRow>();
        if (associated)
            return rows;
        foreach (var some in search.Links.Chunk(page))
        {
            var uids = some.ToDictionary(l => l.Id, l => l.Uid);
            foreach (var row in await mailbox.Storage.ReadRowsAsync(some.Select(l => l.Id).ToArray(), CancellationToken.None))
            {
                if (!Shows(row.State))
                    continue;
                var message = await RowSources.OpenAsync(mailbox, row, NeedsContent, CancellationToken.None);
                if (_filter is null || _filter.Matches(message))
                    rows.Add(_keys.Row(Entries.From(row, mailbox.Keywords) with { Uid = uids[row.Id] }, message));
            }
        }
        return rows;
    }

    /// <summary>A commit is durable: keeps what of it may concern the order for the next reader.</summary>
    public void Publish(IReadOnlyList<EntryDelta> deltas)
    {
        var concerned = false;
        var many = false;
        lock (_gate)
        {
            if (_current is null && _loading is null)
                return;
            foreach (var delta in deltas)
            {
                if (!Concerns(in delta))
                    continue;
                concerned = true;
                _waiting.Add(delta);
            }
            many = _waiting.Count > MostWaiting && _current is not null;
        }
        if (many && _merging.CurrentCount > 0)
            _ = Task.Run(async () => await CurrentAsync(CancellationToken.None));
        if (concerned)
            _subscribers.Call();
    }

    private bool Concerns(in EntryDelta delta) => delta.Kind switch
    {
        DeltaKind.StateChanged => DependsOnState && Shows(delta.Entry.State),
        // What went may have gone by becoming something that the order does not show.
        DeltaKind.Replaced or DeltaKind.Removed => true,
        _ => Shows(delta.Entry.State),
    };

    private async ValueTask<TableSnapshot> TakeInAsync(CancellationToken cancel)
    {
        List<EntryDelta> deltas;
        TableSnapshot before;
        lock (_gate)
        {
            before = _current ?? throw new StorageUnavailableException("The table is being loaded anew.");
            if (_waiting.Count == 0)
                return before;
            deltas = _waiting;
            _waiting = [];
        }
        try
        {
            // The last word on each message counts.
            var last = new Dictionary<MessageId, EntryDelta>(deltas.Count);
            var repeated = new HashSet<MessageId>();
            foreach (var delta in deltas)
            {
                if (!last.TryAdd(delta.Entry.Id, delta))
                {
                    last[delta.Entry.Id] = delta;
                    repeated.Add(delta.Entry.Id);
                }
            }
            var after = Merge(before, last, repeated, await SourcesAsync(last, cancel));
            lock (_gate)
            {
                if (_current == before)
                    Volatile.Write(ref _current, after);
                return after;
            }
        }
        catch
        {
            lock (_gate)
                _waiting.InsertRange(0, deltas);
            throw;
        }
    }

    /// <summary>The messages that must be seen to place and judge them: from the commit where it had the row, in one query otherwise.</summary>
    private async ValueTask<Dictionary<MessageId, RowSource>> SourcesAsync(Dictionary<MessageId, EntryDelta> deltas, CancellationToken cancel)
    {
        var sources = new Dictionary<MessageId, RowSource>();
        var needed = new List<MessageId>();
        foreach (var (id, delta) in deltas)
        {
            if (!NeedsRow(in delta))
                continue;
            if (delta.Row is not null)
                sources[id] = await RowSources.OpenAsync(mailbox, delta.Row, NeedsContent, cancel);
            else
                needed.Add(id);
        }
        if (needed.Count > 0)
        {
            foreach (var row in await mailbox.Storage.ReadRowsAsync(needed.ToArray(), cancel))
            {
                // One that has gone elsewhere since has a delta to say so.
                if (row.Folder == Folder || _search is not null)
                    sources[row.Id] = await RowSources.OpenAsync(mailbox, row, NeedsContent, cancel);
            }
        }
        return sources;
    }

    private TableSnapshot Merge(TableSnapshot old, Dictionary<MessageId, EntryDelta> deltas, HashSet<MessageId> repeated, Dictionary<MessageId, RowSource> sources)
    {
        var added = new List<SortRow>();
        var highest = old.HighestUid;
        var searches = 0;
        foreach (var delta in deltas.Values)
        {
            if (!IsNew(old, in delta, repeated))
                searches++;
            highest = Math.Max(highest, delta.Entry.Uid);
            if (RowOf(in delta, sources) is { } row)
                added.Add(row);
        }
        var rows = searches > ManySearches || added.Count > old.Count / ManyShare + ManySearches ? MergeMany(old, deltas, added) : MergeFew(old, deltas, repeated, added);
        return rows == old.Rows ? old : new TableSnapshot(rows) { HighestUid = highest };
    }

    /// <summary>A new message cannot stand there yet; one that left and came back can.</summary>
    private static bool IsNew(TableSnapshot old, in EntryDelta delta, HashSet<MessageId> repeated) =>
        delta.Kind == DeltaKind.Added && delta.Entry.Uid > old.HighestUid && !repeated.Contains(delta.Entry.Id);

    private SortRow? RowOf(in EntryDelta delta, Dictionary<MessageId, RowSource> sources)
    {
        if (delta.Kind == DeltaKind.Removed || !Shows(delta.Entry.State))
            return null;
        var known = sources.TryGetValue(delta.Entry.Id, out var message);
        if (NeedsRow(in delta) && !known)
            return null;
        if (_filter is not null && !_filter.Matches(message))
            return null;
        var entry = delta.Entry;
        return known ? _keys.Row(in entry, message) : _keys.Row(in entry);
    }

    private BlockedArray<SortRow> MergeFew(TableSnapshot old, Dictionary<MessageId, EntryDelta> deltas, HashSet<MessageId> repeated, List<SortRow> added)
    {
        var editor = old.Rows.Edit();
        foreach (var (id, delta) in deltas)
        {
            if (IsNew(old, in delta, repeated))
                continue;
            var position = old.PositionOf(id);
            if (position < 0)
                continue;
            var probe = new SortProbe(_keys, old.Rows[position]);
            var at = editor.BinarySearch(ref probe);
            if (at >= 0)
                editor.RemoveAt(at);
        }
        foreach (ref readonly var row in CollectionsMarshal.AsSpan(added))
        {
            var probe = new SortProbe(_keys, row);
            var at = editor.BinarySearch(ref probe);
            if (at < 0)
                editor.Insert(~at, in row);
        }
        return editor.Freeze();
    }

    /// <summary>Two sorted lists into one, without the rows that the deltas speak of.</summary>
    private BlockedArray<SortRow> MergeMany(TableSnapshot old, Dictionary<MessageId, EntryDelta> deltas, List<SortRow> added)
    {
        added.Sort((a, b) => _keys.Compare(in a, in b));
        var editor = BlockedArray<SortRow>.Empty.Edit();
        var next = 0;
        for (var block = 0; block < old.Rows.BlockCount; block++)
        {
            foreach (ref readonly var row in old.Rows.BlockNumber(block).Span)
            {
                if (deltas.ContainsKey(row.Id))
                    continue;
                while (next < added.Count && _keys.Compare(added[next], in row) < 0)
                    editor.Append(added[next++]);
                editor.Append(in row);
            }
        }
        while (next < added.Count)
            editor.Append(added[next++]);
        return editor.Freeze();
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
