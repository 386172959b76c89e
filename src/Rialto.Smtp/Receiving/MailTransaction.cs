// RFC 5321 3.3 (mail transactions), RFC 3461 4 (DSN parameters).
using Rialto.Delivery;

namespace Rialto.Smtp;

/// <summary>What MAIL and RCPT said; gone with the next MAIL, RSET, EHLO or the end of the message.</summary>
internal sealed class MailTransaction
{
    private HashSet<string>? seen;

    public required string Sender { get; init; }

    /// <summary>MAIL's SIZE; 0 when not given.</summary>
    public long DeclaredSize { get; init; }

    public bool EightBitMime { get; init; }

    /// <summary>BODY=BINARYMIME: octets, not lines. RFC 3030 3.</summary>
    public bool BinaryMime { get; init; }

    /// <summary>REQUIRETLS. RFC 8689 2.</summary>
    public bool RequiresTls { get; init; }

    /// <summary>Not to be sent before this time (UTC ticks); 0: at once. RFC 4865.</summary>
    public long HoldUntil { get; init; }

    /// <summary>HOLDFOR or HOLDUNTIL as it was said; null: neither.</summary>
    public FutureReleaseRequest? FutureRelease { get; init; }

    /// <summary>BY. RFC 2852.</summary>
    public DeliverBy? DeliverBy { get; init; }

    public bool SmtpUtf8 { get; init; }

    public string? Return { get; init; }

    public string? EnvelopeId { get; init; }

    public List<QueuedRecipient> Recipients { get; } = [];

    /// <summary>The message while it comes in chunks (BDAT); null before the first.</summary>
    public MessageIntake? Chunks { get; set; }

    /// <summary>How fast they come.</summary>
    public ChunkPace? Pace { get; set; }

    /// <summary>Recipients named, those that were named before too.</summary>
    public int Named { get; private set; }

    /// <summary>Adds a recipient; one named before changes nothing.</summary>
    public void Add(QueuedRecipient recipient)
    {
        Named++;
        seen ??= new(StringComparer.OrdinalIgnoreCase);
        if (seen.Add(recipient.Address)) Recipients.Add(recipient);
    }
}
