// [MS-OXCFOLD] 3.2.5.6: messages moved and copied, within a mailbox and between two.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Rops;

/// <summary>Moves and copies messages a few hundred at a time.</summary>
internal static class MessageTransfer
{
    private const int AtOnce = 500;

    public static async ValueTask<(ErrorCode Error, bool IsPartial)> TransferAsync(
        StoreEngine store, FolderObject source, FolderObject destination, IReadOnlyList<ulong> messageIds, bool isCopy, WorkProgress progress, CancellationToken cancel)
    {
        if (!source.TryGet(out var from))
            return (ErrorCode.NotFound, true);
        var found = await MessageSelection.FindAsync(source.Mailbox, from, messageIds, cancel);
        if (!found.TryGet(out var rows))
            return (RopCall.ErrorOf(found.Error), true);
        var isPartial = rows.Count < messageIds.Count;
        var error = StoreError.None;
        foreach (var inFolder in rows.GroupBy(r => r.Folder))
        {
            foreach (var some in inFolder.Chunk(AtOnce))
            {
                cancel.ThrowIfCancellationRequested();
                var one = await TransferAsync(store, source.Mailbox, inFolder.Key, some, destination.Mailbox, destination.Id, isCopy, cancel);
                if (one == StoreError.AccessDenied && !isCopy && some.Where(r => r.Creator == source.Mailbox.Principal.Id).ToArray() is { Length: > 0 } own && own.Length < some.Length)
                    await TransferAsync(store, source.Mailbox, inFolder.Key, own, destination.Mailbox, destination.Id, isCopy, cancel);
                isPartial |= one != StoreError.None;
                error = error == StoreError.None ? one : error;
                progress.Add(some.Length);
            }
        }
        return (error is StoreError.None or StoreError.AccessDenied && (destination.Mailbox.RightsOn(destination.Id) & FolderRights.Create) != 0
            ? ErrorCode.Success
            : RopCall.ErrorOf(error), isPartial);
    }

    /// <summary>Moves or copies messages of one folder, none of them where one is refused.</summary>
    public static async ValueTask<StoreError> TransferAsync(
        StoreEngine store, MailboxSession source, FolderId from, IReadOnlyList<MessageRow> rows, MailboxSession destination, FolderId to, bool isCopy, CancellationToken cancel)
    {
        MessageId[] ids = [.. rows.Select(r => r.Id)];
        if (source.MailboxId == destination.MailboxId)
            return isCopy ? (await source.CopyAsync(from, ids, to, cancel)).Error : (await source.MoveAsync(from, ids, to, cancel)).Error;
        var prepared = new List<(PreparedMessage, AppendOptions)>(rows.Count);
        foreach (var row in rows)
        {
            var one = await PrepareAsync(store, source, from, row, cancel);
            if (!one.TryGet(out var message))
                return one.Error;
            const MessageState kept = ~(MessageState.SoftDeleted | MessageState.Submitted | MessageState.HasForeignKeys);
            // What waits to be sent waits where it is: anywhere else it is a draft.
            var state = (row.State & kept) | ((row.State & MessageState.Submitted) != 0 ? MessageState.Draft : MessageState.None);
            prepared.Add((message, new AppendOptions(state, row.Keywords, row.Received) { Status = row.Status }));
        }
        var appended = await destination.AppendManyAsync(to, prepared, cancel);
        if (!appended.Succeeded || isCopy)
            return appended.Error;
        return (await source.DeleteAsync(from, ids, cancel)).Error;
    }

    /// <summary>The message for another mailbox, whose ids of named properties are its own: mail without properties beside it goes as it is.</summary>
    private static async ValueTask<StoreResult<PreparedMessage>> PrepareAsync(StoreEngine store, MailboxSession source, FolderId folder, MessageRow row, CancellationToken cancel)
    {
        if (row is { Kind: ContentKind.Mime, Overlay: null })
            return await store.PrepareMimeAsync(row.Content, cancel);
        var content = await source.OpenPropertiesAsync(folder, row.Id, cancel);
        return content.TryGet(out var message) ? await store.PreparePropertiesAsync(message, cancel) : content.Error;
    }
}
