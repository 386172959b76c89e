using System.Collections.Immutable;
using Rialto.Model;
using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>[MS-OXCFOLD] 3.2.5.2.</summary>
internal static class CreateFolder
{
    public static StoreResult<Folder> Compute(Draft draft, FolderId parent, NewFolder wanted, Principal principal)
    {
        if (!draft.Folders.TryGet(parent, out var above))
            return StoreError.NotFound;
        if (above.Type == FolderType.Search)
            return StoreError.NotSupported;
        if (!FolderNames.IsValid(wanted.Name, draft.Options))
            return StoreError.InvalidName;
        if (wanted.Type == FolderType.Root)
            return StoreError.InvalidArgument;
        if (draft.Folders.Child(parent, wanted.Name) is { } existing)
            return wanted.OpenExisting ? existing : StoreError.AlreadyExists;
        if (draft.Folders.DepthOf(parent) >= draft.Options.MaximumFolderDepth)
            return StoreError.TooDeep;
        if (draft.Folders.Count >= draft.Options.MaximumFolders)
            return StoreError.TooLarge;
        if (wanted.Id is { } taken && draft.Folders.TryGet(taken, out _))
            return StoreError.AlreadyExists;
        if (wanted.Id is { } id && draft.CheckId(id.Value, parent) is var unusable and not StoreError.None)
            return unusable;
        var number = draft.Next();
        var folder = new Folder
        {
            Id = wanted.Id ?? new FolderId(number),
            Parent = parent,
            Name = wanted.Name,
            Type = wanted.Type,
            ContainerClass = wanted.ContainerClass,
            Comment = wanted.Comment,
            Hidden = wanted.Hidden,
            Sequence = number,
            Cn = number,
            ChangeKey = wanted.ChangeKey,
            PredecessorChangeList = wanted.PredecessorChangeList,
            SourceKey = wanted.SourceKey,
            Created = draft.Now,
            Modified = wanted.Modified ?? draft.Now,
            UidValidity = draft.NextUidValidity(),
            Permissions = PermissionsOf(above, draft, principal),
            Properties = wanted.Properties,
            Counters = new FolderCounters { HighestSequence = number },
        };
        if (wanted.Id is { } used)
            draft.TakeId(used.Value);
        draft.PutFolder(folder, ChangeKind.FolderCreated);
        draft.Write(new Backend.PutFolderCounters(folder.Id, folder.Counters));
        draft.CountHierarchyChange(parent);
        return folder;
    }

    /// <summary>A new folder starts with its parent's permissions, and who made it in another's mailbox owns it. [MS-OXCPERM] 3.2.5.</summary>
    private static ImmutableArray<FolderPermission> PermissionsOf(Folder parent, Draft draft, Principal principal)
    {
        var inherited = parent.Permissions;
        if (Access.IsOwner(draft.Mailbox.Header, principal) || principal.Kind != PrincipalKind.Account)
            return inherited;
        return [.. inherited.Where(p => p.Member != principal.Id), new FolderPermission(principal.Id, FolderRights.All)];
    }
}

internal static class FolderNames
{
    /// <summary>Any text but nothing, control characters and what is too long; each protocol escapes its own separators.</summary>
    public static bool IsValid(string name, StoreOptions options)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > options.MaximumFolderNameLength)
            return false;
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsControl(name[i]))
                return false;
            if (char.IsHighSurrogate(name[i]) && i + 1 < name.Length && char.IsLowSurrogate(name[i + 1]))
                i++;
            else if (char.IsSurrogate(name[i]))
                return false;
        }
        return true;
    }
}
