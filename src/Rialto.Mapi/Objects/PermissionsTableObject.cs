// [MS-OXCPERM] 2.2.1, 3.2.5.1: the permissions list of a folder as a table.
using Rialto.Directory;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>One row a member. Free/busy rights are told where they were asked for.</summary>
internal sealed class PermissionsTableObject(LogonObject logon, FolderId folder, DirectoryService directory, bool withFreeBusy) : ListTableObject<FolderPermission>(logon)
{
    private static readonly PropertyTag[] s_columns = [PropertyTags.EntryId, PropertyTags.MemberId, PropertyTags.MemberName, PropertyTags.MemberRights];

    public override PropertyTag[] AllColumns => s_columns;

    protected override object Version => Mailbox.Folders.TryGet(folder, out var now) ? now : this;

    protected override IEnumerable<FolderPermission> Rows => Mailbox.Folders.TryGet(folder, out var now) ? PermissionMembers.Rows(now) : [];

    /// <summary>3.2.5.1: who may not see the folder gets a table, but no rows.</summary>
    public override ValueTask<(ErrorCode Error, IReadOnlyList<PropertyValue[]> Rows)> ReadAsync(RopCall call, int start, int count) =>
        (Mailbox.RightsOn(folder) & (FolderRights.FolderVisible | FolderRights.FolderOwner)) != 0
            ? base.ReadAsync(call, start, count)
            : new((ErrorCode.AccessDenied, []));

    protected override object KeyOf(FolderPermission row) => row.Member;

    protected override PropertyValue Find(FolderPermission row, PropertyTag tag)
    {
        switch (tag.Id)
        {
            case PropertyIds.EntryId:
                return PropertyValue.Of(PropertyTags.EntryId, PermissionMembers.EntryIdOf(directory.Current, row.Member));
            case PropertyIds.MemberId:
                return PropertyValue.Of(PropertyTags.MemberId, PermissionMembers.IdOf(row.Member));
            case PropertyIds.MemberName:
                return PropertyValue.Of(PropertyTags.MemberName, PermissionMembers.NameOf(directory.Current, row.Member));
            case PropertyIds.MemberRights:
                const FolderRights freeBusy = FolderRights.FreeBusySimple | FolderRights.FreeBusyDetailed;
                return PropertyValue.Of(PropertyTags.MemberRights, (int)(withFreeBusy ? row.Rights : row.Rights & ~freeBusy));
            default:
                return default;
        }
    }
}
