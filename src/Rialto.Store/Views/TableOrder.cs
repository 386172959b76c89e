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
internal sealed class TableOrder
{
    /// <summary>Rows touched one by one; more of them are merged in one pass.</summary>
    private const int FewRows = 32;

    /// <summary>The same as a share of all rows.</summary>
    private const int FewShare = 8;

    /// <summary>Messages found by a text that are read one by one; a scan of the folder is quicker for more.</summary>
    private const int MostSought = 4000;

    /// <summary>Deltas that may wait for a reader: they hold on to rows.</summary>
    private const int MostWaiting = 1024;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _merging = new(1);
    private readonly Subscribers _subscribers = new();
    private readonly Mailbox _mailbox;
    private readonly Collation _collation;
    private readonly RowFilter? _filter;

    /// <summary>For a search folder: where its messages come from.</summary>
    private readonly SearchFolder? _search;
    private List<EntryDelta> _waiting = [];
    private TableSnapshot? _current;
    private LimitedSnapshot? _limited;
    private Task? _loading;

    public TableOrder(Mailbox mailbox, FolderId folder, TableQuery query, TableKey key)
    {
        _mailbox = mailbox;
        Folder = folder;
        Query = query;
        Key = key;
        _search = mailbox.Searches.Of(folder);
        _collation = Collation.Of(query.Culture);
        var keywords = RowSources.KeywordsIdOf(mailbox);
        Keys = new OrderKeys(query.Sort, _collation, query.Instances, keywords);
        if (query.Restriction is not null)
            _filter = new RowFilter(query.Restriction, keywords);
    }

    public FolderId Folder { get; }

    public TableQuery Query { get; }

    public TableKey Key { get; }

    public OrderKeys Keys { get; }

    /// <summary>Users; guarded by the mailbox's view registry.</summary>
    public int Users { get; set; }

    public long IdleSince { get; set; }

    public bool IsNewestFirst => Keys.IsNewestFirst && Query.Content == TableContent.Messages && _filter is null && _search is null;

    private bool ScansWholeRows => Keys.NeedsWholeRow || _filter is { IsHot: false };

    /// <summary>What a scan has to read beside the narrow rows.</summary>
    private SummaryColumns Columns => Keys.Needs | (_filter?.Columns ?? 0);

    /// <summary>Whether a message must be seen, beyond its narrow row, to be placed and judged.</summary>
    private bool NeedsRow => ScansWholeRows || Columns != 0 || _filter is not null;

    /// <summary>Whether rows alone cannot place or judge a message.</summary>
    private bool NeedsContent => Keys.NeedsContent || _filter is { NeedsContent: true };

    private bool DependsOnState => Keys.DependsOnState || _filter is not null;

    /// <summary>Whether this order must see the whole row to take the delta in.</summary>
    private bool NeedsRowFor(in EntryDelta delta) => NeedsRow && Shows(delta.Entry.State) && delta.Kind switch
    {
        DeltaKind.Removed => false,
        DeltaKind.StateChanged => DependsOnState,
        _ => true,
    };

    private bool Shows(MessageState state) => Query.Shows(state);

    public IDisposable Subscribe(Action onChanged) => _subscribers.Add(onChanged);

    /// <summary>Whether the order is there, perhaps with deltas to take in.</summary>
    public bool IsLoaded => Volatile.Read(ref _current) is not null;

