namespace Rialto.Smtp;

/// <summary>Limits and choices of the SMTP and submission listeners, with their reasons.</summary>
public sealed class SmtpOptions
{
    /// <summary>This server's name in the greeting and in trace headers; empty takes the machine's.</summary>
    public string HostName { get; set; } = "";

    /// <summary>Octets of a command line without CRLF. RFC 5321 4.5.3.1.4 asks for 512; the extensions add to it (AUTH 12,288 for its initial response is not needed here, DSN and SMTPUTF8 about 1,200).</summary>
    public int MaximumCommandLine { get; set; } = 2_048;

    /// <summary>Octets of an AUTH command or answer: what RFC 4954 4 asks for, and Kerberos tickets need.</summary>
    public int MaximumAuthenticationLine { get; set; } = 12_288;

    /// <summary>
    /// Octets of a line of content without CRLF. RFC 5321 4.5.3.1.6 says 1,000, real mail holds longer ones, and nothing here keeps a line in memory: the bound only
    /// stops what no reader could show.
    /// </summary>
    public int MaximumContentLine { get; set; } = 8 * 1024 * 1024;

    /// <summary>Recipients of a message: RFC 5321 4.5.3.1.8 asks for 100 at least; each costs about 200 bytes until the message is in the queue.</summary>
    public int MaximumRecipients { get; set; } = 10_000;

    /// <summary>Bytes of a message: what the store takes, 150 MB as Exchange allows at most by default.</summary>
    public long MaximumMessageSize { get; set; } = 150L * 1024 * 1024;

    /// <summary>Bytes beyond <see cref="MaximumMessageSize"/> that are read and thrown away, so that the client hears why; more, and the connection is closed.</summary>
    public long MaximumDiscarded { get; set; } = 64L * 1024 * 1024;

    /// <summary>Received fields of a message: more is a loop. RFC 5321 6.3 asks for 100 at least.</summary>
    public int MaximumReceivedFields { get; set; } = 100;

    /// <summary>Refused commands before the connection is closed: guessing addresses or commands gets slow. A mailing list with stale addresses still gets through.</summary>
    public int MaximumErrors { get; set; } = 100;

    /// <summary>Commands since the last message that bring none nearer (NOOP, RSET, EHLO, VRFY, HELP), before each more counts as an error: enough for a client that resets before every message and for one that keeps a connection warm.</summary>
    public int MaximumAimlessCommands { get; set; } = 200;

    /// <summary>Failed log-ins before the connection is closed; the authenticator slows them down besides.</summary>
    public int MaximumFailedLogins { get; set; } = 5;

    /// <summary>Messages over one connection: a client that needs more connects again, maybe to another server.</summary>
    public int MaximumMessagesPerSession { get; set; } = 10_000;

    /// <summary>Waiting for a command. RFC 5321 4.5.3.2.7: five minutes.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Waiting for the next block of content. RFC 5321 4.5.3.2.5: three minutes.</summary>
    public TimeSpan DataBlockTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Bytes a second of content at least, on average, after <see cref="DataBlockTimeout"/>: a byte every two minutes would hold a connection for ever.</summary>
    public int MinimumDataRate { get; set; } = 100;

    /// <summary>What to do with a message that holds LF without CR, or a CR beside a dot that another server could take for the end of the message (VU#302671).</summary>
    public BareLineEndings BareLineEndings { get; set; } = BareLineEndings.Reject;

    /// <summary>
    /// Whether a CR inside a line, not followed by LF and not beside a dot, is content like any other byte (it occurs in real mail and ends a line nowhere here).
    /// False: it is treated as <see cref="BareLineEndings"/> says.
    /// </summary>
    public bool AllowLoneCarriageReturn { get; set; } = true;

    /// <summary>Whether the port for other servers' mail (25) takes log-ins too. RFC 8314 3.3: clients belong on the submission ports.</summary>
    public bool AllowLoginOnRelay { get; set; }

    /// <summary>How much later a submission may ask to be sent (FUTURERELEASE, RFC 4865): a holiday; what is written for next year is a calendar's business. Zero: not offered.</summary>
    public TimeSpan LongestHold { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How soon mail may be asked to be delivered or else returned (DELIVERBY, RFC 2852): less is refused, because queueing, filters and the way to other servers take some of it. Zero: not
    /// offered.
    /// </summary>
    public TimeSpan ShortestDeliverBy { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Strangers are asked to come again.</summary>
    public GreylistOptions Greylist { get; set; } = new();

    /// <summary>Whether submitters may only send from addresses that are theirs (or that they have the right to send as).</summary>
    public bool CheckSubmissionSender { get; set; } = true;

    /// <summary>
    /// Whether X-MS-Exchange-Organization fields of incoming mail (its spam confidence among them) are believed. Only for a server that nobody reaches but a filter of one's own
    /// that sets them: otherwise a sender could call his mail harmless.
    /// </summary>
    public bool TrustOrganizationFields { get; set; }

    /// <summary>The name to use.</summary>
    public string EffectiveHostName => HostName.Length > 0 ? HostName : Environment.MachineName.ToLowerInvariant();
}

/// <summary>What becomes of a message with line ends that SMTP does not know.</summary>
public enum BareLineEndings
{
    /// <summary>The message is refused after its real end.</summary>
    Reject,

    /// <summary>They are made CRLF; none of them ever ends the message.</summary>
    Normalise,
}
