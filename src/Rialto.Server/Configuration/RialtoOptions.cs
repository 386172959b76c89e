using Rialto.Store;

namespace Rialto.Server.Configuration;

/// <summary>Everything that can be configured: rialto.json, or environment variables RIALTO__SECTION__KEY.</summary>
public sealed class RialtoOptions
{
    /// <summary>Where everything is kept: mailboxes, blobs, queue, certificates, run-time files.</summary>
    public string Data { get; set; } = "/var/lib/rialto";

    /// <summary>"sqlite" (embedded, under the data directory), or a PostgreSQL connection string ("Host=…;Database=…;Username=…") for one or many servers over one database.</summary>
    public string Storage { get; set; } = "sqlite";

    /// <summary>The name of this host as others see it: greeted with, in certificates and trace headers. Empty: what the system says.</summary>
    public string HostName { get; set; } = "";

    /// <summary>The organisation made at first start.</summary>
    public OrganisationOptions Organisation { get; set; } = new();

    /// <summary>The address that all listeners bind to. "*" is every address, IPv4 and IPv6.</summary>
    public string Bind { get; set; } = "*";

    /// <summary>Added to every standard port: 10000 makes IMAP 10143.</summary>
    public int PortOffset { get; set; }

    /// <summary>Listeners placed one by one, name to "ADDRESS:PORT", or "off". Names: smtp, submission, submissions, imap, imaps, pop3, pop3s, ldap, ldaps, http, https; and metrics, which is off until it is placed.</summary>
    public Dictionary<string, string> Listeners { get; set; } = [];

    /// <summary>Certificate and protocol versions.</summary>
    public TlsConfiguration Tls { get; set; } = new();

    /// <summary>Plain-text log-in (LOGIN, AUTH PLAIN, Basic) on connections without TLS, from this machine alone. Never set for a server that others reach.</summary>
    public bool AllowPlainTextLogin { get; set; }

    /// <summary>Limits of mailboxes.</summary>
    public StoreOptions Store { get; set; } = new();

    /// <summary>Limits of the directory: accounts, groups, addresses, passwords.</summary>
    public Rialto.Directory.DirectoryOptions Directory { get; set; } = new();

    /// <summary>Log-in: lock-out, throttling, hashing.</summary>
    public Rialto.Directory.AuthenticationOptions Authentication { get; set; } = new();

    /// <summary>Which ways of logging in are offered: SASL mechanisms, HTTP schemes, Kerberos, tokens.</summary>
    public Rialto.Net.SignInOptions SignIn { get; set; } = new();

    /// <summary>The file of the server's own secret, made at first start; servers over one database share it. Empty: secret.key in the data directory.</summary>
    public string SecretKeyFile { get; set; } = "";

    /// <summary>Limits of connections, all protocols together.</summary>
    public Rialto.Net.ConnectionLimits Connections { get; set; } = new();

    /// <summary>SMTP and submission.</summary>
    public Rialto.Smtp.SmtpOptions Smtp { get; set; } = new();

    /// <summary>The mail queue and local delivery.</summary>
    public Rialto.Delivery.DeliveryOptions Delivery { get; set; } = new();

    /// <summary>Mail to other servers.</summary>
    public Rialto.Smtp.Client.OutboundOptions Outbound { get; set; } = new();

    /// <summary>IMAP.</summary>
    public Rialto.MailAccess.Imap.ImapOptions Imap { get; set; } = new();

    /// <summary>POP3.</summary>
    public Rialto.MailAccess.Pop3.Pop3Options Pop3 { get; set; } = new();

    /// <summary>LDAP.</summary>
    public Rialto.Ldap.LdapOptions Ldap { get; set; } = new();
    /// <summary>Another directory (LDAP, Active Directory) that accounts and groups come from.</summary>
    public Rialto.Ldap.Client.LdapSourceOptions ExternalDirectory { get; set; } = new();

    /// <summary>Autodiscover.</summary>
    public Rialto.Autodiscover.AutodiscoverOptions Autodiscover { get; set; } = new();

