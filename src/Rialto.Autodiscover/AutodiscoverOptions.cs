namespace Rialto.Autodiscover;

/// <summary>Where Autodiscover says that the services are, and what it reads.</summary>
public sealed class AutodiscoverOptions
{
    /// <summary>Host in the URLs that clients are given; the host of the request when empty.</summary>
    public string HostName { get; set; } = "";

    /// <summary>Bytes of a request. Outlook's is under one kilobyte.</summary>
    public int MaximumRequestBody { get; set; } = 64 * 1024;

    /// <summary>Takes passwords without TLS from loopback addresses: demo servers, or a proxy on the same host that ends TLS.</summary>
    public bool AllowPlainTextOnLoopback { get; set; }
}
