using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.Store.Engine;

/// <summary>
/// The serial writer of a mailbox. It takes all operations that wait, computes one batch from the state in memory, has storage apply it and goes on
/// with the next while the first becomes durable; operations complete and changes are published in order, after that. It has no thread of its own.
/// </summary>
internal sealed class MailboxWriter(Mailbox mailbox, MailboxState initial)
{
    /// <summary>Bounds what one failed apply takes along and how long the first operation of a batch waits for the last.</summary>
    private const int MostOperations = 256;
    private const int MostMutations = 8192;

    /// <summary>Batches applied and not yet durable: enough to keep the disk busy; what comes meanwhile makes the next batch larger.</summary>
    private const int MostInFlight = 4;

    /// <summary>Another server that keeps winning the race is a fault to report, not to fight for ever.</summary>
    private const int MostRetries = 50;

    private readonly Lock _gate = new();
    private readonly Queue<Operation> _waiting = new();
    private readonly SemaphoreSlim _inFlight = new(MostInFlight);
    private Task _tail = Task.CompletedTask;
    private bool _running;
    private bool _mayBeBehind;
    private MailboxState _applied = initial;

    /// <summary>The newest state that storage has: what the next batch is computed from. Readers see <see cref="Mailbox.State"/>, which follows when durable.</summary>
    public MailboxState Applied => Volatile.Read(ref _applied);

    /// <summary>Where nobody writes, the caller does, and gets the task once its batch is applied: handing a batch to another thread costs more than most of them.</summary>
    public Task<StoreResult<T>> SubmitAsync<T>(Func<Draft, CancellationToken, ValueTask<StoreResult<T>>> compute)
    {
        var operation = new Operation<T>(compute);
        if (Enqueue(operation))
            _ = DrainAsync();
        return operation.Task;
    }

    /// <summary>For a caller that has more to do before it needs the outcome to be durable: the task ends when storage shows it, the group's when it is durable.</summary>
    public Task<StoreResult<T>> SubmitAsync<T>(Func<Draft, CancellationToken, ValueTask<StoreResult<T>>> compute, CommitGroup group)
    {
        var operation = new Operation<T>(compute);
        var applied = operation.WhenApplied();
        group.Add(operation.Task);
        if (Enqueue(operation))
            _ = DrainAsync();
        return applied;
    }

    /// <summary>
    /// For a caller that has more for the same mailbox (a drain of the queue): the writer runs elsewhere, so that what the caller submits meanwhile shares a batch.
    /// </summary>
    public Task<StoreResult<T>> SubmitTogetherAsync<T>(Func<Draft, CancellationToken, ValueTask<StoreResult<T>>> compute)
    {
        var operation = new Operation<T>(compute);
        if (Enqueue(operation))
            _ = Task.Run(DrainAsync);
        return operation.Task;
    }

    /// <summary>True when the caller has to see to it that the writer runs.</summary>
    private bool Enqueue(Operation operation)
    {
        lock (_gate)
        {
            _waiting.Enqueue(operation);
            return !_running && (_running = true);
        }
    }

    /// <summary>Completes when everything submitted before is done.</summary>
    public async Task IdleAsync()
    {
        await SubmitAsync<bool>(static (_, _) => new(true));
        Task tail;
        lock (_gate)
            tail = _tail;
        await tail;
    }

    private async Task DrainAsync()
    {
        var batch = new List<Operation>();
        while (true)
        {
            await _inFlight.WaitAsync();
            batch.Clear();
            lock (_gate)
            {
                while (batch.Count < MostOperations && _waiting.TryDequeue(out var operation))
                    batch.Add(operation);
                if (batch.Count == 0)
                {
                    _running = false;
                    _inFlight.Release();
                    return;
                }
            }
            try
            {
                if (Interlocked.Exchange(ref _mayBeBehind, false) && await mailbox.Storage.ReadSequenceAsync(CancellationToken.None) > _applied.Sequence)
                    await CatchUpAsync();
                await CommitAsync(batch);
            }
            catch (Exception e)
            {
                // CommitAsync answers for its operations itself; should it not, they may not hang.
                _inFlight.Release();
                foreach (var operation in batch)
                    operation.Fail(e);
            }
        }
    }

    private async Task CommitAsync(List<Operation> operations)
    {
        for (var retries = 0; ; retries++)
        {
            var (draft, computed) = await ComputeAsync(operations);
            var state = draft.Finish();
            if (draft.MutationCount == 0 && state.Sequence == _applied.Sequence)
            {
                Follow(Task.CompletedTask, computed, null, [], new ChangeList());
                return;
            }
            Task durable;
            try
            {
                durable = await mailbox.Storage.ApplyAsync(draft.Batch, CancellationToken.None);
            }
            catch (StaleSequenceException) when (retries < MostRetries)
            {
                await CatchUpAsync();
                continue;
            }
            catch (Exception e)
            {
                // Nothing was written, and nothing in memory has changed.
                _inFlight.Release();
                foreach (var operation in computed)
                    operation.Fail(e is StaleSequenceException ? new StorageUnavailableException("Other servers keep writing this mailbox first.", e) : e);
                return;
            }
            Volatile.Write(ref _applied, state);
            foreach (var ((principal, folder), set) in draft.ReadSets)
                mailbox.ReadSets.Publish(principal, folder, set);
            var views = mailbox.Views.Apply(draft.Deltas, state);
            foreach (var ((principal, folder), deltas) in draft.ReadDeltas)
                views.Add(mailbox.Views.ReadUpdate(principal, folder, deltas));
            foreach (var operation in computed)
                operation.Applied();
            Follow(durable, computed, state, views, draft.Changes);
            return;
        }
    }

