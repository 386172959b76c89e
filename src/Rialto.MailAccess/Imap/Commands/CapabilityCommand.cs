// RFC 3501 6.1.1.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class CapabilityCommand : ImapCommand
{
    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        session.Writer.Raw("* CAPABILITY"u8);
        Capabilities.Write(session.Writer, session);
        session.Writer.Crlf();
        return new(ImapReply.Ok("CAPABILITY completed"));
    }
}
