// RFC 4511 4.2, RFC 4513 5 (simple: anonymous, unauthenticated, name and password; SASL), RFC 4616 (PLAIN), RFC 4422 appendix A (EXTERNAL), RFC 3829 (authorization identity);
// [MS-ADTS] 5.1.1.1.2 (GSS-SPNEGO), 5.1.1.1.3 (Sicily).
using Rialto.Directory;
using Rialto.Ldap.Search;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;
using Rialto.Net;

namespace Rialto.Ldap.Operations;

/// <summary>
/// Logs in. Names may be distinguished names of the tree, <c>user@domain</c>, <c>DOMAIN\user</c>, mail addresses, log-on names.
/// What a name means is found without telling whether it means anything: the authenticator takes the same time for one that is unknown.
/// </summary>
internal static class BindOperation
{
    private const string Sicily = "Sicily";

    /// <summary>Tickets tell a listener nothing: they are taken without TLS too, by who asks for messages to be sealed.</summary>
    private const string Kerberos = "GSSAPI";

    public static IEnumerable<string> Mechanisms(LdapSession session)
    {
        if (session.Transport.RemoteCertificate is not null) yield return "EXTERNAL";
        foreach (var mechanism in session.Protocol.Authentication.Mechanisms(SaslContext.Of(session.Transport, session.Protocol.Name)))
        {
            // LOGIN, XOAUTH2 and bare NTLM are other protocols' customs.
            if (mechanism is not ("LOGIN" or "XOAUTH2" or "NTLM") && (session.AllowsPasswords || mechanism == Kerberos)) yield return mechanism;
        }
    }

    /// <summary>The control that tells who is logged in now; null when it was not asked for.</summary>
    public static Action<BerWriter>? Identity(LdapSession session, LdapControl[] controls)
    {
        if (RequestControls.Find(controls, RequestControls.AuthorizationIdentity) is null) return null;
        var name = session.View.Account is { } account ? "dn:" + session.View.DnOf(account) : "";
        return writer =>
        {
            var control = writer.Begin(Tags.Sequence);
            writer.WriteText(RequestControls.AuthorizationIdentityResponse);
            writer.WriteText(name);
            writer.End(control);
        };
    }

    public static async ValueTask<BindAnswer> RunAsync(LdapSession session, BindRequest bind)
    {
        // RFC 4513 4: whatever follows, the session is nobody's until the bind succeeds.
        session.LogIn(Guid.Empty);
        var going = session.TakeConversation(bind.Method == BindMethod.SicilyResponse ? Sicily : bind.Mechanism);
        try
        {
            if (bind.Version != 3) return new(new(ResultCode.ProtocolError, "Only LDAP version 3 is spoken here."));
            switch (bind.Method)
            {
                case BindMethod.Simple when bind.Password.Length == 0:
                    // RFC 4513 5.1.2: a name without a password is mistaken for a log-in by careless programs.
                    return new(bind.Name.Length == 0 ? LdapResult.Success : new(ResultCode.UnwillingToPerform, "A name needs a password."));
                case BindMethod.Simple:
                    return new(await LogInAsync(session, Login(session, bind.Name), bind.Password));
                case BindMethod.Sasl when bind.Mechanism.Equals("EXTERNAL", StringComparison.OrdinalIgnoreCase):
                    return new(External(session, bind));
                case BindMethod.Sasl when bind.Mechanism.Equals("PLAIN", StringComparison.OrdinalIgnoreCase):
                    return new(await PlainAsync(session, bind));
                case BindMethod.Sasl:
                    var goesOn = going is not null;
                    var begun = going ?? Begin(session, bind.Mechanism);
                    going = null;
                    return await ConverseAsync(session, begun, bind.Mechanism, bind.Credentials, isFirst: !goesOn);
                case BindMethod.SicilyDiscovery:
                    return Begin(session, "NTLM") is null ? Unsupported("Sicily") : new(LdapResult.Success, "NTLM"u8.ToArray());
                case BindMethod.SicilyNegotiate:
                    return await ConverseAsync(session, Begin(session, "NTLM"), Sicily, bind.Credentials);
                case BindMethod.SicilyResponse:
                    var last = going;
                    going = null;
                    return last is null ? new(new(ResultCode.OperationsError, "Nothing was begun that this answers.")) : await ConverseAsync(session, last, Sicily, bind.Credentials);
                default:
                    return new(new(ResultCode.AuthMethodNotSupported, "Only simple and SASL authentication are supported."));
            }
        }
        finally
        {
            (going as IDisposable)?.Dispose();
        }
    }

