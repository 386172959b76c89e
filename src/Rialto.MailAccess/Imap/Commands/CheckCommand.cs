// RFC 3501 6.4.1: everything is durable when its own command ends, so that nothing is left to do here.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class CheckCommand : ImapCommand
{
    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel) => new(ImapReply.Ok("CHECK completed"));
}
