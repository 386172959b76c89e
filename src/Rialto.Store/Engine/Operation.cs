using Rialto.Store.Backend;

namespace Rialto.Store.Engine;

/// <summary>A piece of work of the mailbox's writer. Computed again when the batch has to be: computing writes into the draft only.</summary>
internal abstract class Operation
{
    public abstract ValueTask ComputeAsync(Draft draft, CancellationToken cancel);

    /// <summary>Storage shows what it did; it is not durable yet.</summary>
    public virtual void Applied()
    {
    }

    /// <summary>What it did is durable (or it did nothing). Whoever waits for it goes on inside of the call.</summary>
    public abstract void Complete();

    /// <summary>The same, on another thread.</summary>
    public void CompleteElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(static operation => operation.Complete(), this, preferLocal: false);

    /// <summary>Whoever waits for it goes on on another thread.</summary>
    public void Fail(Exception reason) => ThreadPool.UnsafeQueueUserWorkItem(static failed => failed.Operation.End(failed.Reason), (Operation: this, Reason: reason), preferLocal: false);

    protected abstract void End(Exception reason);
}

/// <summary>An operation with a value. Storage that is away is an expected outcome, anything else thrown a bug that the caller gets to see.</summary>
internal sealed class Operation<T>(Func<Draft, CancellationToken, ValueTask<StoreResult<T>>> compute) : Operation
{
    private readonly TaskCompletionSource<StoreResult<T>> _done = new();
    private TaskCompletionSource<StoreResult<T>>? _applied;
    private StoreResult<T> _outcome;

    public Task<StoreResult<T>> Task => _done.Task;

    /// <summary>For a caller that goes on before the outcome is durable; to be asked for before the operation is submitted.</summary>
    public Task<StoreResult<T>> WhenApplied() => (_applied = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public override void Applied() => _applied?.TrySetResult(_outcome);

    public override async ValueTask ComputeAsync(Draft draft, CancellationToken cancel) => _outcome = await compute(draft, cancel);

    public override void Complete()
    {
        // What wrote nothing was not applied either.
        _applied?.TrySetResult(_outcome);
        _done.TrySetResult(_outcome);
    }

    protected override void End(Exception reason)
    {
        if (reason is StorageUnavailableException)
            _applied?.TrySetResult(StoreError.StorageUnavailable);
        else
            _applied?.TrySetException(reason);
        if (reason is StorageUnavailableException)
            _done.TrySetResult(StoreError.StorageUnavailable);
        else
            _done.TrySetException(reason);
    }
}
