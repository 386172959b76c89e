// RFC 4314 3.4 LISTRIGHTS, 3.7 LISTRIGHTS response.
using System.Text;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class ListRightsCommand : ImapCommand
{
    private string _name = "";
    private string _identifier = "";

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _name = parser.Mailbox();
        parser.Space();
        _identifier = parser.Text();
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (await session.Namespaces.FindAsync(_name, cancel) is not { } place)
            return ImapErrors.NoMailbox;
        if ((place.Mailbox.RightsOn(place.Folder.Id) & FolderRights.FolderOwner) == 0)
            return ImapErrors.From(StoreError.AccessDenied);
        if (AccessRights.MemberOf(session.Protocol.Directory?.Current, _identifier) is not { } member)
            return ImapReply.No("CANNOT", "Nobody has that name");
        var writer = session.Writer;
        writer.Raw("* LISTRIGHTS "u8);
        writer.Mailbox(place.Name);
        writer.Raw(" "u8);
        writer.AString(Encoding.UTF8.GetBytes(_identifier));
        // What is always granted comes first: to the owner everything.
        if (!place.Mailbox.Header.IsPublic && member == place.Mailbox.Header.Owner)
        {
            writer.Raw(" "u8);
            writer.Ascii(AccessRights.Text(FolderRights.All));
        }
        else
        {
            writer.Raw(" \"\" "u8);
            writer.Ascii(AccessRights.Optional);
        }
        writer.Crlf();
        return ImapReply.Ok("LISTRIGHTS completed");
    }
}
