// RFC 3501 6.1.3.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class LogoutCommand : ImapCommand
{
    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        session.Unselect();
        session.Writer.Raw("* BYE Logging out\r\n"u8);
        session.End();
        return new(ImapReply.Ok("LOGOUT completed"));
    }
}
