// RFC 3501 6.2.1; CVE-2011-0411.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Net;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>The handshake begins when the tagged OK is on its way.</summary>
internal sealed class StartTlsCommand : ImapCommand
{
    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (!session.Transport.CanStartTls)
            return new(ImapReply.Bad(session.Transport.IsTls ? "TLS is already up" : "TLS is not available"));
        if (session.Transport.HasPipelined())
        {
            session.End();
            return new(ImapReply.Bad("Nothing may follow STARTTLS before its answer"));
        }
        session.AfterReply = UpgradeAsync;
        return new(ImapReply.Ok("Begin TLS negotiation now"));
    }

    private static async ValueTask UpgradeAsync(ImapSession session)
    {
        if (await session.Transport.UpgradeToTlsAsync(session.Closed) != TlsUpgrade.Done)
            session.End();
    }
}
