using Rialto.Store;

namespace Rialto.Mapi.Rops;

/// <summary>The messages that a request names by their MIDs.</summary>
internal static class MessageSelection
{
    /// <summary>Those that are in the folder; for a search folder wherever they are. Each once, in the order named.</summary>
    public static async ValueTask<StoreResult<IReadOnlyList<MessageRow>>> FindAsync(MailboxSession mailbox, Folder folder, IReadOnlyList<ulong> messageIds, CancellationToken cancel)
    {
        var found = await mailbox.FindByMidsAsync([.. messageIds.Select(Ids.CounterOf)], cancel);
        if (!found.TryGet(out var rows))
            return found.Error;
        return rows.OfType<MessageRow>().Where(r => r.Folder == folder.Id || folder.Type == FolderType.Search).DistinctBy(r => r.Id).ToArray();
    }
}
