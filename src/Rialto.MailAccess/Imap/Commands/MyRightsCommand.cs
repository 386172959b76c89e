// RFC 4314 3.5 MYRIGHTS, 3.8.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class MyRightsCommand : ImapCommand
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
        Write(session.Writer, place);
        return ImapReply.Ok("MYRIGHTS completed");
    }

    /// <summary>"MYRIGHTS" SP mailbox SP rights</summary>
    internal static void Write(ImapWriter writer, MailboxPlace place)
    {
        writer.Raw("* MYRIGHTS "u8);
        writer.Mailbox(place.Name);
        writer.Raw(" "u8);
        writer.AString(System.Text.Encoding.ASCII.GetBytes(AccessRights.Text(place.Mailbox.RightsOn(place.Folder.Id))));
        writer.Crlf();
    }
}
