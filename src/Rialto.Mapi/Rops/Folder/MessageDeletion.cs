// [MS-OXCFOLD] 3.2.5.9 to 3.2.5.12: deletion of messages, soft and hard, as far as it goes.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Rops;

/// <summary>Deletes messages a few hundred at a time, so that other work on the mailbox gets its turn in between.</summary>
internal static class MessageDeletion
{
    private const int AtOnce = 500;

    /// <summary>Deletes messages of a folder; of a search folder those that it links to, wherever they are.</summary>
    public static async ValueTask<(ErrorCode Error, bool IsPartial)> DeleteAsync(
        FolderObject folder, IReadOnlyList<ulong> messageIds, bool isHard, WorkProgress progress, CancellationToken cancel)
    {
        if (!folder.TryGet(out var now))
            return (ErrorCode.NotFound, true);
        var mailbox = folder.Mailbox;
        var found = await MessageSelection.FindAsync(mailbox, now, messageIds, cancel);
        if (!found.TryGet(out var rows))
            return (RopCall.ErrorOf(found.Error), true);
        var outcome = new Outcome(rows.Count < messageIds.Count);
        foreach (var inFolder in rows.GroupBy(r => r.Folder))
        {
            foreach (var some in inFolder.Chunk(AtOnce))
            {
                cancel.ThrowIfCancellationRequested();
                outcome.Add(await DeleteAsync(mailbox, inFolder.Key, some, isHard, cancel));
                progress.Add(some.Length);
            }
        }
        return outcome.Result;
    }

    /// <summary>Deletes everything in a folder but itself. Special folders below it stay, which makes it partial.</summary>
    public static async ValueTask<(ErrorCode Error, bool IsPartial)> EmptyAsync(
        FolderObject folder, bool withAssociated, bool isHard, WorkProgress progress, CancellationToken cancel)
    {
        var mailbox = folder.Mailbox;
        var listed = await mailbox.ListAsync(folder.Id, s => (isHard || (s & MessageState.SoftDeleted) == 0) && (withAssociated || (s & MessageState.Associated) == 0), cancel);
        if (!listed.TryGet(out var entries))
            return (RopCall.ErrorOf(listed.Error), true);
        var outcome = new Outcome(false);
        foreach (var some in entries.Chunk(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            MessageId[] ids = [.. some.Select(e => e.Id)];
            var error = await DeleteAsync(mailbox, folder.Id, ids, isHard, cancel);
            if (error == StoreError.AccessDenied)
            {
                var read = await mailbox.ReadRowsAsync(folder.Id, ids, cancel);
                error = read.TryGet(out var rows) ? await OwnedAsync(mailbox, folder.Id, rows.OfType<MessageRow>(), isHard, cancel) : StoreError.AccessDenied;
            }
            outcome.Add(error);
            progress.Add(some.Length);
        }
        foreach (var below in mailbox.Folders.Children(folder.Id))
        {
            var deleted = await mailbox.DeleteFolderAsync(below.Id, recursive: true, cancel, keepContents: !isHard);
            outcome.Add(deleted.Error);
        }
        return outcome.Result;
    }

    private static async ValueTask<StoreError> DeleteAsync(MailboxSession mailbox, FolderId folder, MessageRow[] rows, bool isHard, CancellationToken cancel)
    {
        var error = await DeleteAsync(mailbox, folder, [.. rows.Select(r => r.Id)], isHard, cancel);
        return error == StoreError.AccessDenied ? await OwnedAsync(mailbox, folder, rows, isHard, cancel) : error;
    }

    /// <summary>Who may delete only what is its own deletes that; the rest is what makes it partial.</summary>
    private static async ValueTask<StoreError> OwnedAsync(MailboxSession mailbox, FolderId folder, IEnumerable<MessageRow> rows, bool isHard, CancellationToken cancel)
    {
        MessageId[] own = [.. rows.Where(r => r.Creator == mailbox.Principal.Id).Select(r => r.Id)];
        if (own.Length > 0)
            await DeleteAsync(mailbox, folder, own, isHard, cancel);
        return StoreError.AccessDenied;
    }

    private static async ValueTask<StoreError> DeleteAsync(MailboxSession mailbox, FolderId folder, MessageId[] ids, bool isHard, CancellationToken cancel) =>
        (isHard ? await mailbox.DeleteAsync(folder, ids, cancel) : await mailbox.SoftDeleteAsync(folder, ids, cancel)).Error;

    /// <summary>What some of it did is told as partial completion; what stops all of it as the error.</summary>
    private struct Outcome(bool isPartial)
    {
        private bool _isPartial = isPartial;
        private ErrorCode _error;

        public void Add(StoreError error)
        {
            _isPartial |= error != StoreError.None;
            if (error is StoreError.StorageUnavailable)
                _error = RopCall.ErrorOf(error);
        }

        public readonly (ErrorCode Error, bool IsPartial) Result => (_error, _isPartial);
    }
}
