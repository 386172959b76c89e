// RFC 8437.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>Back to where the connection began, TLS kept: proxies and pools use it again for somebody else.</summary>
internal sealed class UnauthenticateCommand : ImapCommand
{
    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        await session.ReleaseMarksAsync();
        session.LogOut();
        session.Transport.LoggedOut();
        return ImapReply.Ok(Capabilities.Code(session), "UNAUTHENTICATE completed");
    }
}
