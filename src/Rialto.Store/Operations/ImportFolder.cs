// [MS-OXCFXICS] 3.2.5.9.4.3 RopSynchronizationImportHierarchyChange; 3.1.5.6.1 conflict detection, 3.1.5.6.2.2 the last writer wins.
using Rialto.Model;
using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>A folder as an ICS client has it: made where it is not there, changed and moved where the client's version includes the server's.</summary>
internal static class ImportFolder
{
    public static StoreResult<FolderImportOutcome> Compute(Draft draft, FolderImport import, Principal principal, Func<FolderId, FolderRights, StoreError> check)
    {
        var folder = Find(draft, import);
        return folder is null ? Create(draft, import, principal, check) : Change(draft, import, folder, check);
    }

    private static Folder? Find(Draft draft, FolderImport import)
    {
        if (import.Id is { } id)
            return draft.Folders.TryGet(id, out var folder) ? folder : null;
        return import.SourceKey is { } key ? draft.Folders.All.FirstOrDefault(f => f.SourceKey is { } known && known.AsSpan().SequenceEqual(key)) : null;
    }

    private static StoreResult<FolderImportOutcome> Create(Draft draft, FolderImport import, Principal principal, Func<FolderId, FolderRights, StoreError> check)
    {
        if (!draft.Folders.TryGet(import.Parent, out _))
            return StoreError.NotFound;
        if (check(import.Parent, FolderRights.CreateSubFolder) is var error and not StoreError.None)
            return error;
        var wanted = import.Change(new Folder { Id = default, Parent = import.Parent, Name = import.Name, UidValidity = 0, ContainerClass = "IPF.Note" });
        var created = CreateFolder.Compute(draft, import.Parent, new NewFolder(import.Name)
        {
            Id = import.Id,
            ContainerClass = wanted.ContainerClass,
            Comment = wanted.Comment,
            Hidden = wanted.Hidden,
            Properties = wanted.Properties,
            ChangeKey = import.ChangeKey,
            PredecessorChangeList = import.Predecessors.ToArray(),
            SourceKey = import.SourceKey,
            Modified = import.Modified,
        }, principal);
        return created.TryGet(out var folder) ? new FolderImportOutcome(folder, FolderImportKind.Applied) : created.Error;
    }

    private static StoreResult<FolderImportOutcome> Change(Draft draft, FolderImport import, Folder folder, Func<FolderId, FolderRights, StoreError> check)
    {
        var header = draft.Mailbox.Header;
        var own = PredecessorChangeList.Parse(StoreKeys.PredecessorsOf(header, folder.PredecessorChangeList, folder.ChangeKey, folder.Cn)) ?? new PredecessorChangeList();
        if (own.Includes(import.Predecessors))
            return new FolderImportOutcome(folder, FolderImportKind.Superseded);
        if (check(folder.Id, FolderRights.FolderOwner) is var error and not StoreError.None)
            return error;
        var conflict = !import.Predecessors.Includes(own);
        var wins = !conflict || import.Modified.Ticks > folder.Modified.Ticks;
        var wanted = wins ? import.Change(folder) with { Parent = import.Parent, Name = import.Name, Modified = import.Modified } : folder;
        if (wanted.Parent != folder.Parent || !string.Equals(wanted.Name, folder.Name, StringComparison.Ordinal))
        {
            if (wanted.Parent != folder.Parent && check(wanted.Parent, FolderRights.CreateSubFolder) is var above and not StoreError.None)
                return above;
            if (MoveFolder.Check(draft, folder, wanted.Parent, wanted.Name) is var refused and not StoreError.None)
                return refused;
        }
        var number = draft.Next();
        wanted = wanted with
        {
            Id = folder.Id,
            Special = folder.Special,
            UidValidity = folder.UidValidity,
            Permissions = folder.Permissions,
            Counters = folder.Counters,
            SourceKey = folder.SourceKey,
            Sequence = number,
            Cn = number,
            ChangeKey = conflict ? null : import.ChangeKey,
            PredecessorChangeList = conflict ? Merged(own, import.Predecessors, Xid.Of(StoreKeys.Global(header, number))) : import.Predecessors.ToArray(),
        };
        draft.PutFolder(wanted, wanted.Parent == folder.Parent ? ChangeKind.FolderModified : ChangeKind.FolderMoved, folder.Parent);
        return new FolderImportOutcome(wanted, conflict ? FolderImportKind.Resolved : FolderImportKind.Applied);
    }

    /// <summary>3.1.5.6.2: what comes of a conflict succeeds both versions.</summary>
    private static byte[] Merged(PredecessorChangeList one, PredecessorChangeList other, Xid change)
    {
        one.Merge(other);
        one.Add(change);
        return one.ToArray();
    }
}
