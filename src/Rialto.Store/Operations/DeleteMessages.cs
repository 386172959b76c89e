using Rialto.Model;
using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>Deletes for good.</summary>
internal static class DeleteMessages
{
    public static async ValueTask<StoreResult<IReadOnlyList<MessageId>>> ComputeAsync(Draft draft, FolderId folder, IReadOnlyList<MessageId> messages, CancellationToken cancel)
    {
        var entries = await draft.ReadEntriesAsync(folder, messages, cancel);
        if (!draft.Folders.TryGet(folder, out _))
            return StoreError.NotFound;
        var deleted = new List<MessageId>(entries.Count);
        foreach (var entry in entries)
        {
            draft.Delete(folder, in entry);
            deleted.Add(entry.Id);
        }
        return deleted;
    }
}
