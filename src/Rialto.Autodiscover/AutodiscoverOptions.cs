namespace Rialto.Autodiscover;

/// <summary>Where Autodiscover says that the services are, what it tells to whom, and what it reads.</summary>
public sealed class AutodiscoverOptions
{
    /// <summary>Host in the URLs that clients are given; the host of the request when empty.</summary>
    public string HostName { get; set; } = "";

    /// <summary>
    /// Domains whose accounts are elsewhere, and where: a URL ("https://mail.example.org/autodiscover/autodiscover.xml"), another domain where the name before the @ is the same
    /// ("example.org"), or one address. The domain need not be one of this server's.
    /// </summary>
    public Dictionary<string, string> Redirects { get; set; } = [];

    /// <summary>Bytes of a request. Outlook's is under one kilobyte; a hundred users asked for together take ten.</summary>
    public int MaximumRequestBody { get; set; } = 64 * 1024;

    /// <summary>Users of one GetUserSettings: what clients that batch ask for at once.</summary>
    public int MaximumUsers { get; set; } = 100;

    /// <summary>Mailboxes that a client is told to open besides its own: it holds a session for each, and one who may open everybody's could not work.</summary>
    public int MaximumAlternativeMailboxes { get; set; } = 100;

    /// <summary>When a mailbox that there is not, or that the account may not open, is refused, counted from the request: as long as looking the second up can take, so that time tells nothing.</summary>
    public TimeSpan RefusalTime { get; set; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Mailboxes with the same value may share connections of clients that ask for many; the site's name. [MS-OXDSCLI] 2.2.4.1.1.2.6, GroupingInformation.</summary>
    public string SiteName { get; set; } = "Default-First-Site-Name";

    /// <summary>Takes passwords without TLS from loopback addresses: demo servers, or a proxy on the same host that ends TLS.</summary>
    public bool AllowPlainTextOnLoopback { get; set; }
}
