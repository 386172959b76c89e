// RFC 3501 6.2.3; [MS-OXIMAP4] 2.2.2, 3.2.5: the name of another's mailbox after one's own.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Net;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class LoginCommand : ImapCommand
{
    private string _login = "";
    private string _password = "";

    /// <summary>login = "LOGIN" SP userid SP password</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _login = parser.Text();
        parser.Space();
        _password = parser.Text();
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (!session.Transport.AllowsLogin)
            return LogIn.PrivacyRequired;
        var (login, principal) = DelegateName.Split(session.Protocol.Authenticator.Directory.Current, _login);
        return await LogIn.RunAsync(session, await MailboxLogIn.CheckAsync(session.Protocol.Authenticator, session.Protocol.Name, session.Transport, "LOGIN", login, _password, principal), cancel);
    }
}
