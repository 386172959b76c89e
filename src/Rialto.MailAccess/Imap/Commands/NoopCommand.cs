// RFC 3501 6.1.2.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class NoopCommand : ImapCommand
{
    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel) => new(ImapReply.Ok("NOOP completed"));
}
