// [MS-OXCFOLD] 2.2.1.13.1, 3.2.5.3: where deleted folders are kept is the implementer's to choose.
using System.Buffers.Binary;
using System.Collections.Immutable;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;

namespace Rialto.Store;

/// <summary>
/// Deleted folders of a public store. A deleted folder is taken down as any other; what was in it waits in a copy below a folder of the non-IPM subtree until it is moved
/// back or its retention is over. Only who owned the folder sees the copy. Its permissions and properties come back when it is moved out.
/// </summary>
public static class DeletedPublicFolders
{
    private const string Name = "DUMPSTER_ROOT";

    private const int PermissionSize = 20;

    // Of the range that is the server's own and not transmitted. [MS-OXPROPS] 1.3.3.
    private static readonly PropertyTag s_parent = new(0x67FC, PropertyType.Integer64);
    private static readonly PropertyTag s_permissions = new(0x67FD, PropertyType.Binary);
    private static readonly PropertyTag s_properties = new(0x67FE, PropertyType.Binary);

    /// <summary>What was deleted out of a folder and can be moved back.</summary>
    public static IEnumerable<Folder> Of(FolderTree folders, FolderId parent) =>
        Root(folders) is not { } root ? [] : folders.Children(root.Id).Where(f => ParentOf(f) == parent.Value);

    /// <summary>Whether the folder is a deleted one, or stands in one.</summary>
    public static bool Contains(FolderTree folders, FolderId id) => Root(folders) is { } root && id != root.Id && folders.IsSelfOrAncestor(root.Id, id);

    /// <summary>Those deleted before a time.</summary>
    internal static IEnumerable<Folder> Before(FolderTree folders, FileTime time) =>
        Root(folders) is not { } root ? [] : folders.Children(root.Id).Where(f => f.Created.Ticks < time.Ticks);

    /// <summary>Makes the copies of a folder and of those below it, parents first: the copy of each.</summary>
    internal static Dictionary<FolderId, FolderId> Keep(Draft draft, Folder folder, IEnumerable<Folder> below)
    {
        var root = Root(draft.Folders) ?? Put(draft, new Folder
        {
            Id = default,
            Parent = SpecialFolders.IdOf(SpecialFolder.PublicNonIpmSubtree),
            Name = Name,
            Hidden = true,
            UidValidity = draft.NextUidValidity(),
            Permissions = None,
        });
        var copies = new Dictionary<FolderId, FolderId> { [folder.Id] = Copy(draft, folder, root.Id, NameIn(draft.Folders, root.Id, folder.Name)).Id };
        foreach (var one in below)
        {
            if (one.Type != FolderType.Search && copies.TryGetValue(one.Parent, out var above))
                copies[one.Id] = Copy(draft, one, above, one.Name).Id;
        }
        return copies;
    }

    /// <summary>A folder that leaves the deleted ones as it was before.</summary>
    internal static Folder Restored(Folder folder)
    {
        if (folder.Properties is not { } stored || !PropertyBagCodec.TryRead(stored, out PropertyBag bag) || !bag.TryGet(s_permissions.Id, out var permissions))
            return folder;
        return folder with { Permissions = Read(permissions.AsBinary()), Properties = bag.GetBinary(s_properties) is { Length: > 0 } properties ? properties : null };
    }

    private static ImmutableArray<FolderPermission> None => [new(FolderPermission.DefaultMember, FolderRights.None), new(FolderPermission.AnonymousMember, FolderRights.None)];

    private static Folder? Root(FolderTree folders) => folders.Child(SpecialFolders.IdOf(SpecialFolder.PublicNonIpmSubtree), Name);

    private static long ParentOf(Folder folder) =>
        folder.Properties is { } stored && PropertyBagCodec.TryFind(stored, s_parent.Id, out var parent) && parent.Type == PropertyType.Integer64 ? parent.AsInt64() : 0;

    private static Folder Copy(Draft draft, Folder folder, FolderId above, string name)
    {
        var bag = new PropertyBag();
        bag.Set(PropertyValue.Of(s_parent, folder.Parent.Value));
        bag.Set(PropertyValue.Of(s_permissions, Write(folder.Permissions)));
        bag.Set(PropertyValue.Of(s_properties, folder.Properties ?? []));
        return Put(draft, new Folder
        {
            Id = default,
            Parent = above,
            Name = name,
            Type = folder.Type,
            ContainerClass = folder.ContainerClass,
            Comment = folder.Comment,
            Hidden = folder.Hidden,
            UidValidity = draft.NextUidValidity(),
            Permissions = [.. folder.Permissions.Where(p => (p.Rights & FolderRights.FolderOwner) != 0 && p.Member != FolderPermission.DefaultMember && p.Member != FolderPermission.AnonymousMember), .. None],
            Properties = PropertyBagCodec.Write(bag),
        });
    }

    private static Folder Put(Draft draft, Folder folder)
    {
        var number = draft.Next();
        folder = folder with { Id = new FolderId(number), Sequence = number, Cn = number, Created = draft.Now, Modified = draft.Now, Counters = new FolderCounters { HighestSequence = number } };
        draft.PutFolder(folder, ChangeKind.FolderCreated);
        draft.Write(new PutFolderCounters(folder.Id, folder.Counters));
        draft.CountHierarchyChange(folder.Parent);
        return folder;
    }

    private static string NameIn(FolderTree folders, FolderId parent, string name)
    {
        var free = name;
        for (var i = 2; folders.Child(parent, free) is not null; i++)
            free = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name[..Math.Min(name.Length, 240)]} {i}");
        return free;
    }

    private static byte[] Write(ImmutableArray<FolderPermission> permissions)
    {
        var bytes = new byte[permissions.Length * PermissionSize];
        for (var i = 0; i < permissions.Length; i++)
        {
            permissions[i].Member.TryWriteBytes(bytes.AsSpan(i * PermissionSize));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * PermissionSize + 16), (uint)permissions[i].Rights);
        }
        return bytes;
    }

    private static ImmutableArray<FolderPermission> Read(byte[] bytes)
    {
        var permissions = ImmutableArray.CreateBuilder<FolderPermission>(bytes.Length / PermissionSize);
        for (var i = 0; i + PermissionSize <= bytes.Length; i += PermissionSize)
            permissions.Add(new(new Guid(bytes.AsSpan(i, 16)), (FolderRights)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(i + 16))));
        return permissions.ToImmutable();
    }
}
