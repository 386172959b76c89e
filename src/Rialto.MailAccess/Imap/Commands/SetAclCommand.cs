// RFC 4314 3.1 SETACL, 3.2 DELETEACL; [MS-OXCPERM] 2.2.7.
using System.Collections.Immutable;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>Gives rights to somebody, or takes somebody off the list: one change of the folder's permissions, which MAPI clients see as theirs.</summary>
internal sealed class SetAclCommand(bool delete) : ImapCommand
{
    private string _name = "";
    private string _identifier = "";
    private string _rights = "";

    /// <summary>setacl = "SETACL" SP mailbox SP identifier SP mod-rights; deleteacl = "DELETEACL" SP mailbox SP identifier</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _name = parser.Mailbox();
        parser.Space();
        _identifier = parser.Text();
        if (delete)
            return;
        parser.Space();
        _rights = parser.Text();
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (await session.Namespaces.FindAsync(_name, cancel) is not { } place)
            return ImapErrors.NoMailbox;
        if ((place.Mailbox.RightsOn(place.Folder.Id) & FolderRights.FolderOwner) == 0)
            return ImapErrors.From(StoreError.AccessDenied);
        if (_identifier.StartsWith('-'))
            return ImapReply.No("CANNOT", "Rights are given, not forbidden");
        if (AccessRights.MemberOf(session.Protocol.Directory?.Current, _identifier) is not { } member)
            return ImapReply.No("CANNOT", "Nobody has that name");
        if (!place.Mailbox.Header.IsPublic && member == place.Mailbox.Header.Owner)
            return ImapReply.No("CANNOT", "The owner has every right");
        if (AccessRights.Change(FolderRights.None, _rights) is null)
            return ImapReply.Bad("No such right");
        var updated = await place.Mailbox.UpdateFolderAsync(place.Folder.Id, folder => folder with { Permissions = Changed(folder.Permissions, member) }, cancel);
        if (!updated.Succeeded)
            return ImapErrors.From(updated.Error);
        return ImapReply.Ok(delete ? "DELETEACL completed" : "SETACL completed");
    }

    private ImmutableArray<FolderPermission> Changed(ImmutableArray<FolderPermission> now, Guid member)
    {
        var entry = now.FirstOrDefault(p => p.Member == member);
        // The two entries that every list has are emptied, not taken off.
        if (delete && (member == FolderPermission.DefaultMember || member == FolderPermission.AnonymousMember))
            return entry is null ? now : now.Replace(entry, entry with { Rights = FolderRights.None });
        if (delete)
            return entry is null ? now : now.Remove(entry);
        var rights = AccessRights.Change(entry?.Rights ?? FolderRights.None, _rights)!.Value;
        return entry is null ? now.Add(new FolderPermission(member, rights)) : now.Replace(entry, entry with { Rights = rights });
    }
}
