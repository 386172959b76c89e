// RFC 4314 3.3 GETACL, 3.6 ACL response.
using System.Text;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class GetAclCommand : ImapCommand
{
    private string _name = "";

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _name = parser.Mailbox();
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (await session.Namespaces.FindAsync(_name, cancel) is not { } place)
            return ImapErrors.NoMailbox;
        if ((place.Mailbox.RightsOn(place.Folder.Id) & FolderRights.FolderOwner) == 0)
            return ImapErrors.From(StoreError.AccessDenied);
        var writer = session.Writer;
        writer.Raw("* ACL "u8);
        writer.Mailbox(place.Name);
        var directory = session.Protocol.Directory?.Current;
        // The owner stands in no list.
        if (place.Mailbox.Header is { IsPublic: false, Owner: var owner })
            WriteEntry(writer, AccessRights.IdentifierOf(directory, owner), FolderRights.All);
        foreach (var permission in place.Folder.Permissions)
            WriteEntry(writer, AccessRights.IdentifierOf(directory, permission.Member), permission.Rights);
        writer.Crlf();
        return ImapReply.Ok("GETACL completed");
    }

    private static void WriteEntry(ImapWriter writer, string identifier, FolderRights rights)
    {
        writer.Raw(" "u8);
        writer.AString(Encoding.UTF8.GetBytes(identifier));
        writer.Raw(" "u8);
        writer.AString(Encoding.ASCII.GetBytes(AccessRights.Text(rights)));
    }
}
