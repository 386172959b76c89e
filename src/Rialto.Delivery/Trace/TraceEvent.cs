namespace Rialto.Delivery.Trace;

/// <summary>What happened to a message at one hop. The names are those of the trace files: members may be added, never renamed.</summary>
public enum TraceStep
{
    /// <summary>Taken in by SMTP: responsible for it from here on.</summary>
    Received,

    /// <summary>SMTP refused it after its content.</summary>
    Refused,

    /// <summary>Sent by a user over MAPI or another protocol that is not SMTP, or by the server itself.</summary>
    Submitted,

    /// <summary>Durable in the recipient's mailbox or public folder.</summary>
    Delivered,

    /// <summary>Given to another server, which is responsible for it now.</summary>
    Relayed,

    /// <summary>A group's members took the recipient's place.</summary>
    Expanded,

    /// <summary>To be tried again.</summary>
    Deferred,

    /// <summary>Kept until somebody lets it go.</summary>
    Held,

    /// <summary>Given up for this recipient.</summary>
    Failed,

    /// <summary>The sender was told in a report, whose id is in the status.</summary>
    Reported,
}

/// <summary>One line of the message trace: a message at one hop.</summary>
/// <param name="TimeUtcTicks">When.</param>
/// <param name="Step">What happened.</param>
/// <param name="Id">The message's id in the queue, the same at every hop of this server.</param>
public readonly record struct TraceEvent(long TimeUtcTicks, TraceStep Step, Guid Id)
{
    /// <summary>The reverse path; empty for reports.</summary>
    public string Sender { get; init; } = "";

    /// <summary>Whom the line is about; all recipients when the message arrives.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>The Message-ID field, once the message was read.</summary>
    public string MessageId { get; init; } = "";

    /// <summary>The subject, once the message was read.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Bytes; 0 where it is not said.</summary>
    public long Size { get; init; }

    /// <summary>The listener or protocol it came by; empty elsewhere.</summary>
    public string Via { get; init; } = "";

    /// <summary>The client's or next server's address; empty where there is none.</summary>
    public string Peer { get; init; } = "";

    /// <summary>Who had logged in; empty for mail from outside.</summary>
    public string Login { get; init; } = "";

    /// <summary>Reply code, enhanced code and text. RFC 3463.</summary>
    public string Status { get; init; } = "";
}
