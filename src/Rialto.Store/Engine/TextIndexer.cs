using Rialto.Store.Backend;
using Rialto.Store.Searching.Text;

namespace Rialto.Store.Engine;

/// <summary>
/// Keeps a mailbox's full-text index behind its commits: a while after the last one, in batches, and at once before a search. The index is derived data;
/// its watermark is the highest message id that it holds.
/// </summary>
internal sealed class TextIndexer(Mailbox mailbox) : IDisposable
{
    /// <summary>Messages indexed at once: the more, the less of it is done for each; the more, the longer a search or a client's request beside it waits. 50 to 100 ms.</summary>
    private const int BatchSize = 512;

    /// <summary>Characters of texts in memory at once; a batch ends with the message that goes beyond.</summary>
    private const int BatchText = 4 * 1024 * 1024;

    /// <summary>Long enough that a burst of deliveries is one batch, short enough that a search seldom has to wait.</summary>
    private static readonly TimeSpan Debounce = TimeSpan.FromSeconds(3);

    /// <summary>However much comes in and however busy the server is, so long after a commit its texts are being indexed, so that what a search has to catch up with is bounded.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _one = new(1);
    private readonly HashSet<MessageId> _replaced = [];
    private ITimer? _timer;
    private volatile bool _closed;
    private int _asking;

    /// <summary>When the first commit came that nobody has begun to index; 0: none.</summary>
    private long _since;

    /// <summary>After a commit: something may be new.</summary>
    public void Notice(IReadOnlyList<Change> changes)
    {
        var relevant = false;
        lock (_gate)
        {
            foreach (var change in changes)
            {
                relevant |= change.Kind is ChangeKind.MessageCreated or ChangeKind.MessageModified;
                if (change.Kind == ChangeKind.MessageModified)
                    _replaced.Add(change.Message);
            }
            // What was replaced while the server went down stays indexed by its old text until it changes again: only ids are remembered, no sequence with the index.
            if (relevant)
                Delay();
        }
    }

    /// <summary>Under the lock: something is to be indexed, a while after the last that came.</summary>
    private void Delay()
    {
        if (_closed)
            return;
        var time = mailbox.Engine.Time;
        _timer ??= time.CreateTimer(static indexer => ((TextIndexer)indexer!).Start(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (_since == 0)
            _since = Math.Max(time.GetTimestamp(), 1);
        var left = LongestDelay - time.GetElapsedTime(_since);
        if (left > TimeSpan.Zero)
            _timer.Change(left < Debounce ? left : Debounce, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Looks a text up in all that the mailbox holds now.</summary>
    public async Task<TextHits> SearchAsync(TextQuery query, CancellationToken cancel)
    {
        var upTo = await CatchUpAsync(cancel);
        return await mailbox.Storage.SearchTextAsync(query with { IndexedUpTo = upTo }, cancel);
    }

    /// <summary>Brings the index up to what the mailbox holds now; returns the highest message of that.</summary>
    private async Task<MessageId> CatchUpAsync(CancellationToken cancel)
    {
        Interlocked.Increment(ref _asking);
        try
        {
            await _one.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _asking);
        }
        try
        {
            while (true)
            {
                var (upTo, isMore) = await StepAsync(cancel);
                if (!isMore)
                    return upTo;
            }
        }
        catch
        {
            // What was to be done in the background may have been left to this search.
            lock (_gate)
                Delay();
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Indexes some, with the turn; up to which message, and whether there is more.</summary>
    private async Task<(MessageId UpTo, bool IsMore)> StepAsync(CancellationToken cancel)
    {
        var upTo = await mailbox.Storage.ReadIndexedUpToAsync(cancel);
        await ReplaceAsync(upTo, cancel);
        var ids = await mailbox.Storage.ListIdsAsync(upTo, BatchSize, cancel);
        if (ids.Count == 0)
            return (upTo, false);
        var documents = await DocumentsAsync([.. ids], cancel);
        // All of them, or as many as were taken.
        upTo = documents.AreAll ? ids[^1] : documents.List[^1].Id;
        await mailbox.Storage.IndexAsync(documents.List, upTo, cancel);
        return (upTo, !documents.AreAll || ids.Count == BatchSize);
    }

    private async Task ReplaceAsync(MessageId upTo, CancellationToken cancel)
    {
        MessageId[] replaced;
        lock (_gate)
        {
            replaced = [.. _replaced];
            _replaced.Clear();
        }
        try
        {
            var rest = replaced.Where(id => id.Value <= upTo.Value).Order().ToArray();
            while (rest.Length > 0)
            {
                var some = rest.Take(BatchSize).ToArray();
                var documents = await DocumentsAsync(some, cancel);
                await mailbox.Storage.IndexAsync(documents.List, upTo, cancel);
                rest = documents.AreAll ? rest[some.Length..] : [.. rest.Where(id => id.Value > documents.List[^1].Id.Value)];
            }
        }
        catch
        {
            lock (_gate)
                _replaced.UnionWith(replaced);
            throw;
        }
    }

    private void Start()
    {
        long since;
        lock (_gate)
        {
            since = _since == 0 ? mailbox.Engine.Time.GetTimestamp() : _since;
            _since = 0;
        }
        _ = mailbox.Engine.Background.StartAsync(RunInBackgroundAsync, LongestDelay - mailbox.Engine.Time.GetElapsedTime(since));
    }

    /// <summary>Work that nobody waits for: leaves the rest to who asks meanwhile.</summary>
    private async Task<bool> RunInBackgroundAsync()
    {
        try
        {
            await _one.WaitAsync();
            try
            {
                // Asked with the turn: whoever closes waits for it and then takes the storage away.
                if (_closed)
                    return false;
                return (await StepAsync(CancellationToken.None)).IsMore && Volatile.Read(ref _asking) == 0;
            }
            finally
            {
                _one.Release();
            }
        }
        catch (Exception)
        {
            // The index is derived: the next commit or search tries again, and a search that cannot catch up says so.
            return false;
        }
    }

    private async Task<(List<TextDocument> List, bool AreAll)> DocumentsAsync(MessageId[] ids, CancellationToken cancel)
    {
        var documents = new List<TextDocument>(ids.Length);
        var length = 0;
        foreach (var row in (await mailbox.Storage.ReadRowsAsync(ids, cancel)).OrderBy(static row => row.Id.Value))
        {
            if (length > BatchText)
                return (documents, false);
            var texts = await TextVerifier.ReadAsync(mailbox, row, cancel);
            length += texts.Header.Length + texts.Body.Length;
            documents.Add(new TextDocument(row.Id, texts.Header, texts.Body));
        }
        return (documents, true);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _timer?.Dispose();
        }
    }

    /// <summary>Waits for a run that is under way.</summary>
    public async Task CloseAsync()
    {
        Dispose();
        await _one.WaitAsync();
        _one.Release();
    }
}
