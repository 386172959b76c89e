using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>Renames and moves. [MS-OXCFOLD] 3.2.5.8.</summary>
internal static class MoveFolder
{
    public static StoreResult<Folder> Compute(Draft draft, FolderId id, FolderId newParent, string newName)
    {
        if (!draft.Folders.TryGet(id, out var folder))
            return StoreError.NotFound;
        if (Check(draft, folder, newParent, newName) is var error and not StoreError.None)
            return error;
        if (folder.Parent == newParent && string.Equals(folder.Name, newName, StringComparison.Ordinal))
            return folder;
        var number = draft.Next();
        var moved = folder with
        {
            Parent = newParent,
            Name = newName,
            Sequence = number,
            Cn = number,
            ChangeKey = null,
            PredecessorChangeList = ForeignKeys.After(draft.Mailbox.Header, folder, number),
            Modified = draft.Now,
        };
        var restores = DeletedPublicFolders.Contains(draft.Folders, id) && !DeletedPublicFolders.Contains(draft.Folders, newParent);
        if (restores)
            moved = DeletedPublicFolders.Restored(moved);
        draft.PutFolder(moved, folder.Parent == newParent ? ChangeKind.FolderModified : ChangeKind.FolderMoved, folder.Parent);
        foreach (var below in restores ? draft.Folders.Descendants(id).ToList() : [])
        {
            var next = draft.Next();
            draft.PutFolder(DeletedPublicFolders.Restored(below) with { Sequence = next, Cn = next, ChangeKey = null, PredecessorChangeList = ForeignKeys.After(draft.Mailbox.Header, below, next) }, ChangeKind.FolderModified);
        }
        draft.CountHierarchyChange(newParent);
        if (folder.Parent != newParent)
            draft.CountHierarchyChange(folder.Parent);
        return moved;
    }

    /// <summary>Whether the folder may have that place and name.</summary>
    public static StoreError Check(Draft draft, Folder folder, FolderId newParent, string newName)
    {
        var id = folder.Id;
        if (!draft.Folders.TryGet(newParent, out var above))
            return StoreError.NotFound;
        if (folder.IsSpecial || folder.Parent == folder.Id)
            return StoreError.SpecialFolder;
        if (above.Type == FolderType.Search)
            return StoreError.NotSupported;
        if (!FolderNames.IsValid(newName, draft.Options))
            return StoreError.InvalidName;
        if (draft.Folders.IsSelfOrAncestor(id, newParent))
            return StoreError.InvalidArgument;
        if (draft.Folders.Child(newParent, newName) is { } other && other.Id != id)
            return StoreError.AlreadyExists;
        var deepest = 0;
        var own = draft.Folders.DepthOf(id);
        foreach (var below in draft.Folders.Descendants(id))
            deepest = Math.Max(deepest, draft.Folders.DepthOf(below.Id) - own);
        if (draft.Folders.DepthOf(newParent) + 1 + deepest > draft.Options.MaximumFolderDepth)
            return StoreError.TooDeep;
        return StoreError.None;
    }
}
