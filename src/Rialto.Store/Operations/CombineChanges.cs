using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Views;

namespace Rialto.Store.Operations;

/// <summary>Several changes in one commit. Everything is checked before the first is written, so that a refusal leaves nothing behind.</summary>
internal static class CombineChanges
{
    public static async ValueTask<StoreResult<CombinedOutcome>> ComputeAsync(
        Draft draft, CombinedChange change, Principal principal, Func<FolderId, FolderRights, StoreError> check, CancellationToken cancel)
    {
        if (change is { QueueEntry: { } entry, Repeated: true } && await draft.Mailbox.Storage.IsDeliveredAsync(entry, cancel))
            return new CombinedOutcome([], true);
        if (await CheckAsync(draft, change, check, cancel) is var error and not StoreError.None)
            return error;

        draft.IsDelivery = change.QueueEntry is not null;
        foreach (var group in change.Deletions.GroupBy(d => d.Folder))
            Done(await DeleteMessages.ComputeAsync(draft, group.Key, [.. group.Select(d => d.Message)], cancel));
        foreach (var (folder, message, content) in change.Replacements)
            Done(await ReplaceMessage.ComputeAsync(draft, folder, message, content, ReplaceOptions.Default, cancel));
        var appended = new List<AppendedMessage>(change.Appends.Count);
        foreach (var (folder, message, options) in change.Appends)
            appended.Add(Done(await AppendMessages.ComputeAsync(draft, folder, [(message, options)], principal, cancel))[0]);
        foreach (var (folder, update) in change.Folders)
            Done(UpdateFolder.Compute(draft, folder, update, FolderRights.FolderOwner));
        foreach (var (key, value) in change.States)
            draft.Write(new PutClientState(key, value));
        if (change.OutOfOffice is { } away)
            draft.Set(SettingNames.OutOfOffice, away ? "1" : null);
        if (change.QueueEntry is { } delivered)
            draft.Write(new MarkDelivered(delivered, draft.NowUtcTicks));
        return new CombinedOutcome(appended, false);
    }

    private static async ValueTask<StoreError> CheckAsync(Draft draft, CombinedChange change, Func<FolderId, FolderRights, StoreError> check, CancellationToken cancel)
    {
        long bytes = 0;
        foreach (var (folder, message, options) in change.Appends)
        {
            if (check(folder, FolderRights.Create) is var refused and not StoreError.None)
                return refused;
            if (draft.Folders.TryGet(folder, out var target) && target.Type == FolderType.Search)
                return StoreError.NotSupported;
            if (message.MimeSize > draft.Options.MaximumMessageSize)
                return StoreError.TooLarge;
            if (target is not null && draft.Refuse(target, message.MimeSize, message.MimeSize) is var full and not StoreError.None)
                return full;
            if (options.Mid is { } mid && await AppendMessages.CheckMidAsync(draft, mid, folder, cancel) != StoreError.None)
                return StoreError.InvalidArgument;
            if (!KeywordSets.AreValid(options.Keywords))
                return StoreError.InvalidArgument;
            bytes += message.MimeSize;
        }
        foreach (var (folder, message, content) in change.Replacements)
        {
            if (check(folder, FolderRights.EditAny) is var refused and not StoreError.None)
                return refused;
            if ((await draft.ReadRowsAsync(folder, [message], cancel)).Count == 0)
                return StoreError.NotFound;
            if (content.MimeSize > draft.Options.MaximumMessageSize)
                return StoreError.TooLarge;
            bytes += content.MimeSize;
        }
        foreach (var (folder, _) in change.Deletions)
        {
            if (check(folder, FolderRights.DeleteAny) is var refused and not StoreError.None)
                return refused;
        }
        foreach (var (folder, _) in change.Folders)
        {
            if (check(folder, FolderRights.FolderOwner) is var refused and not StoreError.None)
                return refused;
        }
        return bytes == 0 || draft.HasRoomFor(bytes) ? StoreError.None : StoreError.QuotaExceeded;
    }

    /// <summary>What was checked cannot be refused; if it is all the same, the whole is given up rather than half written.</summary>
    private static T Done<T>(StoreResult<T> result) => result.Succeeded ? result.Value : throw new InvalidOperationException($"A checked change was refused: {result.Error}.");
}