    public async ValueTask<TableSnapshot> CurrentAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_current is not null && _waiting.Count == 0)
                return Limited(_current);
        }
        await LoadAsync().WaitAsync(cancel);
        await _merging.WaitAsync(cancel);
        try
        {
            return Limited(await TakeInAsync(cancel));
        }
        finally
        {
            _merging.Release();
        }
    }

    /// <summary>[MS-OXCDATA] 2.12.12: a count bounds how many of the rows that match are shown, the first ones of the order.</summary>
    private TableSnapshot Limited(TableSnapshot all)
    {
        if (Query.Restriction is not CountRestriction { Count: var most } || all.Count <= most)
            return all;
        var limited = Volatile.Read(ref _limited);
        if (limited?.All != all)
        {
            var first = new SortRow[most];
            for (var i = 0; i < first.Length; i++)
                first[i] = all.Rows[i];
            limited = new LimitedSnapshot(all, new TableSnapshot(Keys, BlockedArray<SortRow>.From(first)));
            Volatile.Write(ref _limited, limited);
        }
        return limited.First;
    }

    private sealed record LimitedSnapshot(TableSnapshot All, TableSnapshot First);

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

    /// <summary>In a public store: what the reader has read.</summary>
    private async ValueTask<IdSet?> ReadSetAsync() => Query.Reader is { } reader ? await _mailbox.ReadSets.ReadAsync(reader, Folder, CancellationToken.None) : null;

    private async Task ScanAsync()
    {
        var read = await ReadSetAsync();
        if (await SeekTextAsync(read) is { } sought)
        {
            Install(sought);
            return;
        }
        var expected = _search is null && Query.Content == TableContent.Messages && _mailbox.State.Folders.TryGet(Folder, out var now) ? now.Counters.Count : 0;
        var states = new StateCollector(Shows, _mailbox.Keywords, expected, read);
        var hot = new HotRow(_mailbox.Header, Folder, _collation);
        // Without a filter the two scans do not need each other.
        var summaries = new SummaryKeys(Keys, _filter, hot, states.Entries);
        var together = _search is null && !ScansWholeRows && Columns != 0 && _filter is null
            ? Task.Run(async () => await _mailbox.Storage.ScanSummariesAsync(Folder, 0, uint.MaxValue, Columns, summaries, CancellationToken.None))
            : null;
        if (_search is null)
            await _mailbox.Storage.ScanStatesAsync(Folder, 0, states, CancellationToken.None);
        List<SortRow> rows;
        if (_search is not null)
        {
            rows = await ReadLinkedAsync(_search);
        }
        else if (ScansWholeRows)
        {
            rows = await ReadWholeAsync(states.Entries, read);
        }
        else if (Columns != 0)
        {
            await (together ?? _mailbox.Storage.ScanSummariesAsync(Folder, 0, uint.MaxValue, Columns, summaries, CancellationToken.None).AsTask());
            rows = await summaries.FinishAsync(states.Entries);
        }
        else
        {
            rows = new List<SortRow>(states.Entries.Count);
            foreach (ref readonly var entry in CollectionsMarshal.AsSpan(states.Entries))
            {
                hot.Set(in entry);
                if (_filter is null || _filter.Matches(hot))
                    rows.Add(Keys.Row(in entry));
            }
        }
        Install(rows);
    }

    /// <summary>Deltas handed over while the scans ran wait: part of them the scans have seen, which is why a delta may be taken in twice.</summary>
    private void Install(List<SortRow> rows)
    {
        var snapshot = new TableSnapshot(Keys, BlockedArray<SortRow>.From(Sorted(CollectionsMarshal.AsSpan(rows))));
        lock (_gate)
            Volatile.Write(ref _current, snapshot);
    }

    /// <summary>
    /// The rows of a restriction that looks for a text, found in the column of texts that the folder's view keeps: people search the same folder again and again.
    /// Null where that does not help.
    /// </summary>
    private async Task<List<SortRow>?> SeekTextAsync(IdSet? read)
    {
        if (_filter?.Seek is not { } seek || Query.Content != TableContent.Messages || _search is not null)
            return null;
        var index = await _mailbox.Views.OpenIndexAsync(Folder, seek.Target);
        try
        {
            // Its snapshot is published before the deltas of the same commit reach this order.
            var found = await index.Texts(seek.Target, _mailbox.Engine.Options.MaximumTextColumn).FindAsync(index.Current, seek.Text, CancellationToken.None);
            if (found is null || found.Count > MostSought)
                return null;
            return await ReadWholeAsync([.. found.Select(id => new ViewEntry { Id = id })], read);
        }
        finally
        {
            _mailbox.Views.Release(index);
        }
    }

    /// <summary>Rows come in UID order, which for times is mostly the order wanted or its reverse: those two cost one pass.</summary>
    private ReadOnlySpan<SortRow> Sorted(Span<SortRow> rows)
    {
        if (IsSorted(rows))
            return rows;
        rows.Reverse();
        if (IsSorted(rows))
            return rows;
        return RowSort.Sorted(Keys, rows);
    }

    private bool IsSorted(ReadOnlySpan<SortRow> rows)
    {
        for (var i = 1; i < rows.Length; i++)
        {
            if (Keys.Compare(in rows[i - 1], in rows[i]) > 0)
                return false;
        }
        return true;
    }

    private async Task<List<SortRow>> ReadWholeAsync(List<ViewEntry> entries, IdSet? read)
    {
        const int page = 1000;
        var rows = new List<SortRow>(_filter is null ? entries.Count : 16);
        for (var start = 0; start < entries.Count; start += page)
        {
            var some = entries.GetRange(start, Math.Min(page, entries.Count - start));
            foreach (var stored in await _mailbox.Storage.ReadRowsAsync(some.Select(e => e.Id).ToArray(), CancellationToken.None))
            {
                var row = Entries.Seen(stored, read);
                if (row.Folder != Folder || !Shows(row.State))
                    continue;
                var message = await RowSources.OpenAsync(_mailbox, row, NeedsContent, _collation, CancellationToken.None);
                if (_filter is not null && !_filter.Matches(message))
                    continue;
                var entry = Entries.From(row, _mailbox.Keywords);
                Keys.Rows(in entry, in message, rows);
            }
        }
        return rows;
    }

    /// <summary>The messages that a search folder links to, as they are now; those that have gone meanwhile have a delta to say so.</summary>
    private async Task<List<SortRow>> ReadLinkedAsync(SearchFolder search)
    {
        const int page = 1000;
        var rows = new List<SortRow>();
        if (Query.Content is TableContent.Associated or TableContent.SoftDeletedAssociated)
            return rows;
        foreach (var some in search.Links.Chunk(page))
        {
            var uids = some.ToDictionary(l => l.Id, l => l.Uid);
            foreach (var row in await _mailbox.Storage.ReadRowsAsync(some.Select(l => l.Id).ToArray(), CancellationToken.None))
            {
                if (!Shows(row.State))
                    continue;
                var message = await RowSources.OpenAsync(_mailbox, row, NeedsContent, _collation, CancellationToken.None);
                if (_filter is not null && !_filter.Matches(message))
                    continue;
                var entry = Entries.From(row, _mailbox.Keywords) with { Uid = uids[row.Id] };
                Keys.Rows(in entry, in message, rows);
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
        // What went may have gone by becoming something that the order does not show.
        DeltaKind.StateChanged or DeltaKind.Replaced or DeltaKind.Removed => true,
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
            var read = await ReadSetAsync();
            var last = Latest(deltas, out var repeated);
            if (read is not null)
            {
                foreach (var (id, delta) in last)
                    last[id] = delta with { Entry = Entries.Seen(delta.Entry, read), Row = delta.Row is null ? null : Entries.Seen(delta.Row, read) };
            }
            var sought = new HashSet<MessageId>();
            foreach (var (id, delta) in last)
            {
                if (!IsNew(before, in delta, repeated))
                    sought.Add(id);
            }
            var stood = before.RowsOf(sought);
            var stoodOf = stood.ToLookup(r => r.Id);
            foreach (var id in sought)
            {
                // It was not shown and may be from now on.
                if (last[id] is { Kind: DeltaKind.StateChanged } delta && !stoodOf.Contains(id))
                    last[id] = delta with { Kind = DeltaKind.Replaced };
            }
            var after = Merge(before, last, stood, stoodOf, await SourcesAsync(last, read, cancel));
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
    private async ValueTask<Dictionary<MessageId, RowSource>> SourcesAsync(Dictionary<MessageId, EntryDelta> deltas, IdSet? read, CancellationToken cancel)
    {
        var sources = new Dictionary<MessageId, RowSource>();
        var needed = new List<MessageId>();
        foreach (var (id, delta) in deltas)
        {
            if (!NeedsRowFor(in delta))
                continue;
            if (delta.Row is not null)
                sources[id] = await RowSources.OpenAsync(_mailbox, delta.Row, NeedsContent, _collation, cancel);
            else
                needed.Add(id);
        }
        if (needed.Count > 0)
        {
            foreach (var row in await _mailbox.Storage.ReadRowsAsync(needed.ToArray(), cancel))
            {
                // One that has gone elsewhere since has a delta to say so.
                if (row.Folder == Folder || _search is not null)
                    sources[row.Id] = await RowSources.OpenAsync(_mailbox, Entries.Seen(row, read), NeedsContent, _collation, cancel);
            }
        }
        return sources;
    }

    /// <summary>The last word on each message counts, but what came and then changed is still new.</summary>
    private static Dictionary<MessageId, EntryDelta> Latest(List<EntryDelta> deltas, out HashSet<MessageId> repeated)
    {
        var last = new Dictionary<MessageId, EntryDelta>(deltas.Count);
        repeated = [];
        foreach (var delta in deltas)
        {
            if (last.TryAdd(delta.Entry.Id, delta))
                continue;
            var before = last[delta.Entry.Id];
            var isPartial = delta.Kind == DeltaKind.StateChanged && before.Kind is DeltaKind.Added or DeltaKind.Replaced;
            last[delta.Entry.Id] = isPartial ? delta with { Kind = before.Kind } : delta;
            repeated.Add(delta.Entry.Id);
        }
        return last;
    }

    private TableSnapshot Merge(
        TableSnapshot old, Dictionary<MessageId, EntryDelta> deltas, List<SortRow> stood, ILookup<MessageId, SortRow> stoodOf, Dictionary<MessageId, RowSource> sources)
    {
        var highest = old.HighestUid;
        var stand = new List<SortRow>();
        foreach (var (id, delta) in deltas)
        {
            highest = Math.Max(highest, delta.Entry.Uid);
            RowsOf(in delta, stoodOf[id], sources, stand);
        }
        var rows = stood.Count + stand.Count > old.Count / FewShare + FewRows ? MergeMany(old, deltas, stand) : MergeFew(old, stood, stand);
        return rows == old.Rows ? old : new TableSnapshot(Keys, rows) { HighestUid = highest };
    }

    /// <summary>A new message cannot stand there yet; one that left and came back can.</summary>
    private static bool IsNew(TableSnapshot old, in EntryDelta delta, HashSet<MessageId> repeated) =>
        delta.Kind == DeltaKind.Added && delta.Entry.Uid > old.HighestUid && !repeated.Contains(delta.Entry.Id);

    /// <summary>The rows that the message has now.</summary>
    private void RowsOf(in EntryDelta delta, IEnumerable<SortRow> stood, Dictionary<MessageId, RowSource> sources, List<SortRow> rows)
    {
        if (delta.Kind == DeltaKind.Removed || !Shows(delta.Entry.State))
            return;
        var entry = delta.Entry;
        if (delta.Kind == DeltaKind.StateChanged && !DependsOnState)
        {
            foreach (var row in stood)
            {
                // A delta that says so of another UID is older than the row.
                if (row.Uid == entry.Uid)
                    rows.Add(row.With(in entry));
            }
            return;
        }
        if (!NeedsRowFor(in delta))
        {
            rows.Add(Keys.Row(in entry));
            return;
        }
        if (sources.TryGetValue(entry.Id, out var message) && (_filter is null || _filter.Matches(message)))
            Keys.Rows(in entry, in message, rows);
    }

    private BlockedArray<SortRow> MergeFew(TableSnapshot old, List<SortRow> stood, List<SortRow> stand)
    {
        var editor = old.Rows.Edit();
        foreach (ref readonly var row in CollectionsMarshal.AsSpan(stood))
        {
            var stays = false;
            foreach (ref readonly var now in CollectionsMarshal.AsSpan(stand))
                stays |= now.Id == row.Id && Keys.Compare(in now, in row) == 0;
            if (stays)
                continue;
            var probe = new SortProbe(Keys, row);
            var at = editor.BinarySearch(ref probe);
            if (at >= 0)
                editor.RemoveAt(at);
        }
        foreach (ref readonly var row in CollectionsMarshal.AsSpan(stand))
        {
            var probe = new SortProbe(Keys, row);
            var at = editor.BinarySearch(ref probe);
            if (at < 0)
                editor.Insert(~at, in row);
            else
                editor.Replace(at, in row);
        }
        return editor.Freeze();
    }

    /// <summary>Two sorted lists into one, without the rows that the deltas speak of.</summary>
    private BlockedArray<SortRow> MergeMany(TableSnapshot old, Dictionary<MessageId, EntryDelta> deltas, List<SortRow> added)
    {
        added.Sort((a, b) => Keys.Compare(in a, in b));
        var editor = BlockedArray<SortRow>.Empty.Edit();
        var next = 0;
        for (var block = 0; block < old.Rows.BlockCount; block++)
        {
            foreach (ref readonly var row in old.Rows.BlockNumber(block).Span)
            {
                if (deltas.ContainsKey(row.Id))
                    continue;
                while (next < added.Count && Keys.Compare(added[next], in row) < 0)
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
            await _mailbox.Storage.ScanNewestAsync(Folder, limit, newest, cancel);
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
}
