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

    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (session.Names.Find(_name) is not { } folder)
            return new(ImapErrors.NoMailbox);
        session.Writer.Raw("* QUOTAROOT "u8);
        session.Writer.Mailbox(session.Names.NameOf(folder));
        session.Writer.Raw(" \"\"\r\n"u8);
        GetQuotaCommand.Write(session);
        return new(ImapReply.Ok("GETQUOTAROOT completed"));
    }
}
