using Rialto.Store.Backend;
using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>Client state that is made once: the first value stays, and who comes second gets it.</summary>
internal static class AddClientState
{
    public static async ValueTask<StoreResult<ReadOnlyMemory<byte>>> ComputeAsync(Draft draft, ClientStateKey key, ReadOnlyMemory<byte> value, CancellationToken cancel)
    {
        if (await FindAsync(draft, key, cancel) is { } known)
            return known;
        draft.Write(new PutClientState(key, value));
        // State alone does not move the counter, by which another server's batch is known to be late: without it two servers would each write a first one.
        draft.Next();
        return value;
    }

    /// <summary>The state as the batch leaves it so far.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>?> FindAsync(Draft draft, ClientStateKey key, CancellationToken cancel)
    {
        var written = draft.Batch.Mutations;
        for (var i = written.Count - 1; i >= 0; i--)
        {
            if (written[i] is PutClientState put && put.Key == key)
                return put.Value;
        }
        return await draft.Mailbox.Storage.ReadClientStateAsync(key, cancel);
    }
}
