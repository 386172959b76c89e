using System.Net;
using Rialto.Directory;

namespace Rialto.Net;

/// <summary>
/// All ways of logging in, for every protocol: SASL mechanisms and HTTP schemes, over the authenticator, which counts and throttles. One for the process; thread-safe.
/// </summary>
public sealed class AuthenticationService
{
    private readonly SignInOptions options;
    private readonly TimeProvider time;

    /// <param name="authenticator">Checks secrets, counts failures.</param>
    /// <param name="options">What is offered; null: passwords and SCRAM, Basic.</param>
    /// <param name="time">The clock.</param>
    public AuthenticationService(Authenticator authenticator, SignInOptions? options = null, TimeProvider? time = null)
    {
        Authenticator = authenticator;
        this.options = options ?? new();
        this.time = time ?? TimeProvider.System;
        if (this.options.Keytab.Length > 0) KerberosAcceptor.UseKeytab(this.options.Keytab);
        if (this.options.Bearer.Issuer.Length > 0) Bearer = new BearerTokens(this.options.Bearer, this.time);
    }

    public Authenticator Authenticator { get; }

    /// <summary>The bindings of HTTPS connections; null where a proxy ends TLS.</summary>
    public Func<ChannelBindings?> HttpBindings { get; init; } = () => null;

    internal SignInOptions Options => options;

    internal TimeProvider Time => time;

    internal BearerTokens? Bearer { get; }

    /// <summary>Whether tickets are taken.</summary>
    public bool HasKerberos => options.Keytab.Length > 0;

    /// <summary>What the server is called in NTLM, after the directory as it is now.</summary>
    internal NtlmNames Names
    {
        get
        {
            var domain = Authenticator.Directory.Current.DefaultDomain;
            var host = options.HostName.Length > 0 ? options.HostName : System.Net.Dns.GetHostName();
            var label = host.Split('.')[0].ToUpperInvariant();
            return new(label.Length > 15 ? label[..15] : label, domain is null ? "RIALTO" : ShortName(domain), host, domain?.Name ?? host);
        }
    }

    /// <summary>The SASL mechanisms to be offered on a connection, in order.</summary>
    public IReadOnlyList<string> Mechanisms(SaslContext context) => [.. options.MechanismsOf(context.Protocol).Select(m => m.ToUpperInvariant()).Where(m => m switch
    {
        // A client that is offered it binds to the first message of TLS, or refuses; TLS 1.3 has none. Asked for by name it is spoken all the same.
        "SCRAM-SHA-256-PLUS" => context.Bindings?.Unique is not null,
        "GSSAPI" => HasKerberos,
        "GSS-SPNEGO" => SpeaksNegotiate(context),
        "OAUTHBEARER" or "XOAUTH2" => Bearer is not null,
        _ => SaslConversation.IsKnown(m),
    })];

    /// <summary>The schemes that an HTTP endpoint offers, in order: Negotiate, NTLM, Bearer, Basic as far as they are configured and to be had.</summary>
    /// <param name="endpoint">As <see cref="SignInOptions.HttpSchemesOf"/> names it.</param>
    public IReadOnlyList<string> HttpSchemes(string endpoint)
    {
        var named = options.SchemesOf(endpoint).Select(s => s.ToUpperInvariant()).ToList();
        return [.. named.Select(s => s switch
        {
            "NEGOTIATE" when HasKerberos || named.Contains("NTLM") => "Negotiate",
            "BEARER" when Bearer is not null => "Bearer",
            "NTLM" => "NTLM",
            "BASIC" => "Basic",
            _ => "",
        }).Where(s => s.Length > 0)];
    }

    /// <summary>Begins a conversation; null when the mechanism is not known or not to be used there. The name ignores case.</summary>
    public SaslConversation? Begin(ReadOnlySpan<byte> mechanism, SaslContext context)
    {
        if (mechanism.Length is 0 or > 20) return null;
        var name = System.Text.Encoding.ASCII.GetString(mechanism).ToUpperInvariant();
        if (!options.MechanismsOf(context.Protocol).Contains(name, StringComparer.OrdinalIgnoreCase)) return null;
        SaslConversation? conversation = name switch
        {
            "PLAIN" or "LOGIN" => new PasswordConversation(this, context, SaslExchange.For(mechanism)!),
            "SCRAM-SHA-256" => new ScramConversation(this, context, isPlus: false),
            "SCRAM-SHA-256-PLUS" when context.Bindings is not null => new ScramConversation(this, context, isPlus: true),
            "NTLM" => new NtlmConversation(this, context),
            "GSSAPI" when HasKerberos => new KerberosConversation(this, context),
            "GSS-SPNEGO" when SpeaksNegotiate(context) => new NegotiateConversation(this, context),
            "OAUTHBEARER" or "XOAUTH2" when Bearer is not null => new BearerConversation(this, context, name == "XOAUTH2"),
            _ => null,
        };
        conversation?.Mechanism = name;
        return conversation;
    }

    /// <summary>LDAP's way alone: whatever of Kerberos and NTLM is to be had.</summary>
    private bool SpeaksNegotiate(SaslContext context) => context.Protocol == "ldap" && (HasKerberos || options.MechanismsOf(context.Protocol).Contains("NTLM", StringComparer.OrdinalIgnoreCase));

    internal NtlmServer BeginNtlm() => new(Names, options.Negotiate, time);

    /// <summary>Decides on somebody who answered a challenge of NTLM.</summary>
    internal async ValueTask<(AuthenticationResult Result, string Login)> DecideAsync(
        NtlmClaim claim, ChannelBindings? bindings, IPEndPoint? remote, string protocol, CancellationToken cancellationToken)
    {
        var login = LoginOf(claim);
        var hashes = bindings?.Hashes ?? [];

        // Nobody in particular is a name without an account.
        if (claim.IsAnonymous) return (await Authenticator.AcceptAsync(null, "(anonymous)", remote, protocol, cancellationToken), "");
        return (await Authenticator.CheckNtAsync(login, hash => claim.Proves(hash, hashes, options.RequireChannelBinding), remote, protocol, cancellationToken), login);
    }

    /// <summary>Decides on somebody whom the Kerberos of a realm vouches for: <c>user@REALM</c> is the account of that principal name.</summary>
    internal async ValueTask<(AuthenticationResult Result, string Login)> DecideAsync(string principal, IPEndPoint? remote, string protocol, CancellationToken cancellationToken)
    {
        // Names of hosts and services (HTTP/host@REALM) are nobody's.
        var account = principal.Contains('/', StringComparison.Ordinal) || !principal.Contains('@', StringComparison.Ordinal) ? null : Authenticator.Directory.Current.FindByLogin(principal);
        return (await Authenticator.AcceptAsync(account, principal, remote, protocol, cancellationToken), principal);
    }

    /// <summary>
    /// The log-in name that user and domain stand for. Computers that are in no domain name themselves, or what the server called itself: where the domain is none of ours, the user alone counts.
    /// </summary>
    private string LoginOf(NtlmClaim claim)
    {
        if (claim.Domain.Length == 0 || claim.User.Contains('@', StringComparison.Ordinal)) return claim.User;
        var directory = Authenticator.Directory.Current;
        var isOurs = directory.FindDomain(claim.Domain) is not null || directory.Domains.Any(d => ShortName(d).Equals(claim.Domain, StringComparison.OrdinalIgnoreCase));
        return isOurs ? $"{claim.Domain}\\{claim.User}" : claim.User;
    }

    private static string ShortName(Domain domain) => domain.NetbiosName.Length > 0 ? domain.NetbiosName : domain.Name.Split('.')[0].ToUpperInvariant();
}
