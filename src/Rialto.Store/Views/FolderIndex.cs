using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>
/// The shared in-memory index of one folder in UID order: loaded by one scan while commits go on, then kept current by their deltas.
/// The writer changes <see cref="Applied"/>; what users see, <see cref="Current"/>, follows once the commit is durable.
/// </summary>
internal sealed class FolderIndex(FolderId folder, KeywordSets keywords, IMailboxStorage storage, Func<Folder?> folderNow)
{
    private readonly Lock _gate = new();
    private readonly Subscribers _subscribers = new();
    private List<(FolderDeltas Deltas, long Sequence)>? _waiting = [];
    private FolderSnapshot? _applied;
    private FolderSnapshot? _current;
    private Dictionary<MessageId, uint>? _uids;
    private readonly Dictionary<TextTarget, TextColumn> _texts = [];
    private readonly Dictionary<Type, object> _shared = [];
    private Task? _loading;

    public FolderId Folder { get; } = folder;

    /// <summary>Users; guarded by the mailbox's view registry.</summary>
    public int Users { get; set; }

    public long IdleSince { get; set; }

    public FolderSnapshot Current => Volatile.Read(ref _current) ?? throw new InvalidOperationException("The view is not loaded.");

    /// <summary>What users see; null while it loads.</summary>
    public FolderSnapshot? CurrentOrNull => Volatile.Read(ref _current);

    /// <summary>Null while it loads.</summary>
    public FolderSnapshot? Applied => Volatile.Read(ref _applied);

    public IDisposable Subscribe(Action onChanged) => _subscribers.Add(onChanged);

    /// <summary>The texts that searches look through, made by the first search that asks and gone with the index.</summary>
    public TextColumn Texts(TextTarget target, int limit)
    {
        lock (_gate)
        {
            if (!_texts.TryGetValue(target, out var texts))
                _texts.Add(target, texts = new TextColumn(Folder, target, storage, limit));
            return texts;
        }
    }

    /// <summary>What a protocol has worked out of the folder's messages and keeps as long as the index: one of each type.</summary>
    public T Shared<T>(Func<T> create)
        where T : class
    {
        lock (_gate)
        {
            if (!_shared.TryGetValue(typeof(T), out var kept))
                _shared.Add(typeof(T), kept = create());
            return (T)kept;
        }
    }

    /// <summary>Completes when the index is there; one load however many wait. A failed load is tried again by the next who asks.</summary>
    public Task LoadAsync()
    {
        lock (_gate)
        {
            if (_applied is not null)
                return Task.CompletedTask;
            if (_loading is null || _loading.IsFaulted || _loading.IsCanceled)
                _loading = Task.Run(ScanAsync);
            return _loading;
        }
    }

    /// <summary>The same with a column of texts, which is read meanwhile: the first search of a large folder waits for the longer of the two, not for both.</summary>
    public async Task LoadAsync(TextTarget target, int limit)
    {
        if (CurrentOrNull is not null || folderNow()?.Counters is not { } counters || counters.Count < TextColumn.LargeFolder)
        {
            await LoadAsync();
            return;
        }
        var texts = Texts(target, limit);
        var reading = texts.ReadAheadAsync(counters.UidNext);
        try
        {
            await LoadAsync();
        }
        finally
        {
            // Whatever the load came to: nothing is left behind that nobody waits for.
            await Task.WhenAny(reading);
        }
        // Only where nothing was changed meanwhile do the texts belong to what was loaded.
        if (Current.HighestSequence == counters.HighestSequence)
            await texts.AdoptAsync(Current, await reading);
    }

    private async Task ScanAsync()
    {
        var collector = new StateCollector(Entries.IsOrdinary, keywords, folderNow()?.Counters.Count ?? 0);
        await storage.ScanStatesAsync(Folder, 0, collector, CancellationToken.None);
        var entries = collector.Entries;
        var sorted = true;
        var unread = 0;
        var previous = 0u;
        foreach (ref readonly var entry in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(entries))
        {
            sorted &= entry.Uid > previous;
            previous = entry.Uid;
            unread += Entries.IsUnread(entry.State) ? 1 : 0;
        }
        if (!sorted)
            entries.Sort(static (a, b) => a.Uid.CompareTo(b.Uid));
        var array = BlockedArray<ViewEntry>.From(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(entries));
        lock (_gate)
        {
            var counters = folderNow();
            var snapshot = new FolderSnapshot(array, keywords, counters?.UidValidity ?? 0, counters?.Counters.UidNext ?? 1, counters?.Counters.HighestSequence ?? 0, unread);
            // Commits made while the scan ran: part of them it has seen, which is why a delta may be applied twice.
            foreach (var (deltas, sequence) in _waiting!)
                snapshot = Merge(snapshot, deltas, sequence);
            _waiting = null;
            Volatile.Write(ref _current, snapshot);
            Volatile.Write(ref _applied, snapshot);
        }
    }

    /// <summary>The writer's part: takes a commit's deltas in, and gives the snapshot to publish when the commit is durable; null while the index loads.</summary>
    public FolderSnapshot? Apply(FolderDeltas deltas, long highestSequence)
    {
        lock (_gate)
        {
            if (_applied is null)
            {
                _waiting!.Add((deltas, highestSequence));
                return null;
            }
            var next = Merge(_applied, deltas, highestSequence);
            Volatile.Write(ref _applied, next);
            return next;
        }
    }

    /// <summary>The deltas cannot tell what happened: load anew, showing the old state until then.</summary>
    public void Invalidate()
    {
        lock (_gate)
        {
            if (_applied is null)
                return;
            Volatile.Write(ref _applied, null);
            _waiting = [];
            _uids = null;
            _loading = Task.Run(async () =>
            {
                await ScanAsync();
                _subscribers.Call();
            });
        }
    }

    public void Publish(FolderSnapshot? snapshot)
    {
        if (snapshot is not null)
            Volatile.Write(ref _current, snapshot);
        _subscribers.Call();
    }

    /// <summary>The entry of a message as the writer sees it. Writer only.</summary>
    public bool TryGetApplied(MessageId message, out ViewEntry entry)
    {
        lock (_gate)
        {
            entry = default;
            if (_applied is not { } applied)
                return false;
            if (_uids is null)
            {
                _uids = new Dictionary<MessageId, uint>(applied.Count);
                for (var position = 0; position < applied.Count;)
                {
                    var block = applied.BlockAt(position);
                    foreach (ref readonly var item in block)
                        _uids[item.Id] = item.Uid;
                    position += block.Length;
                }
            }
            if (!_uids.TryGetValue(message, out var uid) || applied.PositionOfUid(uid) is var at && at < 0)
                return false;
            entry = applied[at];
            return true;
        }
    }

    private FolderSnapshot Merge(FolderSnapshot old, FolderDeltas deltas, long highestSequence)
    {
        var merge = new SnapshotMerge(old, keywords, _uids);
        var next = 0;
        foreach (var (at, states) in deltas.States)
        {
            merge.Take(deltas.Singles[next..at]);
            merge.Take(states);
            next = at;
        }
        merge.Take(deltas.Singles[next..]);
        return merge.Finish(highestSequence);
    }
}
