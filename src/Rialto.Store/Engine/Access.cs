using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Engine;

/// <summary>What a principal may do in a folder. [MS-OXCPERM] 3.2.5.</summary>
internal static class Access
{
    /// <summary>The owner of a mailbox and administrators may do everything, on calendars see free/busy too.</summary>
    private const FolderRights Everything = FolderRights.All | FolderRights.FreeBusySimple | FolderRights.FreeBusyDetailed;

    public static bool IsOwner(MailboxHeader mailbox, Principal principal) =>
        principal.IsAdministrator || (principal.Kind == PrincipalKind.Account && !mailbox.IsPublic && mailbox.Owner != Guid.Empty && principal.Id == mailbox.Owner);

    public static FolderRights Of(Folder folder, MailboxHeader mailbox, Principal principal)
    {
        if (IsOwner(mailbox, principal))
            return Everything;
        if (principal.Kind == PrincipalKind.Anonymous)
            return EntryOf(folder, FolderPermission.AnonymousMember) ?? FolderRights.None;
        if (EntryOf(folder, principal.Id) is { } own)
            return own;
        FolderRights? groups = null;
        foreach (var permission in folder.Permissions)
        {
            if (permission.Member != FolderPermission.DefaultMember && principal.Groups.Contains(permission.Member))
                groups = (groups ?? FolderRights.None) | permission.Rights;
        }
        return groups ?? EntryOf(folder, FolderPermission.DefaultMember) ?? FolderRights.None;
    }

    private static FolderRights? EntryOf(Folder folder, Guid member)
    {
        foreach (var permission in folder.Permissions)
        {
            if (permission.Member == member)
                return permission.Rights;
        }
        return null;
    }
}
