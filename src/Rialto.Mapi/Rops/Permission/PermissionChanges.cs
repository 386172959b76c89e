// [MS-OXCPERM] 2.2.2.1, 3.2.5.2: changes of permissions lists.
using System.Collections.Immutable;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Rops;

/// <summary>What one RopModifyPermissions does to a list, checked before anything is written.</summary>
internal sealed class PermissionChanges
{
    private const FolderRights FreeBusy = FolderRights.FreeBusySimple | FolderRights.FreeBusyDetailed;

    private readonly List<(Kind Kind, long Id, Guid Member, FolderRights Rights)> _rows = [];
    private readonly bool _replaces;
    private readonly bool _withFreeBusy;

    private PermissionChanges(RopModifyPermissions.Modify flags)
    {
        _replaces = (flags & RopModifyPermissions.Modify.ReplaceRows) != 0;
        _withFreeBusy = (flags & RopModifyPermissions.Modify.IncludeFreeBusy) != 0;
    }

    private enum Kind : byte
    {
        Add = 0x01,
        Modify = 0x02,
        Remove = 0x04,
    }

    public static ErrorCode Parse(DirectorySnapshot directory, RopModifyPermissions.Modify flags, TableRowChange[] rows, out PermissionChanges changes)
    {
        changes = new PermissionChanges(flags);
        if ((flags & ~(RopModifyPermissions.Modify.ReplaceRows | RopModifyPermissions.Modify.IncludeFreeBusy)) != 0)
            return ErrorCode.InvalidParameter;
        foreach (var row in rows)
        {
            var error = changes.Add(directory, row);
            if (error != ErrorCode.Success)
                return error;
        }
        return ErrorCode.Success;
    }

    private ErrorCode Add(DirectorySnapshot directory, TableRowChange row)
    {
        var kind = (Kind)row.ChangeFlags;
        if (kind is not (Kind.Add or Kind.Modify or Kind.Remove) || (_replaces && kind != Kind.Add))
            return ErrorCode.InvalidParameter;
        var values = new PropertyBag(row.PropertyValues);
        FolderRights rights = 0;
        if (kind != Kind.Remove)
        {
            if (!values.TryGet(PropertyIds.MemberRights, out var given) || given.Type != PropertyType.Integer32)
                return ErrorCode.InvalidParameter;
            rights = (FolderRights)(uint)given.AsInt32();
            if ((rights & ~(FolderRights.All | FreeBusy)) != 0)
                return ErrorCode.InvalidParameter;
        }
        long? id = values.TryGet(PropertyIds.MemberId, out var member) && member.Type == PropertyType.Integer64 ? member.AsInt64() : null;
        if (kind != Kind.Add)
        {
            if (id is not { } known)
                return ErrorCode.InvalidParameter;
            _rows.Add((kind, known, default, rights));
            return ErrorCode.Success;
        }
        var entryId = values.GetBinary(PropertyTags.EntryId);
        if (entryId is { Length: > 0 })
        {
            // Nobody is added who is not in the directory: their rights could never apply.
            if (PermissionMembers.Find(directory, entryId) is not { } found)
                return ErrorCode.InvalidParameter;
            _rows.Add((kind, PermissionMembers.IdOf(found), found, rights));
            return ErrorCode.Success;
        }
        // A copied list names its reserved entries by their numbers.
        if (id is not (PermissionMembers.Default or PermissionMembers.Anonymous))
            return ErrorCode.InvalidParameter;
        _rows.Add((kind, id.Value, id == PermissionMembers.Default ? FolderPermission.DefaultMember : FolderPermission.AnonymousMember, rights));
        return ErrorCode.Success;
    }

    /// <summary>The list afterwards. Entries to be modified or removed that it does not have are passed over.</summary>
    public ImmutableArray<FolderPermission> Apply(Folder folder)
    {
        var isCalendar = folder.Special == SpecialFolder.Calendar || folder.ContainerClass.StartsWith("IPF.Appointment", StringComparison.OrdinalIgnoreCase);
        var list = PermissionMembers.Rows(folder).ToList();
        var before = list.ToDictionary(p => p.Member, p => p.Rights);
        if (_replaces)
        {
            list.RemoveAll(p => !PermissionMembers.IsReserved(p.Member));
            list[1] = new FolderPermission(FolderPermission.AnonymousMember, FolderRights.None);
        }
        foreach (var (kind, id, member, rights) in _rows)
        {
            var at = list.FindIndex(p => kind == Kind.Add ? p.Member == member : PermissionMembers.IdOf(p.Member) == id);
            switch (kind)
            {
                case Kind.Add when at < 0:
                    list.Add(new FolderPermission(member, Of(member, rights)));
                    break;
                case Kind.Add or Kind.Modify when at >= 0:
                    list[at] = list[at] with { Rights = Of(list[at].Member, rights) };
                    break;
                case Kind.Remove when at >= 0 && PermissionMembers.IsReserved(list[at].Member):
                    list[at] = list[at] with { Rights = FolderRights.None };
                    break;
                case Kind.Remove when at >= 0:
                    list.RemoveAt(at);
                    break;
            }
        }
        return [.. list];

        // What a client that knows nothing of free/busy rights leaves as it is, or, for a new entry, what follows from the others (footnote 5 of 2.2.7).
        FolderRights Of(Guid member, FolderRights rights)
        {
            if (_withFreeBusy && isCalendar)
                return rights;
            rights &= ~FreeBusy;
            if (before.TryGetValue(member, out var old))
                rights |= old & FreeBusy;
            else if (isCalendar && member != FolderPermission.AnonymousMember)
                rights |= FolderRights.FreeBusySimple;
            return isCalendar && member != FolderPermission.AnonymousMember && (rights & FolderRights.ReadAny) != 0 ? rights | FreeBusy : rights;
        }
    }
}
