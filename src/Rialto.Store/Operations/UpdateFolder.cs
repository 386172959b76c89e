using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>Class, comment, permissions and further properties; not name and place, which <see cref="MoveFolder"/> changes.</summary>
internal static class UpdateFolder
{
    public static StoreResult<Folder> Compute(Draft draft, FolderId id, Func<Folder, Folder> change, FolderRights rights)
    {
        if (!draft.Folders.TryGet(id, out var folder))
            return StoreError.NotFound;
        var wanted = change(folder);
        if (wanted.Id != id || wanted.Parent != folder.Parent || wanted.Name != folder.Name || wanted.Special != folder.Special || wanted.UidValidity != folder.UidValidity)
            return StoreError.InvalidArgument;
        if (wanted == folder)
            return folder;
        var permissions = !wanted.Permissions.AsSpan().SequenceEqual(folder.Permissions.AsSpan());
        if (permissions && (rights & FolderRights.FolderOwner) == 0)
            return StoreError.AccessDenied;
        var number = draft.Next();
        var keepsKeys = !ReferenceEquals(wanted.ChangeKey, folder.ChangeKey);
        var updated = wanted with
        {
            Sequence = number,
            Cn = number,
            // A key of before the change says nothing any more, one that the change brought along (ICS import) does.
            ChangeKey = keepsKeys ? wanted.ChangeKey : null,
            PredecessorChangeList = keepsKeys ? wanted.PredecessorChangeList : ForeignKeys.After(draft.Mailbox.Header, folder, number),
            Modified = draft.Now,
            Counters = folder.Counters,
        };
        draft.PutFolder(updated, permissions ? ChangeKind.PermissionsChanged : ChangeKind.FolderModified, folder.Parent);
        return updated;
    }
}
