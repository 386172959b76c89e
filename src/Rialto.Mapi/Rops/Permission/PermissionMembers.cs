// [MS-OXCPERM] 2.2.4 to 2.2.6: members of permissions lists.
using System.Buffers.Binary;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Rops;

/// <summary>Members of a permissions list as clients know them: by a number, an EntryID and a name.</summary>
internal static class PermissionMembers
{
    public const long Default = 0;

    public const long Anonymous = -1;

    /// <summary>The entries of a folder, the two reserved ones among them even where nobody has set them.</summary>
    public static IEnumerable<FolderPermission> Rows(Folder folder)
    {
        yield return Reserved(folder, FolderPermission.DefaultMember);
        yield return Reserved(folder, FolderPermission.AnonymousMember);
        foreach (var permission in folder.Permissions)
        {
            if (!IsReserved(permission.Member))
                yield return permission;
        }
    }

    public static bool IsReserved(Guid member) => member == FolderPermission.DefaultMember || member == FolderPermission.AnonymousMember;

    /// <summary>The number that stands for a member, the same wherever and whenever: made of its id in the directory.</summary>
    public static long IdOf(Guid member)
    {
        if (member == FolderPermission.DefaultMember)
            return Default;
        if (member == FolderPermission.AnonymousMember)
            return Anonymous;
        Span<byte> bytes = stackalloc byte[16];
        member.TryWriteBytes(bytes);
        var id = (BinaryPrimitives.ReadInt64LittleEndian(bytes) ^ BinaryPrimitives.ReadInt64LittleEndian(bytes[8..])) & long.MaxValue;
        return id == Default ? 1 : id;
    }

    /// <summary>Empty for the reserved members, and for those that the directory has no more.</summary>
    public static byte[] EntryIdOf(DirectorySnapshot directory, Guid member) => directory.Find<Recipient>(member) is { } recipient
        ? new AddressBookEntryId(recipient is Group ? AddressBookEntryType.DistributionList : AddressBookEntryType.LocalMailUser, recipient.LegacyExchangeDn).ToArray()
        : [];

    public static string NameOf(DirectorySnapshot directory, Guid member)
    {
        if (member == FolderPermission.DefaultMember)
            return "";
        if (member == FolderPermission.AnonymousMember)
            return "Anonymous";
        // A member that was deleted shows, so that it can be taken away.
        return directory.Find<Recipient>(member)?.DisplayName ?? member.ToString();
    }

    /// <summary>The account or group of an EntryID; null where it is none of the directory's.</summary>
    public static Guid? Find(DirectorySnapshot directory, ReadOnlySpan<byte> entryId) =>
        EntryId.Parse(entryId) is AddressBookEntryId { X500Dn: var dn } ? directory.FindByLegacyDn(dn)?.Id : null;

    private static FolderPermission Reserved(Folder folder, Guid member)
    {
        foreach (var permission in folder.Permissions)
        {
            if (permission.Member == member)
                return permission;
        }
        return new FolderPermission(member, FolderRights.None);
    }
}
