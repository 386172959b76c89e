using System.Net;

namespace Rialto.Net;

/// <summary>How a listener comes to TLS.</summary>
public enum TlsMode
{
    /// <summary>Never: plain text only.</summary>
    None,

    /// <summary>Plain text first; the client may upgrade with the protocol's STARTTLS.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Implicit,
}

/// <summary>One listener of a connection protocol.</summary>
public sealed class ListenerOptions
{
    /// <summary>Its name in configuration, logs and endpoint lists, e.g. <c>imaps</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Address to bind; <see cref="IPAddress.IPv6Any"/> takes both families.</summary>
    public IPAddress Address { get; init; } = IPAddress.IPv6Any;

    /// <summary>Port; 0 takes a free one, told by the server's addresses feature.</summary>
    public int Port { get; init; }

    /// <summary>How it comes to TLS.</summary>
    public TlsMode Tls { get; init; } = TlsMode.StartTls;

    /// <summary>Whether passwords are taken without TLS. Demo servers on loopback only.</summary>
    public bool AllowPlainTextLogin { get; init; }

    /// <summary>Whether clients are asked for a certificate in the handshake. They need not have one, and it is not checked: whoever logs somebody in by it checks it.</summary>
    public bool AsksForCertificate { get; init; }
}

/// <summary>Limits of connections, with their reasons. One instance per server: the counts cover all its listeners.</summary>
public sealed class ConnectionLimits
{
    /// <summary>Connections of all listeners together: each costs a descriptor and 8 to 45 kB.</summary>
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>Connections from one address (IPv6: one /64): one host must not take them all; an office behind one address must do.</summary>
    public int MaxConnectionsPerAddress { get; set; } = 1_500;

    /// <summary>A TLS handshake takes no longer: what does is no client.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Waiting for the peer to take what was written: longer, and the connection is cut, for its output is memory here.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Time that sessions have to say goodbye when the server stops; then they are cut.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