    private static BindAnswer Unsupported(string mechanism) => new(new(ResultCode.AuthMethodNotSupported, $"{mechanism} is not supported."));

    private static SaslConversation? Begin(LdapSession session, string mechanism) => (session.AllowsPasswords || mechanism.Equals(Kerberos, StringComparison.OrdinalIgnoreCase)) && !mechanism.Equals("LOGIN", StringComparison.OrdinalIgnoreCase)
        ? session.Protocol.Authentication.Begin(System.Text.Encoding.UTF8.GetBytes(mechanism), SaslContext.Of(session.Transport, session.Protocol.Name))
        : null;

    /// <summary>RFC 4513 5.2.1.2: a step of a SASL exchange, of which each bind brings one.</summary>
    private static async ValueTask<BindAnswer> ConverseAsync(LdapSession session, SaslConversation? conversation, string mechanism, byte[] credentials, bool isFirst = false)
    {
        if (conversation is null)
            return session.AllowsPasswords ? Unsupported(mechanism) : new(new(ResultCode.ConfidentialityRequired, "Log in under TLS."));
        var step = await (isFirst && credentials.Length == 0 ? conversation.BeginAsync(credentials) : conversation.AnswerAsync(credentials));
        switch (step.Outcome)
        {
            case SaslOutcome.Challenge:
                session.KeepConversation(conversation, mechanism);
                return new(new(mechanism == Sicily ? ResultCode.Success : ResultCode.SaslBindInProgress), step.Octets);
            case SaslOutcome.Success when step.Result.Account is { } account && (step.AuthorisationId.Length == 0 || IsSame(session, step.AuthorisationId, account.PrimaryAddress)):
                (conversation as IDisposable)?.Dispose();
                if (!session.AllowsPasswords && step.Layer is not { Seals: true })
                {
                    step.Layer?.Dispose();
                    return new(new(ResultCode.StrongerAuthRequired, "Ask for messages to be sealed, or log in under TLS."));
                }

                if (step.Layer is { } layer && session.Transport.IsProtected)
                {
                    // RFC 4513 5.2.1.4 has it replace the other, which nobody needs who can open a connection.
                    layer.Dispose();
                    return new(new(ResultCode.UnwillingToPerform, "The connection is protected already: open another one."));
                }

                session.LogIn(account.Id);
                session.Protocol.Logger.LoggedIn(session.Transport.Listener.Name, session.Transport.ConnectionId, account.PrimaryAddress, session.Transport.RemoteEndPoint, session.Transport.TlsDescription ?? "no TLS");
                return new(LdapResult.Success, step.Octets, step.Layer);
            default:
                (conversation as IDisposable)?.Dispose();
                step.Layer?.Dispose();
                session.Protocol.Logger.LogInRefused(session.Transport.Listener.Name, session.Transport.ConnectionId, step.Login, session.Transport.RemoteEndPoint, step.Outcome.ToString());
                return new(step.Outcome switch
                {
                    SaslOutcome.Temporary => new(ResultCode.Busy, "Try again later."),
                    SaslOutcome.Success => new(ResultCode.InvalidCredentials, "Acting as another is not supported."),
                    _ => new(ResultCode.InvalidCredentials, "Wrong name or password."),
                });
        }
    }

    private static async ValueTask<LdapResult> PlainAsync(LdapSession session, BindRequest bind)
    {
        if (bind.Credentials.Length == 0) return new(ResultCode.InvalidCredentials, "PLAIN needs credentials with the request.");
        var step = SaslExchange.For("PLAIN"u8)!.Answer(bind.Credentials);
        if (step.Status != SaslStatus.Credentials) return new(ResultCode.InvalidCredentials, "The credentials are malformed.");
        var login = Login(session, step.Login);
        if (step.AuthorisationId.Length > 0 && !IsSame(session, step.AuthorisationId, login)) return new(ResultCode.InvalidCredentials, "Acting as another is not supported.");
        return await LogInAsync(session, login, step.Password);
    }

