namespace Rialto.Net;

/// <summary>A protocol over plain connections (SMTP, IMAP, POP3, LDAP): one object per listener or for several; it holds no state of a connection.</summary>
public abstract class ConnectionProtocol
{
    /// <summary>The protocol's name in logs and metrics, e.g. <c>imap</c>.</summary>
    public abstract string Name { get; }

    /// <summary>ALPN name offered in TLS (RFC 7301), or null.</summary>
    public virtual string? Alpn => null;

    /// <summary>How long a connection may say nothing before it is timed out, until the session sets <see cref="SessionTransport.IdleTimeout"/> itself.</summary>
    public virtual TimeSpan IdleTimeout => TimeSpan.FromMinutes(5);

    /// <summary>
    /// Serves one connection until it ends. TLS is up when the listener is implicit. Returns to close; an exception is logged and closes this connection only.
    /// </summary>
    public abstract Task RunAsync(SessionTransport transport);

    /// <summary>What is sent, with its CRLF, to a connection that a limit refuses; empty closes without a word. Sent before TLS only on plain listeners.</summary>
    public virtual ReadOnlyMemory<byte> RefusalFor(ConnectionRefusal reason) => default;
}

/// <summary>Why a connection is refused.</summary>
public enum ConnectionRefusal
{
    /// <summary>The server has as many connections as it takes.</summary>
    TooManyConnections,

    /// <summary>The peer's address has.</summary>
    TooManyFromAddress,

    /// <summary>The server is stopping.</summary>
    ShuttingDown,
}
