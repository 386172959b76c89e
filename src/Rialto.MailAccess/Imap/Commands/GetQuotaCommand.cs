// RFC 9208 4.1.1 GETQUOTA, 5.1 STORAGE.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class GetQuotaCommand : ImapCommand
{
    private string _root = "";

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _root = parser.Text();
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (await QuotaRoot.FindAsync(session, _root, cancel) is not { } mailbox)
            return ImapReply.No("NONEXISTENT", "No such quota root");
        QuotaRoot.Write(session.Writer, QuotaRoot.NameOf(session, mailbox), mailbox);
        return ImapReply.Ok("GETQUOTA completed");
    }
}
