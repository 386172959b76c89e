using Rialto.Store.Engine;
using Rialto.Store.Views;

namespace Rialto.Store.Operations;

/// <summary>New content under the same id: what MAPI calls saving changes. [MS-OXCMSG] 3.2.5.3.</summary>
internal static class ReplaceMessage
{
    public static async ValueTask<StoreResult<MessageRow>> ComputeAsync(
        Draft draft, FolderId folder, MessageId message, PreparedMessage content, ReplaceOptions options, CancellationToken cancel)
    {
        if (options.Keywords is { } keywords && !KeywordSets.AreValid(keywords))
            return StoreError.InvalidArgument;
        if (content.MimeSize > draft.Options.MaximumMessageSize)
            return StoreError.TooLarge;
        if (await draft.ReadRowsAsync(folder, [message], cancel) is not [var old])
            return StoreError.NotFound;
        if (options.ExpectedCn is { } expected && old.Cn != expected)
            return StoreError.Conflict;
        if (content.MimeSize > old.MimeSize && draft.Folders.TryGet(folder, out var holder)
            && draft.Refuse(holder, content.MimeSize - old.MimeSize, content.MimeSize) is var refused and not StoreError.None)
        {
            return refused;
        }
        var number = draft.Next();
        // What the content says about itself comes from it; the rest stays.
        const MessageState fromContent = MessageState.HasAttachments | MessageState.Receipts;
        var state = (old.State & ~fromContent & ~options.Clear) | options.Set;
        var append = new AppendOptions(state, options.Keywords ?? old.Keywords, old.Received)
        {
            ChangeKey = options.ChangeKey,
            PredecessorChangeList = options.PredecessorChangeList ?? (options.ChangeKey is null ? ForeignKeys.After(draft.Mailbox.Header, old, number) : null),
            SourceKey = old.SourceKey,
            Status = options.Status ?? old.Status,
            Created = old.Created,
            Modified = options.Modified,
            UrlName = old.UrlName,
            Overlay = options.Overlay,
        };
        var row = AppendMessages.RowOf(draft, content, append) with
        {
            Id = old.Id,
            Folder = folder,
            Uid = draft.NextUid(folder),
            Mid = old.Mid,
            Sequence = number,
            Cn = number,
            ReadCn = old.ReadCn,
            Created = old.Created,
            Creator = old.Creator,
        };
        row = row with { PredecessorChangeList = ForeignKeys.WithOwn(draft.Mailbox.Header, row) };
        draft.Replace(old, row, content.Facts.Digest, options.Parts);
        MapNames.AddAll(draft, content.Properties);
        return row;
    }
}
