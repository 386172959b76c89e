using Rialto.Store.Backend;
using Rialto.Store.Searching.Text;

namespace Rialto.Store.Engine;

/// <summary>
/// Keeps a mailbox's full-text index behind its commits: a while after the last one, in batches, and at once before a search. The index is derived data;
/// its watermark is the highest message id that it holds.
/// </summary>
internal sealed class TextIndexer(Mailbox mailbox) : IDisposable
{
    private const int BatchSize = 128;

    /// <summary>Long enough that a burst of deliveries is one batch, short enough that a search seldom has to wait.</summary>
    private static readonly TimeSpan Debounce = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _one = new(1);
    private readonly HashSet<MessageId> _replaced = [];
    private ITimer? _timer;
    private bool _closed;

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
            if (!relevant || _closed)
                return;
            // What was replaced while the server went down stays indexed by its old text until it changes again: only ids are remembered, no sequence with the index.
            _timer ??= mailbox.Engine.Time.CreateTimer(static indexer => _ = ((TextIndexer)indexer!).RunInBackgroundAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(Debounce, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Brings the index up to what the mailbox holds now.</summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            MessageId[] replaced;
            lock (_gate)
            {
                replaced = [.. _replaced];
                _replaced.Clear();
            }
            var upTo = await mailbox.Storage.ReadIndexedUpToAsync(cancel);
            foreach (var some in replaced.Where(id => id.Value <= upTo.Value).Chunk(BatchSize))
                await mailbox.Storage.IndexAsync(await DocumentsAsync(some, cancel), upTo, cancel);
            while (true)
            {
                var ids = await mailbox.Storage.ListIdsAsync(upTo, BatchSize, cancel);
                if (ids.Count == 0)
                    return;
                upTo = ids[^1];
                await mailbox.Storage.IndexAsync(await DocumentsAsync([.. ids], cancel), upTo, cancel);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task RunInBackgroundAsync()
    {
        try
        {
            if (!_closed)
                await CatchUpAsync(CancellationToken.None);
        }
        catch (Exception)
        {
            // The index is derived: the next commit or search tries again, and a search that cannot catch up says so.
        }
    }

    private async Task<List<TextDocument>> DocumentsAsync(MessageId[] ids, CancellationToken cancel)
    {
        var documents = new List<TextDocument>(ids.Length);
        foreach (var row in await mailbox.Storage.ReadRowsAsync(ids, cancel))
        {
            var texts = await TextVerifier.ReadAsync(mailbox, row, cancel);
            documents.Add(new TextDocument(row.Id, texts.Header, texts.Body));
        }
        return documents;
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
