// RFC 4511 4.2, RFC 4513 5 (simple: anonymous, unauthenticated, name and password; SASL), RFC 4616 (PLAIN), RFC 4422 appendix A (EXTERNAL), RFC 3829 (authorization identity).
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
    // todo [RFC 4513] 5.2.1.6: GSSAPI and GSS-SPNEGO with their security layers, over the exchanges of Rialto.Net.
    public static IEnumerable<string> Mechanisms(LdapSession session)
    {
        if (session.Transport.RemoteCertificate is not null) yield return "EXTERNAL";
        if (session.AllowsPasswords) yield return "PLAIN";
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

    public static async ValueTask<LdapResult> RunAsync(LdapSession session, BindRequest bind)
    {
        // RFC 4513 4: whatever follows, the session is nobody's until the bind succeeds.
        session.LogIn(Guid.Empty);
        if (bind.Version != 3) return new(ResultCode.ProtocolError, "Only LDAP version 3 is spoken here.");
        if (bind.Mechanism.Length > 0) return await SaslAsync(session, bind);
        if (bind.Password is not { } password) return new(ResultCode.AuthMethodNotSupported, "Only simple and SASL authentication are supported.");
        if (password.Length == 0)
        {
            // RFC 4513 5.1.2: a name without a password is mistaken for a log-in by careless programs.
            return bind.Name.Length == 0 ? LdapResult.Success : new(ResultCode.UnwillingToPerform, "A name needs a password.");
        }

        return await LogInAsync(session, Login(session, bind.Name), password);
    }

    private static async ValueTask<LdapResult> SaslAsync(LdapSession session, BindRequest bind)
    {
        if (bind.Mechanism.Equals("EXTERNAL", StringComparison.OrdinalIgnoreCase)) return External(session, bind);
        if (!bind.Mechanism.Equals("PLAIN", StringComparison.OrdinalIgnoreCase)) return new(ResultCode.AuthMethodNotSupported, $"SASL {bind.Mechanism} is not supported.");
        var exchange = SaslExchange.For("PLAIN"u8)!;
        if (bind.Credentials.Length == 0) return new(ResultCode.InvalidCredentials, "PLAIN needs credentials with the request.");
        var step = exchange.Continue(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(bind.Credentials)));
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
        session.Protocol.Logger.LoggedIn(transport.Listener.Name, transport.ConnectionId, account.PrimaryAddress, transport.RemoteEndPoint);
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
        session.Protocol.Logger.LoggedIn(transport.Listener.Name, transport.ConnectionId, login, transport.RemoteEndPoint);
        return LdapResult.Success;
    }
}
