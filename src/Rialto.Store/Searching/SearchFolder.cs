// [MS-OXCFOLD] 3.2.5.4: search folders are filled when a search starts and, unless static, kept current from then.
using System.Buffers.Binary;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Views;
using Rialto.Store.Searching.Text;

namespace Rialto.Store.Searching;

/// <summary>A link from a search folder to a message. The number takes the place of the UID in the search folder's views.</summary>
internal readonly record struct SearchLink(MessageId Id, uint Uid, FolderId Folder, long Mid, bool IsUnread);

/// <summary>
/// The links of one search folder. Started by the first who looks; from then each commit costs a look at the messages that it changed. What was found is kept with the
/// sequence up to which it is right, so that a restart reads the change log from there instead of the mailbox.
/// </summary>
internal sealed class SearchFolder(Mailbox mailbox, FolderId id)
{
    private const int Page = 500;

    /// <summary>Changes taken in before the links are kept again: what a crash makes the next start read from the change log.</summary>
    private const int SaveAfter = 512;

    private readonly Lock _gate = new();
    private readonly Dictionary<MessageId, SearchLink> _links = [];
    private List<Change> _queue = [];
    private SearchCriteria? _criteria;
    private RowFilter? _filter;
    private HashSet<FolderId> _scope = [];
    private Task? _work;
    private Task? _population;
    private CancellationTokenSource _stop = new();
    private uint _lastUid;
    private long _seen;
    private int _unsaved;
    private bool _isWorking;
    private bool _isHalted;
    private bool _isClosed;

    public FolderId Id { get; } = id;

    /// <summary>That of the criteria that are searched by; -1 while there are none.</summary>
    public long Generation
    {
        get
        {
            lock (_gate)
                return _criteria?.Generation ?? -1;
        }
    }

    /// <summary>Whether the first population goes on.</summary>
    public bool IsRunning => Volatile.Read(ref _population) is { IsCompleted: false };

    /// <summary>Whether a client has stopped it and nobody started it since. What was found by then is kept current all the same, unless the search is static.</summary>
    public bool IsHalted => Volatile.Read(ref _isHalted);

    public SearchLink[] Links
    {
        get
        {
            lock (_gate)
                return [.. _links.Values];
        }
    }

    public static ClientStateKey MembersKey(FolderId folder) => new("search", folder.ToString(), "links");

    /// <summary>Completes when the links are there; started once.</summary>
    public Task StartAsync()
    {
        lock (_gate)
        {
            if (_isClosed)
                return Task.CompletedTask;
            if (_population is null || _population.IsFaulted || _population.IsCanceled)
            {
                _isWorking = true;
                _seen = mailbox.State.Sequence;
                var stop = _stop.Token;
                _population = Task.Run(() => PopulateAsync(stop));
                _work = ContinueAsync(_population);
            }
            return _population;
        }
    }