    private static LdapResult External(LdapSession session, BindRequest bind)
    {
        var transport = session.Transport;
        var authorities = session.Protocol.Options.ClientCertificateAuthorities;
        if (authorities.Length == 0) return new(ResultCode.AuthMethodNotSupported, "SASL EXTERNAL is not supported.");
        if (transport.RemoteCertificate is not { } certificate) return new(ResultCode.InappropriateAuthentication, "The client has shown no certificate.");
        var everything = new LdapView(session.Protocol.Directory.Current, session.Protocol.Tree, null) { SeesAll = true };
        var account = ClientCertificate.IsTrusted(certificate, authorities, session.Protocol.Time.GetUtcNow()) ? ClientCertificate.Owner(certificate, everything) : null;
        var wanted = System.Text.Encoding.UTF8.GetString(bind.Credentials);
        if (account is null || (wanted.Length > 0 && !IsSame(session, wanted, account.PrimaryAddress)))
        {
            session.Protocol.Logger.LogInRefused(transport.Listener.Name, transport.ConnectionId, certificate.Subject, transport.RemoteEndPoint, account is null ? "the certificate is not trusted, or names nobody" : "it names another");
            return new(ResultCode.InvalidCredentials, "The certificate does not log in whoever it was to log in.");
        }

        session.LogIn(account.Id);
        session.Protocol.Logger.LoggedIn(transport.Listener.Name, transport.ConnectionId, account.PrimaryAddress, transport.RemoteEndPoint, transport.TlsDescription ?? "no TLS");
        return LdapResult.Success;
    }

    private static bool IsSame(LdapSession session, string authorisation, string login)
    {
        // RFC 4513 5.2.1.8: dn:… or u:….
        var directory = session.View.Directory;
        var other = authorisation.StartsWith("dn:", StringComparison.OrdinalIgnoreCase) ? Login(session, authorisation[3..])
            : authorisation.StartsWith("u:", StringComparison.OrdinalIgnoreCase) ? authorisation[2..] : authorisation;
        return other.Equals(login, StringComparison.OrdinalIgnoreCase) || (directory.FindByLogin(other) is { } a && directory.FindByLogin(login)?.Id == a.Id);
    }

    /// <summary>The log-in name that a bind's name stands for. Somebody hidden logs in like anybody.</summary>
    private static string Login(LdapSession session, string name)
    {
        if (!name.Contains('=', StringComparison.Ordinal) || DistinguishedName.Parse(name) is not { } dn) return name;
        var everything = new LdapView(session.Protocol.Directory.Current, session.Protocol.Tree, null) { SeesAll = true };
        return everything.Resolve(dn) is { Recipient: Account account } ? account.PrimaryAddress : name;
    }

    private static async ValueTask<LdapResult> LogInAsync(LdapSession session, string login, string password)
    {
        var transport = session.Transport;
        if (!session.AllowsPasswords) return new(ResultCode.ConfidentialityRequired, "Passwords are taken under TLS only.");
        var result = await session.Protocol.Authenticator.AuthenticateAsync(login, password, transport.RemoteEndPoint, session.Protocol.Name, transport.Closed);
        if (!result.IsSuccess)
        {
            session.Protocol.Logger.LogInRefused(transport.Listener.Name, transport.ConnectionId, login, transport.RemoteEndPoint, result.Outcome.ToString());
            return result.IsTemporary ? new(ResultCode.Busy, "Try again later.") : new(ResultCode.InvalidCredentials, "Wrong name or password.");
        }

        session.LogIn(result.Account.Id);
        session.Protocol.Logger.LoggedIn(transport.Listener.Name, transport.ConnectionId, login, transport.RemoteEndPoint, transport.TlsDescription ?? "no TLS");
        return LdapResult.Success;
    }
}

/// <summary>A bind's result.</summary>
/// <param name="Result">How it ended, or that it goes on.</param>
/// <param name="Octets">The server's part of the exchange: SASL credentials, or Sicily's, which stand where the name of an entry would.</param>
/// <param name="Layer">What protects the connection after this answer; null for nothing new.</param>
internal readonly record struct BindAnswer(LdapResult Result, byte[]? Octets = null, SaslLayer? Layer = null);
