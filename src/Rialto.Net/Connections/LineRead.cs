namespace Rialto.Net;

/// <summary>What a read ended with.</summary>
public enum ReadStatus
{
    /// <summary>A whole line or the octets asked for.</summary>
    Done,

    /// <summary>A line that ended with LF without CR; it was consumed. Protocols refuse it (SMTP smuggling, VU#302671).</summary>
    BareLineFeed,

    /// <summary>A line longer than allowed; it was skipped, through its end, in bounded memory. Its content is gone.</summary>
    TooLong,

    /// <summary>The peer closed, or the connection broke; a line without an end was dropped.</summary>
    EndOfStream,

    /// <summary>The peer said nothing for the idle timeout.</summary>
    TimedOut,

    /// <summary><see cref="SessionTransport.Interrupt"/> was called: nothing was consumed; read again.</summary>
    Interrupted,

    /// <summary>The server is stopping: say goodbye and return. Told once; reads after it go on working.</summary>
    Draining,
}

/// <summary>A line without its end.</summary>
/// <param name="Status">What happened.</param>
/// <param name="Line">The line, without CRLF, for <see cref="ReadStatus.Done"/> and <see cref="ReadStatus.BareLineFeed"/>. Valid until the next read from the transport.</param>
public readonly record struct LineRead(ReadStatus Status, ReadOnlyMemory<byte> Line)
{
    /// <summary>Whether there is a line.</summary>
    public bool IsLine => Status == ReadStatus.Done;
}

/// <summary>How a TLS upgrade ended.</summary>
public enum TlsUpgrade
{
    /// <summary>TLS is up. Forget all that was said before (RFC 3207 4.2, RFC 9051 6.2.1).</summary>
    Done,

    /// <summary>
    /// The client had sent more, in plain text, after its STARTTLS: somebody may have slipped it in (CVE-2011-0411). Nothing was upgraded; close the connection.
    /// </summary>
    PlainTextPipelined,

    /// <summary>The handshake failed or took too long; the connection is of no use any more.</summary>
    Failed,
}
