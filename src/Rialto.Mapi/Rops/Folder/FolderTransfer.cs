// [MS-OXCFOLD] 3.2.5.7 moves, 3.2.5.8 copies of folders.
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Rops;

/// <summary>Folders moved and copied with what is in them.</summary>
internal static class FolderTransfer
{
    private const int AtOnce = 500;

    public static async ValueTask<(ErrorCode Error, bool IsPartial)> MoveAsync(
        StoreEngine store, MailboxSession source, Folder folder, MailboxSession destination, FolderId parent, string name, WorkProgress progress, CancellationToken cancel)
    {
        if (source.MailboxId == destination.MailboxId)
        {
            if (source.Folders.IsSelfOrAncestor(folder.Id, parent))
                return (ErrorCode.FolderCycle, false);
            var moved = await source.MoveFolderAsync(folder.Id, parent, name, cancel);
            // 3.2.5.7: a folder that could not be moved is part of what was to be.
            return (RopCall.ErrorOf(moved.Error), !moved.Succeeded);
        }
        if (folder.IsSpecial)
            return (ErrorCode.AccessDenied, false);
        var (error, isPartial) = await CopyAsync(store, source, folder, destination, parent, name, recursive: true, progress, cancel);
        // What was not copied stays where it was.
        if (error == ErrorCode.Success && !isPartial)
            error = RopCall.ErrorOf((await source.DeleteFolderAsync(folder.Id, recursive: true, cancel)).Error);
        return (error, isPartial);
    }

    public static async ValueTask<(ErrorCode Error, bool IsPartial)> CopyAsync(
        StoreEngine store, MailboxSession source, Folder folder, MailboxSession destination, FolderId parent, string name, bool recursive, WorkProgress progress, CancellationToken cancel)
    {
        if (source.MailboxId == destination.MailboxId && recursive && source.Folders.IsSelfOrAncestor(folder.Id, parent))
            return (ErrorCode.FolderCycle, false);
        // What may be seen but not read cannot be copied: nothing is then, rather than a folder with holes.
        if (!IsReadable(folder) || (recursive && source.Folders.Descendants(folder.Id).Any(below => FolderAccess.IsVisible(source.RightsOn(below.Id)) && !IsReadable(below))))
            return (ErrorCode.AccessDenied, false);
        // The hierarchy as it was: what the copy makes is not copied again.
        return await CopyAsync(store, source, source.Folders, folder, destination, parent, name, recursive, progress, cancel);

        bool IsReadable(Folder one) => (source.RightsOn(one.Id) & (FolderRights.ReadAny | FolderRights.FolderOwner)) != 0;
    }

    private static async ValueTask<(ErrorCode Error, bool IsPartial)> CopyAsync(
        StoreEngine store, MailboxSession source, FolderTree tree, Folder folder, MailboxSession destination, FolderId parent, string name, bool recursive, WorkProgress progress, CancellationToken cancel)
    {
        var wanted = new NewFolder(name)
        {
            Type = folder.Type == FolderType.Root ? FolderType.Generic : folder.Type,
            ContainerClass = folder.ContainerClass,
            Comment = folder.Comment,
            Hidden = folder.Hidden,
            Properties = folder.Properties,
        };
        var created = await destination.CreateFolderAsync(parent, wanted, cancel);
        if (!created.TryGet(out var copy))
            return (RopCall.ErrorOf(created.Error), false);
        var isPartial = folder.Type == FolderType.Search
            ? !await CopyCriteriaAsync(source, folder.Id, destination, copy.Id, cancel)
            : !await CopyMessagesAsync(store, source, folder.Id, destination, copy.Id, progress, cancel);
        if (!recursive)
            return (ErrorCode.Success, isPartial);
        // As deep as folders may stand below each other.
        foreach (var below in tree.Children(folder.Id))
        {
            if (!FolderAccess.IsVisible(source.RightsOn(below.Id)))
                continue;
            var (error, partly) = await CopyAsync(store, source, tree, below, destination, copy.Id, below.Name, recursive, progress, cancel);
            isPartial |= partly || error != ErrorCode.Success;
        }
        return (ErrorCode.Success, isPartial);
    }

    /// <summary>Copies messages, or of them those that are wanted; whether all could be.</summary>
    public static async ValueTask<bool> CopyMessagesAsync(
        StoreEngine store, MailboxSession source, FolderId from, MailboxSession destination, FolderId to, WorkProgress progress, CancellationToken cancel,
        Func<MessageState, bool>? only = null)
    {
        var listed = await source.ListAsync(from, s => (s & MessageState.SoftDeleted) == 0 && (only is null || only(s)), cancel);
        if (!listed.TryGet(out var entries))
            return false;
        var all = true;
        foreach (var some in entries.Chunk(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            var read = await source.ReadRowsAsync(from, some.Select(e => e.Id).ToArray(), cancel);
            all &= read.TryGet(out var rows)
                && await MessageTransfer.TransferAsync(store, source, from, [.. rows.OfType<MessageRow>()], destination, to, isCopy: true, cancel) == StoreError.None;
            progress.Add(some.Length);
        }
        return all;
    }

    private static async ValueTask<bool> CopyCriteriaAsync(MailboxSession source, FolderId from, MailboxSession destination, FolderId to, CancellationToken cancel)
    {
        if (source.Searches.CriteriaOf(from) is not { } criteria)
            return true;
        // Folders of another mailbox cannot be searched from here.
        return source.MailboxId == destination.MailboxId && await destination.Searches.SetAsync(to, criteria, cancel) == StoreError.None;
    }
}
