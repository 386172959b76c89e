namespace Rialto.MailAccess.Pop3;

/// <summary>Limits and choices of the POP3 server, each with its reason.</summary>
public sealed class Pop3Options
{
    /// <summary>Octets of a command line. RFC 2449 4 has 255; long passwords want more.</summary>
    public int MaximumLine { get; set; } = 4096;

    /// <summary>Octets of an answer to a challenge of AUTH, in base64: RFC 5034 4 asks for what the mechanisms need; Kerberos tickets have up to this.</summary>
    public int MaximumAuthenticationLine { get; set; } = 12_288;

    /// <summary>Commands answered -ERR in a row before the connection is closed: a client that does not speak POP3 gains nothing by going on.</summary>
    public int MaximumConsecutiveErrors { get; set; } = 20;

    /// <summary>Bytes written before they are handed to the connection: large enough for few system calls, small enough for bounded memory.</summary>
    public int FlushSize { get; set; } = 48 * 1024;

    /// <summary>Messages whose places are read together: clients fetch one after another, in order.</summary>
    public int PlaceBatch { get; set; } = 128;

    /// <summary>How long a connection may take to log in: strangers hold no connections.</summary>
    public TimeSpan LoginTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Silence after which a logged-in connection is closed, without deleting anything. RFC 1939 3: at least ten minutes.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether messages that were fetched are marked as read when the client says QUIT.</summary>
    public bool MarkRetrievedRead { get; set; } = true;
}
