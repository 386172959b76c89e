// RFC 3501 6.2.3.
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

    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel) =>
        session.Transport.AllowsLogin ? LogIn.RunAsync(session, new SaslStep(SaslStatus.Credentials, "", _login, _password), cancel) : new(LogIn.PrivacyRequired);
}