    /// <summary>What other mail servers are told of TLS to this one.</summary>
    public MtaStsOptions MtaSts { get; set; } = new();

    /// <summary>Offline address books.</summary>
    public Rialto.Oab.OabOptions Oab { get; set; } = new();

    /// <summary>MAPI over HTTP.</summary>
    public Rialto.Mapi.MapiOptions Mapi { get; set; } = new();

    /// <summary>The message trace.</summary>
    public Rialto.Delivery.Trace.TraceOptions Trace { get; set; } = new();

    /// <summary>Metrics.</summary>
    public OperationsOptions Operations { get; set; } = new();

    /// <summary>Least severe log lines that are written: Trace, Debug, Information, Warning, Error.</summary>
    public string LogLevel { get; set; } = "Information";
}

/// <summary>How the server is watched. The listener "metrics" answers /metrics (Prometheus) and /health, in plain HTTP and to anybody who reaches it: place it on loopback or a network of your own.</summary>
public sealed class OperationsOptions
{
    /// <summary>Where metrics are sent by OTLP, e.g. http://127.0.0.1:4317; empty: nowhere.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>OTLP over gRPC (port 4317 as a rule) or over HTTP with Protobuf (4318, the path /v1/metrics).</summary>
    public OtlpTransport OtlpTransport { get; set; } = OtlpTransport.Grpc;

    /// <summary>How often they are sent.</summary>
    public TimeSpan OtlpInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Free space of the data directory's disk below which the health answer is a warning, in bytes.</summary>
    public long LowDiskSpace { get; set; } = 1L << 30;
}

/// <summary>How OTLP is carried.</summary>
public enum OtlpTransport
{
    /// <summary>gRPC.</summary>
    Grpc,

    /// <summary>HTTP with Protobuf.</summary>
    Http,
}

/// <summary>The organisation made at first start.</summary>
public sealed class OrganisationOptions
{
    /// <summary>Its display name; also the root of every legacyExchangeDN, so it never changes afterwards.</summary>
    public string Name { get; set; } = "Rialto";

    /// <summary>Its first mail domain. Empty: none is made, add one with `rialto domain add`.</summary>
    public string Domain { get; set; } = "";
}

/// <summary>
/// The policy by which other mail servers deliver over TLS alone (MTA-STS). It counts for a domain once its records are there (`rialto dns`) and the certificate has the name mta-sts.DOMAIN.
/// </summary>
public sealed class MtaStsOptions
{
    /// <summary>How strict senders are to be. A policy ends by None, not by Off: senders keep the one that they have. RFC 8461 8.3.</summary>
    public MtaStsMode Mode { get; set; } = MtaStsMode.Testing;

    /// <summary>How long senders keep the policy. A day is short; weeks are usual once it is enforced.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Mail servers of the domains besides this one (a second MX), each a name, or a pattern such as *.example.net.</summary>
    public List<string> MailServers { get; set; } = [];
}

/// <summary>How strict senders are. RFC 8461 3.2, 5.</summary>
public enum MtaStsMode
{
    /// <summary>No policy is served.</summary>
    Off,

    /// <summary>Senders forget the policy that they have.</summary>
    None,

    /// <summary>Senders report what fails, and deliver all the same.</summary>
    Testing,

    /// <summary>Senders deliver to servers with a certificate that they trust, or not at all.</summary>
    Enforce,
}

/// <summary>The certificate. Without one, the data directory gets an authority of the server's own at first start (certificate-authority.pem, for clients to trust) and a certificate that it signs.</summary>
public sealed class TlsConfiguration
{
    /// <summary>PEM certificate chain, or a PFX file.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>PEM private key; not needed for a PFX file.</summary>
    public string Key { get; set; } = "";

    /// <summary>File that holds the password of the key or PFX file.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Names in the generated certificate besides the host name and the organisation's domains.</summary>
    public List<string> Names { get; set; } = [];
}
