namespace Rialto.Smtp.Client;

/// <summary>Sending mail to other servers: where it goes, how well it is protected, and the limits of it, with their reasons.</summary>
public sealed class OutboundOptions
{
    /// <summary>Whether mail for other domains is sent at all. False: it is held in the queue.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The server that everything goes through, as HOST or HOST:PORT (587 without a port, 465 with implicit TLS). Empty: each domain's own servers, found by MX.</summary>
    public string SmartHost { get; set; } = "";

    /// <summary>The name to log in to the smart host with; empty: no log-in.</summary>
    public string SmartHostUser { get; set; } = "";

    /// <summary>The file that holds its password, alone.</summary>
    public string SmartHostPasswordFile { get; set; } = "";

    /// <summary>TLS to the smart host: Required checks its certificate.</summary>
    public OutboundTls SmartHostTls { get; set; } = OutboundTls.Required;

    /// <summary>Routes of single domains: domain (or ".domain" for all below it) to HOST or HOST:PORT. They come before the smart host; "mx" means by MX all the same.</summary>
    public Dictionary<string, string> Routes { get; set; } = [];

    /// <summary>TLS to other domains' servers where they publish no policy: taken when offered, without looking at the certificate, which nobody could judge (RFC 7435).</summary>
    public OutboundTls Tls { get; set; } = OutboundTls.Opportunistic;

    /// <summary>Whether servers are authenticated by DANE where DNSSEC answers (RFC 7672). Needs a validating resolver that is trusted: see <see cref="TrustDnssec"/>.</summary>
    public bool Dane { get; set; } = true;

    /// <summary>Whether domains' MTA-STS policies (RFC 8461) are fetched and kept to.</summary>
    public bool MtaSts { get; set; } = true;

    /// <summary>Whether domains that ask for it (a record at _smtp._tls) are told daily how mail to them was protected (RFC 8460): by mail from postmaster, or by HTTPS.</summary>
    public bool TlsReports { get; set; }

    /// <summary>DNS servers to ask, as IP or IP:PORT; empty: the system's.</summary>
    public List<string> DnsServers { get; set; } = [];

    /// <summary>Whether those servers are believed when they say that an answer was validated. Empty: only where all of them are on this machine.</summary>
    public bool? TrustDnssec { get; set; }

    /// <summary>PEM file with further authorities that servers' certificates may come from: an organisation's own.</summary>
    public string TrustedCertificates { get; set; } = "";

    /// <summary>The address to send from; empty: the system's choice. With several addresses, the one whose name others find.</summary>
    public string BindAddress { get; set; } = "";

    /// <summary>The port of other domains' servers. Only tests have another.</summary>
    public int Port { get; set; } = 25;

    /// <summary>Connections to one destination at once: what large sites take without complaint.</summary>
    public int ConnectionsPerDestination { get; set; } = 10;

    /// <summary>Connections in all: each has a socket and about 20 KB.</summary>
    public int MaximumConnections { get; set; } = 500;

    /// <summary>Messages over one connection before a new one is made, so that several servers behind one name share the load.</summary>
    public int MessagesPerConnection { get; set; } = 1_000;

    /// <summary>How long a connection is kept for the next message: a new one costs the other side more than that.</summary>
    public TimeSpan IdleTime { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Recipients of one transaction: what every server must take. RFC 5321 4.5.3.1.8.</summary>
    public int RecipientsPerTransaction { get; set; } = 100;

    /// <summary>Recipients being sent to or waiting for a connection, in memory, about 1 KB each; more wait in the queue.</summary>
    public int MaximumPending { get; set; } = 50_000;

    /// <summary>Of these, for one destination, so that a slow one leaves room to others.</summary>
    public int MaximumPendingPerDestination { get; set; } = 20_000;

    /// <summary>Addresses of a destination that are tried before it rests; RFC 5321 5.1 asks for two at least.</summary>
    public int MaximumAddresses { get; set; } = 8;

    /// <summary>How long a destination that could not be reached rests first; doubled each time, up to <see cref="LongestRest"/>.</summary>
    public TimeSpan FirstRest { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long it rests at most.</summary>
    public TimeSpan LongestRest { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a connection may take to come up.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Waiting for the greeting, and for the answers to MAIL and RCPT. RFC 5321 4.5.3.2.1 to 4.5.3.2.3: five minutes.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Waiting for the answer to DATA. RFC 5321 4.5.3.2.4: two minutes.</summary>
    public TimeSpan DataTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Waiting for a block of content to go. RFC 5321 4.5.3.2.5: three minutes.</summary>
    public TimeSpan BlockTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Waiting for the answer to the message. RFC 5321 4.5.3.2.6: ten minutes.</summary>
    public TimeSpan EndTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long transactions may go on when the server stops; what is cut then is sent again later.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>How well a connection to another server is to be protected.</summary>
public enum OutboundTls
{
    /// <summary>No TLS.</summary>
    Off,

    /// <summary>TLS where it is offered and works.</summary>
    Opportunistic,

    /// <summary>TLS with a certificate that names the server, or no mail.</summary>
    Required,

    /// <summary>As Required, from the first octet on (RFC 8314 3.3).</summary>
    Implicit,
}
