using Rialto.Store.Engine;
using Rialto.Store.Views;

namespace Rialto.Store.Operations;

/// <summary>What stands beside the content: overlay, status, keywords, summary.</summary>
internal static class UpdateMessage
{
    public static async ValueTask<StoreResult<MessageRow>> ComputeAsync(Draft draft, FolderId folder, MessageId message, Func<MessageRow, MessageRow> change, MessageParts parts, CancellationToken cancel)
    {
        if (await draft.ReadRowsAsync(folder, [message], cancel) is not [var old])
            return StoreError.NotFound;
        var wanted = change(old);
        if (wanted == old)
            return old;
        if (wanted.Id != old.Id || wanted.Folder != folder || wanted.Uid != old.Uid || wanted.Mid != old.Mid || wanted.Content != old.Content || wanted.Kind != old.Kind
            || !KeywordSets.AreValid(wanted.Keywords) || wanted.MimeSize != old.MimeSize || wanted.DerivedMime != old.DerivedMime)
        {
            return StoreError.InvalidArgument;
        }
        if (wanted.UrlName != old.UrlName && wanted.UrlName.Length > 0
            && await draft.Mailbox.Storage.FindByUrlNameAsync(folder, wanted.UrlName, cancel) is { } other && other != message)
        {
            return StoreError.AlreadyExists;
        }
        var number = draft.Next();
        // A key of before the change says nothing any more, one that the change brought along (ICS import) does.
        var brought = !ReferenceEquals(wanted.ChangeKey, old.ChangeKey) || !ReferenceEquals(wanted.PredecessorChangeList, old.PredecessorChangeList);
        var row = wanted with
        {
            Sequence = number,
            Cn = number,
            ReadCn = ((wanted.State ^ old.State) & MessageState.Read) != 0 ? number : old.ReadCn,
            ChangeKey = brought ? wanted.ChangeKey : null,
            PredecessorChangeList = brought ? wanted.PredecessorChangeList : ForeignKeys.After(draft.Mailbox.Header, old, number),
            // An import brings the time of its version along.
            Modified = brought && wanted.ChangeKey is not null ? wanted.Modified : draft.Now,
        };
        row = row with { PredecessorChangeList = ForeignKeys.WithOwn(draft.Mailbox.Header, row) };
        row = row with { State = ForeignKeys.Mark(row.State, row.ChangeKey, row.PredecessorChangeList, row.SourceKey) };
        draft.Replace(old, row, null, parts);
        return row;
    }
}
