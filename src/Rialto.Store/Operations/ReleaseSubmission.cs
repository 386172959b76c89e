// [MS-OXOMSG] 3.2.5.1 (what a submitted message becomes once it is sent), 3.2.5.2 (what an aborted one becomes).
using Rialto.Model;
using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>
/// The moment that decides whether a submitted message is sent. The queue asks before it delivers; aborting and deleting are changes of the same mailbox, so that exactly one of
/// them wins. The answer is kept as a mark: an entry that comes back after a crash gets the same one.
/// </summary>
internal static class ReleaseSubmission
{
    public static async ValueTask<StoreResult<SubmissionDecision>> ComputeAsync(Draft draft, SubmittedMessage submitted, CancellationToken cancel)
    {
        if (await draft.Mailbox.Storage.IsDeliveredAsync(submitted.Mark, cancel))
            return SubmissionDecision.Send;
        if (await FindAsync(draft, submitted, cancel) is not { } row)
            return SubmissionDecision.Cancelled;
        draft.Write(new Backend.MarkDelivered(submitted.Mark, draft.NowUtcTicks));
        if (submitted.Delete)
        {
            foreach (var entry in await draft.ReadEntriesAsync(row.Folder, [row.Id], cancel))
                draft.Delete(row.Folder, in entry);
            return SubmissionDecision.Send;
        }
        var number = draft.Next();
        var sent = row with
        {
            State = (row.State & ~(MessageState.Submitted | MessageState.Draft | MessageState.ReadReceiptRequested | MessageState.NonReadReceiptRequested)) | MessageState.Read,
            Received = draft.Now,
            Sequence = number,
            Cn = number,
            Modified = draft.Now,
            ChangeKey = null,
            PredecessorChangeList = ForeignKeys.After(draft.Mailbox.Header, row, number),
        };
        if (submitted.Target is { } target && target != row.Folder && draft.Folders.TryGet(target, out var folder) && folder.Type != FolderType.Search)
        {
            var mid = number;
            if (submitted.TargetMid is { } wanted && draft.CheckId(wanted, target) == StoreError.None)
                draft.TakeId(mid = wanted);
            sent = sent with { Folder = target, Uid = draft.NextUid(target), Mid = mid, SourceKey = null, PredecessorChangeList = null };
            sent = sent with { State = ForeignKeys.Mark(sent.State, null, null, null) };
            draft.Relocate(row, sent);
        }
        else
        {
            sent = sent with { State = ForeignKeys.Mark(sent.State, null, sent.PredecessorChangeList, sent.SourceKey) };
            draft.Replace(row, sent, null);
        }
        return SubmissionDecision.Send;
    }

    /// <summary>Makes a draft of it again; false when it is none that waits to be sent.</summary>
    public static async ValueTask<StoreResult<bool>> AbortAsync(Draft draft, FolderId folder, MessageId message, CancellationToken cancel)
    {
        if (await draft.ReadRowsAsync(folder, [message], cancel) is not [var row])
            return StoreError.NotFound;
        if ((row.State & MessageState.Submitted) == 0)
            return false;
        var number = draft.Next();
        var aborted = row with
        {
            State = (row.State & ~MessageState.Submitted) | MessageState.Draft,
            Sequence = number,
            Cn = number,
            Modified = draft.Now,
            ChangeKey = null,
            PredecessorChangeList = ForeignKeys.After(draft.Mailbox.Header, row, number),
        };
        aborted = aborted with { State = ForeignKeys.Mark(aborted.State, null, aborted.PredecessorChangeList, aborted.SourceKey) };
        draft.Replace(row, aborted, null);
        return true;
    }

    private static async ValueTask<MessageRow?> FindAsync(Draft draft, SubmittedMessage submitted, CancellationToken cancel)
    {
        if (await draft.ReadRowsAsync(submitted.Folder, [submitted.Message], cancel) is not [var row])
            return null;
        return (row.State & (MessageState.Submitted | MessageState.SoftDeleted)) == MessageState.Submitted && row.Sent == submitted.SubmitTime ? row : null;
    }
}
