using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Rops;

/// <summary>Ids of the store as ROPs carry them: eight bytes, replica and counter. A mailbox's own ids are all of replica 1.</summary>
internal static class Ids
{
    public static ulong Of(FolderId folder) => OfCounter(folder.Value);

    public static ulong OfCounter(long counter) => counter == 0 ? 0 : StoreKeys.Id(counter).ToWire();

    /// <summary>The counter of an id of the mailbox's own replica; 0 for any other.</summary>
    public static long CounterOf(ulong wire) => StoreId.FromWire(wire) is { ReplicaId: StoreKeys.OwnReplica } id ? (long)id.Counter : 0;

    public static FolderId FolderOf(ulong wire) => new(CounterOf(wire));
}
