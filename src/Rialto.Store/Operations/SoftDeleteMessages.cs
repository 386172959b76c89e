using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>
/// [MS-OXCFOLD] 3.2.5.11: deleted messages stay in their folder, shown by tables of soft-deleted messages alone, until they are moved or copied out or their retention is over.
/// </summary>
internal static class SoftDeleteMessages
{
    public static async ValueTask<StoreResult<IReadOnlyList<MessageId>>> ComputeAsync(Draft draft, FolderId folder, IReadOnlyList<MessageId> messages, CancellationToken cancel)
    {
        var rows = await draft.ReadRowsAsync(folder, messages, cancel);
        if (!draft.Folders.TryGet(folder, out _))
            return StoreError.NotFound;
        var deleted = new List<MessageId>(rows.Count);
        foreach (var row in rows)
        {
            if ((row.State & MessageState.SoftDeleted) != 0)
                continue;
            // The URL name is free for another item at once; content and change number stay.
            draft.SoftDelete(row, row with { State = MoveMessages.StateAfter(row.State) | MessageState.SoftDeleted, Sequence = draft.Next(), Modified = draft.Now, UrlName = "" });
            deleted.Add(row.Id);
        }
        return deleted;
    }
}
