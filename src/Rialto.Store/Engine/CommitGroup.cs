namespace Rialto.Store;

/// <summary>
/// Writes whose outcome is known and that become durable together: the operations of one request, which share the syncs that each would wait for by itself. Nothing of them may
/// be acknowledged before <see cref="DurableAsync"/> says so. For one request at a time.
/// </summary>
public sealed class CommitGroup
{
    private readonly List<Task<StoreError>> _pending = [];

    internal void Add<T>(Task<StoreResult<T>> durable)
    {
        _pending.Add(WaitAsync(durable));

        static async Task<StoreError> WaitAsync(Task<StoreResult<T>> durable) => (await durable).Error == StoreError.StorageUnavailable ? StoreError.StorageUnavailable : StoreError.None;
    }

    /// <summary>Whether all that was written is durable; what was refused wrote nothing.</summary>
    public async ValueTask<StoreError> DurableAsync()
    {
        var error = StoreError.None;
        foreach (var pending in _pending)
        {
            if (await pending is var one and not StoreError.None)
                error = one;
        }
        _pending.Clear();
        return error;
    }
}
