// RFC 9208 4.1.2.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class GetQuotaRootCommand : ImapCommand
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
        session.Writer.Raw("* QUOTAROOT "u8);
        session.Writer.Mailbox(place.Name);
        var root = QuotaRoot.NameOf(session, place.Mailbox);
        session.Writer.Raw(" "u8);
        session.Writer.AString(System.Text.Encoding.UTF8.GetBytes(root));
        session.Writer.Crlf();
        QuotaRoot.Write(session.Writer, root, place.Mailbox);
        return ImapReply.Ok("GETQUOTAROOT completed");
    }
}
