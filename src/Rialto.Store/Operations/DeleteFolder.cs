using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Views;

namespace Rialto.Store.Operations;

/// <summary>
/// [MS-OXCFOLD] 3.2.5.3: the folder, its messages, and with <c>recursive</c> what stands below. With <c>keepContents</c> the messages go to Recoverable Items, where they can
/// be fetched from until their retention is over; folders themselves are not kept, as in Exchange 2013 and later. In a public store, which has no Recoverable Items, the
/// folders are kept too: <see cref="DeletedPublicFolders"/>.
/// </summary>
internal static class DeleteFolder
{
    public static async ValueTask<StoreResult<bool>> ComputeAsync(Draft draft, FolderId id, bool recursive, bool keepContents, CancellationToken cancel)
    {
        if (!draft.Folders.TryGet(id, out var folder))
            return StoreError.NotFound;
        if (folder.IsSpecial || folder.Parent == folder.Id)
            return StoreError.SpecialFolder;
        var below = draft.Folders.Descendants(id).ToList();
        if (below.Count > 0 && !recursive)
            return StoreError.HasChildren;
        // Children before parents.
        below.Reverse();
        below.Add(folder);
        var contents = new List<(Folder Folder, List<ViewEntry> Entries)>();
        foreach (var one in below)
        {
            if (one.IsSpecial)
                return StoreError.SpecialFolder;
            var states = new StateCollector(static _ => true, draft.Mailbox.Keywords);
            await draft.Mailbox.Storage.ScanStatesAsync(one.Id, 0, states, cancel);
            // Whatever earlier operations of the batch put there or took away counts too.
            contents.Add((one, draft.WithPending(one.Id, states.Entries)));
        }
        var copies = keepContents && draft.Mailbox.Header.IsPublic && folder.Type != FolderType.Search && !DeletedPublicFolders.Contains(draft.Folders, id)
            ? DeletedPublicFolders.Keep(draft, folder, draft.Folders.Descendants(id).ToList())
            : null;
        var keep = keepContents ? draft.Folders.Special(Model.SpecialFolder.RecoverableItemsDeletions) : null;
        foreach (var (one, entries) in contents)
        {
            FolderId? kept = copies?.TryGetValue(one.Id, out var copy) is true ? copy : keep?.Id;
            if (kept is { } to && one.Type != FolderType.Search)
            {
                var moved = await MoveMessages.MoveAsync(draft, one.Id, entries, to, cancel);
                if (!moved.Succeeded)
                    return moved.Error;
                entries.Clear();
            }
            foreach (var entry in entries)
                draft.Delete(one.Id, in entry, withFolder: true);
            draft.DeleteFolder(one);
        }
        return true;
    }
}
