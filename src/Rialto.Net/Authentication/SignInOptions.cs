namespace Rialto.Net;

/// <summary>Which ways of logging in are offered where, and what they need.</summary>
public sealed class SignInOptions
{
    /// <summary>
    /// SASL mechanisms of IMAP, POP3, SMTP and LDAP in the order offered: SCRAM-SHA-256-PLUS, SCRAM-SHA-256, GSSAPI (with a keytab), NTLM, OAUTHBEARER and XOAUTH2 (with an issuer), PLAIN, LOGIN;
    /// for LDAP also GSS-SPNEGO (Kerberos with a keytab, NTLM where that is named too).
    /// Empty: the SCRAMs (unless accounts come from another directory, which keeps their passwords), OAUTHBEARER, XOAUTH2, PLAIN, LOGIN. Clients take what they like best and do not try
    /// another: name NTLM only where everybody who connects uses it.
    /// </summary>
    public List<string> SaslMechanisms { get; set; } = [];

    /// <summary>The same for one protocol (imap, pop3, smtp, ldap), names separated by spaces.</summary>
    public Dictionary<string, string> SaslMechanismsOf { get; set; } = [];

    /// <summary>Schemes of the HTTP endpoints in the order offered: Negotiate (Kerberos with a keytab, NTLM within it where that is named too), NTLM, Bearer (with an issuer), Basic.</summary>
    public List<string> HttpSchemes { get; set; } = ["Basic"];

    /// <summary>The same for one endpoint (mapi, autodiscover, oab, http), names separated by spaces.</summary>
    public Dictionary<string, string> HttpSchemesOf { get; set; } = [];

    /// <summary>Refuses NTLM that is not bound to its TLS connection. Clients that do not bind (curl) are left out; Outlook and Windows bind.</summary>
    public bool RequireChannelBinding { get; set; }

    /// <summary>A Kerberos keytab with the keys of imap/, pop/, smtp/, ldap/ and HTTP/ of this host; empty: no Kerberos. Needs the system's libgssapi_krb5.</summary>
    public string Keytab { get; set; } = "";

    /// <summary>This host's name in NTLM; empty: the system's.</summary>
    public string HostName { get; set; } = "";

    /// <summary>NTLM and Negotiate.</summary>
    public NegotiateLimits Negotiate { get; set; } = new();

    /// <summary>OAuth 2 access tokens.</summary>
    public BearerOptions Bearer { get; set; } = new();

    /// <summary>Set where accounts come from another directory: SCRAM is then not among what is offered without being named.</summary>
    internal bool PasswordsAreElsewhere { get; set; }

    internal IReadOnlyList<string> MechanismsOf(string protocol) =>
        SaslMechanismsOf.TryGetValue(protocol, out var own) ? Split(own)
        : SaslMechanisms.Count > 0 ? SaslMechanisms
        : PasswordsAreElsewhere ? ["OAUTHBEARER", "XOAUTH2", "PLAIN", "LOGIN"]
        : ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "OAUTHBEARER", "XOAUTH2", "PLAIN", "LOGIN"];

    internal IReadOnlyList<string> SchemesOf(string protocol) => HttpSchemesOf.TryGetValue(protocol, out var own) ? Split(own) : HttpSchemes;

    /// <summary>Says that accounts come from another directory.</summary>
    public void KeepPasswordsElsewhere() => PasswordsAreElsewhere = true;

    private static string[] Split(string names) => names.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>OAuth 2 access tokens of one OpenID Connect issuer. RFC 7628, RFC 6750.</summary>
public sealed class BearerOptions
{
    /// <summary>The issuer, e.g. "https://login.example.com/realms/example": its configuration and keys are read from there. Empty: no tokens are taken. Only a loopback address may do without https.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>Audiences of which a token has to name one: this server's identifier at the issuer. Without one no token is good, for tokens meant for others would be.</summary>
    public List<string> Audiences { get; set; } = [];

    /// <summary>The claim that holds an account's log-in name or address. Where the token says that an e-mail address is not verified, it is refused.</summary>
    public string AccountClaim { get; set; } = "email";

    /// <summary>A scope that a token has to have; empty: none.</summary>
    public string Scope { get; set; } = "";

    /// <summary>How far the issuer's clock may be off.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Characters of a token that are looked at; Entra's have up to 8,000.</summary>
    public int MaxToken { get; set; } = 16 * 1024;

    /// <summary>How often at most the keys are fetched anew because a token names one that is not known.</summary>
    public TimeSpan KeyRefresh { get; set; } = TimeSpan.FromMinutes(5);
}