    /// <summary>Computes the operations into one draft. One that throws is failed and the rest computed again without it.</summary>
    private async Task<(Draft Draft, List<Operation> Computed)> ComputeAsync(List<Operation> operations)
    {
        var remaining = new List<Operation>(operations);
        while (true)
        {
            var draft = new Draft(mailbox, _applied, FileTime.From(mailbox.Engine.Time.GetUtcNow()));
            Operation? failed = null;
            for (var i = 0; i < remaining.Count; i++)
            {
                var written = draft.MutationCount;
                var sequence = draft.Sequence;
                try
                {
                    draft.Begin();
                    await remaining[i].ComputeAsync(draft, CancellationToken.None);
                }
                catch (Exception e)
                {
                    remaining[i].Fail(e);
                    if (draft.MutationCount != written || draft.Sequence != sequence)
                    {
                        failed = remaining[i];
                        break;
                    }
                    remaining.RemoveAt(i--);
                    continue;
                }
                if (draft.MutationCount > MostMutations && i + 1 < remaining.Count)
                {
                    PutBack(remaining, i + 1);
                    remaining.RemoveRange(i + 1, remaining.Count - i - 1);
                }
            }
            if (failed is null)
                return (draft, remaining);
            remaining.Remove(failed);
        }
    }

    private void PutBack(List<Operation> operations, int from)
    {
        lock (_gate)
        {
            var later = _waiting.ToArray();
            _waiting.Clear();
            for (var i = from; i < operations.Count; i++)
                _waiting.Enqueue(operations[i]);
            foreach (var operation in later)
                _waiting.Enqueue(operation);
        }
    }

    /// <summary>Queues what happens once the batch is durable, behind what happens for the batches before it. Releases the batch's place.</summary>
    private void Follow(Task durable, List<Operation> operations, MailboxState? state, List<ViewUpdate> views, ChangeList changes)
    {
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_gate)
        {
            before = _tail;
            _tail = passed.Task;
        }
        _ = FollowAsync(before, durable, passed, [.. operations], state, views, changes);
    }

    private async Task FollowAsync(Task before, Task durable, TaskCompletionSource passed, Operation[] operations, MailboxState? state, List<ViewUpdate> views, ChangeList changes)
    {
        // Never on the writer's stack: completions and subscribers run here.
        await durable.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Exception? failure = durable.IsCompletedSuccessfully ? null : durable.Exception?.InnerException ?? new TaskCanceledException(durable);
        _inFlight.Release();
        try
        {
            // Storage shows the batch even where its sync failed, so memory must too; but nothing of it is acknowledged.
            if (state is not null)
                mailbox.Publish(state, views, changes);
        }
        finally
        {
            passed.SetResult();
        }
        if (failure is not null)
        {
            foreach (var operation in operations)
                operation.Fail(failure as StorageUnavailableException ?? new StorageUnavailableException("The commit could not be made durable.", failure));
            return;
        }
        // The last, mostly the only one, goes on right here.
        for (var i = 0; i < operations.Length - 1; i++)
            operations[i].CompleteElsewhere();
        if (operations.Length > 0)
            operations[^1].Complete();
    }

    /// <summary>Brings memory up to what storage has: another server wrote.</summary>
    public Task RefreshAsync()
    {
        Volatile.Write(ref _mayBeBehind, true);
        // Whoever brings the notice does not wait for the mailbox.
        var operation = new Operation<bool>(static (_, _) => new(true));
        if (Enqueue(operation))
            ThreadPool.UnsafeQueueUserWorkItem(static writer => _ = writer.DrainAsync(), this, preferLocal: false);
        return operation.Task;
    }

    private async Task CatchUpAsync()
    {
        var image = await mailbox.Storage.LoadAsync(CancellationToken.None);
        if (image.Sequence <= _applied.Sequence)
            return;
        var before = _applied;
        var state = MailboxState.From(image);
        var changes = new List<Change>();
        var complete = image.OldestChange <= before.Sequence;
        while (complete)
        {
            const int page = 2000;
            var some = await mailbox.Storage.ReadChangesAsync(changes.Count == 0 ? before.Sequence : changes[^1].Sequence, null, page, CancellationToken.None);
            changes.AddRange(some.Where(c => c.Sequence <= image.Sequence));
            if (some.Count < page || some[^1].Sequence >= image.Sequence)
                break;
        }
        var deltas = complete ? await mailbox.Views.DeltasOfAsync(changes) : [];
        Volatile.Write(ref _applied, state);
        await mailbox.Views.ReviewReadersAsync(mailbox.ReadSets.Clear());
        if (!complete)
        {
            mailbox.Views.DropAll();
            mailbox.Searches.Reset();
            mailbox.Conversations.Reset();
        }
        var views = mailbox.Views.Apply(deltas, state);
        await _inFlight.WaitAsync();
        Follow(Task.CompletedTask, [], state, views, new ChangeList(changes));
    }
}