    /// <summary>Everything anew: other criteria, or the change log cannot tell what happened.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        lock (_gate)
        {
            _links.Clear();
            _queue.Clear();
            _criteria = null;
            _population = null;
            _isHalted = false;
        }
        mailbox.Views.DropLinks(Id);
        _ = StartAsync();
    }

    /// <summary>What a client asks for by STOP_SEARCH.</summary>
    public async Task HaltAsync()
    {
        Volatile.Write(ref _isHalted, true);
        if (IsRunning)
            await StopAsync();
    }

    /// <summary>Ends a population that goes on; what was found stays.</summary>
    public async Task StopAsync()
    {
        Task? work;
        lock (_gate)
        {
            _stop.Cancel();
            work = _work;
        }
        if (work is not null)
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _stop.Dispose();
            _stop = new();
        }
    }

    public async Task CloseAsync()
    {
        lock (_gate)
            _isClosed = true;
        await StopAsync();
        if (_criteria is { IsStatic: false } && _unsaved > 0)
            await SaveAsync();
    }

    /// <summary>A commit is durable.</summary>
    public void Notice(IReadOnlyList<Change> changes)
    {
        lock (_gate)
        {
            if (_population is null || _isClosed || _criteria is { IsStatic: true })
                return;
            _queue.AddRange(changes);
            if (_isWorking)
                return;
            _isWorking = true;
            _work = Task.Run(WorkAsync);
        }
    }

    private async Task ContinueAsync(Task population)
    {
        await population.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await WorkAsync();
    }

    private async Task WorkAsync()
    {
        try
        {
            while (true)
            {
                List<Change> changes;
                lock (_gate)
                {
                    if (_queue.Count == 0 || _criteria is null)
                    {
                        _queue.Clear();
                        break;
                    }
                    changes = _queue;
                    _queue = [];
                }
                var told = new List<Change>();
                var changed = await ApplyAsync(changes, told);
                lock (_gate)
                    _seen = Math.Max(_seen, changes[^1].Sequence);
                _unsaved += changes.Count;
                if (told.Count > 0)
                    mailbox.Announce(told);
                if (changed)
                    await WriteCountersAsync();
                if (_unsaved >= SaveAfter)
                    await SaveAsync();
            }
        }
        catch (Exception)
        {
            // Storage is away, or the mailbox closes: the next who looks starts from what was kept.
            lock (_gate)
                _population = null;
        }
        finally
        {
            lock (_gate)
                _isWorking = false;
        }
    }

    private async Task PopulateAsync(CancellationToken stop)
    {
        var state = mailbox.State;
        if (mailbox.Searches.CriteriaOf(Id) is not { } criteria)
        {
            // Whoever looks again once there are some starts it.
            lock (_gate)
                _population = null;
            return;
        }
        _filter = criteria.Restriction is null ? null : new RowFilter(criteria.Restriction);
        _scope = SearchScope.Of(criteria, state.Folders);
        lock (_gate)
            _criteria = criteria;
        try
        {
            if (!await ResumeAsync(criteria, state))
            {
                await SearchAsync(criteria, _scope, stop);
                await SaveAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped by the client: what was found stays, and a dynamic search goes on from here.
        }
        await WriteCountersAsync();
        mailbox.Announce([new Change { Kind = ChangeKind.SearchCompleted, Folder = Id, Sequence = mailbox.State.Sequence }]);
    }

    /// <summary>What was kept, brought up to date by the changes since; false where nothing of use was kept.</summary>
    private async Task<bool> ResumeAsync(SearchCriteria criteria, MailboxState state)
    {
        const int head = 16;
        if (await mailbox.Storage.ReadClientStateAsync(MembersKey(Id), CancellationToken.None) is not { Length: >= head } kept)
            return false;
        var generation = BinaryPrimitives.ReadInt64LittleEndian(kept.Span);
        var upTo = BinaryPrimitives.ReadInt64LittleEndian(kept.Span[8..]);
        if (generation != criteria.Generation || (!criteria.IsStatic && upTo < state.OldestChange))
            return false;
        var ids = new List<MessageId>();
        for (var at = head; at + 8 <= kept.Length; at += 8)
            ids.Add(new MessageId(BinaryPrimitives.ReadInt64LittleEndian(kept.Span[at..])));
        foreach (var some in ids.Chunk(Page))
        {
            foreach (var row in await mailbox.Storage.ReadRowsAsync(some, CancellationToken.None))
                Put(row, []);
        }
        if (criteria.IsStatic)
            return true;
        var after = upTo;
        while (true)
        {
            var changes = await mailbox.Storage.ReadChangesAsync(after, null, Page, CancellationToken.None);
            if (changes.Count == 0)
                return true;
            await ApplyAsync(changes);
            after = changes[^1].Sequence;
        }
    }

    /// <summary>Looks through folders from end to end.</summary>
    private async Task SearchAsync(SearchCriteria criteria, IEnumerable<FolderId> folders, CancellationToken stop)
    {
        if (IndexedTerm.Of(criteria) is { } indexed)
        {
            var rest = indexed.Rest is null ? null : new RowFilter(indexed.Rest);
            var among = folders.ToHashSet();
            var hits = await mailbox.Indexer.SearchAsync(indexed.Query, stop);
            if (hits.Ids is { } ids)
            {
                var verifier = new TextVerifier(mailbox, hits, indexed.Query);
                foreach (var some in ids.Chunk(Page))
                    await TakeAsync([.. await verifier.KeepAsync(some, stop)], rest, among, stop);
                return;
            }
        }
        foreach (var folder in folders)
        {
            var states = new StateCollector(Entries.IsOrdinary, mailbox.Keywords);
            await mailbox.Storage.ScanStatesAsync(folder, 0, states, stop);
            foreach (var some in states.Entries.Select(e => e.Id).Chunk(Page))
                await TakeAsync(some, _filter, _scope, stop);
        }
    }

    private async Task TakeAsync(MessageId[] ids, RowFilter? filter, HashSet<FolderId> among, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var deltas = new List<EntryDelta>();
        foreach (var row in await mailbox.Storage.ReadRowsAsync(ids, stop))
        {
            if (among.Contains(row.Folder) && await MatchesAsync(row, filter))
                Put(row, deltas);
        }
        mailbox.Views.PublishLinks(Id, deltas);
    }

    private async ValueTask<bool> MatchesAsync(MessageRow row, RowFilter? filter) => Entries.IsOrdinary(row.State)
        && (_criteria?.Candidates is not { } candidates || candidates(row))
        && (filter is null || filter.Matches(await RowSources.OpenAsync(mailbox, row, filter.NeedsContent, CancellationToken.None)));

    /// <summary>Judges the messages that changed. True when a link came, went or changed.</summary>
    /// <param name="changes">What happened in the mailbox.</param>
    /// <param name="told">Takes in what that did to the links; null where nobody is to be told.</param>
    private async Task<bool> ApplyAsync(IReadOnlyList<Change> changes, List<Change>? told = null)
    {
        if (_criteria is not { } criteria)
            return false;
        var deltas = new List<EntryDelta>();
        if (changes.Any(c => c.Kind is ChangeKind.FolderCreated or ChangeKind.FolderMoved or ChangeKind.FolderDeleted))
            await ApplyScopeAsync(criteria, deltas);
        var concerned = new HashSet<MessageId>();
        lock (_gate)
        {
            foreach (var change in changes)
            {
                if (change.Message.Value != 0 && (_scope.Contains(change.Folder) || _links.ContainsKey(change.Message)))
                    concerned.Add(change.Message);
            }
        }
        foreach (var some in concerned.Chunk(Page))
        {
            var rows = (await mailbox.Storage.ReadRowsAsync(some, CancellationToken.None)).ToDictionary(r => r.Id);
            foreach (var one in some)
            {
                if (rows.TryGetValue(one, out var row) && _scope.Contains(row.Folder) && await MatchesAsync(row, _filter))
                {
                    var known = Put(row, deltas);
                    told?.Add(Told(known ? ChangeKind.SearchLinkModified : ChangeKind.SearchLinkAdded, row.Id, row.Folder, row.Mid));
                }
                else if (Remove(one, deltas) is { } gone)
                {
                    told?.Add(Told(ChangeKind.SearchLinkRemoved, gone.Id, gone.Folder, gone.Mid));
                }
            }
        }
        if (deltas.Count > 0)
            mailbox.Views.PublishLinks(Id, deltas);
        return deltas.Count > 0;
    }

    private Change Told(ChangeKind kind, MessageId message, FolderId folder, long mid) =>
        new() { Kind = kind, Folder = Id, OldFolder = folder, Message = message, Mid = mid, Sequence = mailbox.State.Sequence };

    private async Task ApplyScopeAsync(SearchCriteria criteria, List<EntryDelta> deltas)
    {
        var before = _scope;
        _scope = SearchScope.Of(criteria, mailbox.State.Folders);
        foreach (var link in Links)
        {
            if (!_scope.Contains(link.Folder))
                Remove(link.Id, deltas);
        }
        if (_scope.Except(before).ToList() is { Count: > 0 } added)
            await SearchAsync(criteria, added, CancellationToken.None);
    }

    /// <summary>Whether it was there.</summary>
    private bool Put(MessageRow row, List<EntryDelta> deltas)
    {
        lock (_gate)
        {
            var known = _links.TryGetValue(row.Id, out var old);
            var link = new SearchLink(row.Id, known ? old.Uid : ++_lastUid, row.Folder, row.Mid, Entries.IsUnread(row.State));
            _links[row.Id] = link;
            deltas.Add(new EntryDelta(known ? DeltaKind.Replaced : DeltaKind.Added, Entries.From(row, mailbox.Keywords) with { Uid = link.Uid }, row));
            return known;
        }
    }

    private SearchLink? Remove(MessageId message, List<EntryDelta> deltas)
    {
        lock (_gate)
        {
            if (!_links.Remove(message, out var link))
                return null;
            deltas.Add(new EntryDelta(DeltaKind.Removed, new ViewEntry { Id = message, Uid = link.Uid }, null));
            return link;
        }
    }

    /// <summary>The folder's counters, so that hierarchy tables tell them without the search being started.</summary>
    private async Task WriteCountersAsync()
    {
        var links = Links;
        int count = links.Length, unread = links.Count(l => l.IsUnread);
        await mailbox.Writer.SubmitAsync<bool>((draft, _) =>
        {
            if (!draft.Folders.TryGet(Id, out var folder))
                return new(StoreError.NotFound);
            var old = folder.Counters;
            if (old.Count == count && old.Unread == unread)
                return new(false);
            draft.PutCounters(Id, old with { Count = count, Unread = unread, HighestSequence = draft.Next(), NewestChange = draft.Now });
            return new(true);
        });
        mailbox.Announce([new Change { Kind = ChangeKind.SearchChanged, Folder = Id, Sequence = mailbox.State.Sequence }]);
    }

    private async Task SaveAsync()
    {
        if (_criteria is not { } criteria)
            return;
        byte[] kept;
        lock (_gate)
        {
            kept = new byte[16 + _links.Count * 8];
            BinaryPrimitives.WriteInt64LittleEndian(kept, criteria.Generation);
            BinaryPrimitives.WriteInt64LittleEndian(kept.AsSpan(8), _seen);
            var at = 16;
            foreach (var link in _links.Values.OrderBy(l => l.Uid))
            {
                BinaryPrimitives.WriteInt64LittleEndian(kept.AsSpan(at), link.Id.Value);
                at += 8;
            }
            _unsaved = 0;
        }
        await mailbox.Writer.SubmitAsync<bool>((draft, _) =>
        {
            if (!draft.Folders.TryGet(Id, out Folder? _))
                return new(StoreError.NotFound);
            draft.Write(new PutClientState(MembersKey(Id), kept));
            return new(true);
        });
    }
}
