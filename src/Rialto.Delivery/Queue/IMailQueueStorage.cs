using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>
/// The durable spool and queue: mail that was accepted and not yet delivered to every recipient. Implemented by Store.Sqlite (on the commit log,
/// whose sync all connections share) and Store.Postgres (a shared table with leases, so that a dead server strands nothing).
/// </summary>
public interface IMailQueueStorage : IAsyncDisposable
{
    /// <summary>Durable when it returns; concurrent calls share their syncs. An entry whose id waits already is that entry: nothing is added.</summary>
    ValueTask EnqueueAsync(QueuedMessage message, CancellationToken cancel);

    /// <summary>
    /// Takes up to <paramref name="limit"/> entries that are due and that nobody holds, oldest first, and holds them for the lease.
    /// Entries that this process enqueued and never lost hold of come back with Repeated false.
    /// </summary>
    ValueTask<IReadOnlyList<ClaimedMessage>> ClaimAsync(string holder, int limit, TimeSpan lease, CancellationToken cancel);

    /// <summary>Records the outcome of claimed entries and lets go of them: recipients that are done are removed, and with the last one the entry.</summary>
    ValueTask CompleteAsync(string holder, IReadOnlyList<QueueOutcome> outcomes, CancellationToken cancel);

    /// <summary>Records what became of some recipients of a claimed entry, durably, and goes on holding it for another lease. Nothing happens to an entry that another holds by now.</summary>
    ValueTask ProgressAsync(string holder, QueueOutcome outcome, TimeSpan lease, CancellationToken cancel);

    /// <summary>Changes the recipients of an entry that nobody holds, durably; no recipients at all remove it.</summary>
    ValueTask<QueueRevision> ReviseAsync(Guid id, Func<QueuedMessage, IReadOnlyList<QueuedRecipient>> change, CancellationToken cancel);

    /// <summary>Entries in order of arrival, for the command line.</summary>
    IAsyncEnumerable<QueuedMessage> ListAsync(CancellationToken cancel);

    ValueTask<bool> RemoveAsync(Guid id, CancellationToken cancel);

    /// <summary>Called back, from any thread, when there may be something to claim.</summary>
    IDisposable Watch(Action available);
}

/// <summary>One accepted message and the recipients it is still to reach.</summary>
public sealed record QueuedMessage
{
    public required Guid Id { get; init; }

    /// <summary>The message with its trace header, in the blob store.</summary>
    public required BlobRef Content { get; init; }

    /// <summary>The reverse path; empty for the null sender.</summary>
    public required string Sender { get; init; }

    public required IReadOnlyList<QueuedRecipient> Recipients { get; init; }

    public required long ReceivedUtcTicks { get; init; }

    /// <summary>DSN's ENVID and RET, as given. RFC 3461.</summary>
    public string? EnvelopeId { get; init; }

    public string? Return { get; init; }

    /// <summary>The authenticated submitter; empty for mail from outside.</summary>
    public string Submitter { get; init; } = "";

    /// <summary>
    /// Properties that delivery sets beside the content, in PropertyBagCodec's form: what the server knows of a message that it sends itself and MIME cannot say
    /// (a delegate's PidTagReceivedRepresenting…). Null for none.
    /// </summary>
    public byte[]? Overlay { get; init; }

    public bool SmtpUtf8 { get; init; }

    public bool EightBitMime { get; init; }

    /// <summary>What the sender wants of TLS on the way.</summary>
    public TlsDemand Tls { get; init; }

    /// <summary>Until when the sender wants it delivered; null: whenever that is.</summary>
    public DeliverBy? DeliverBy { get; init; }

    /// <summary>What a submission said of its release, as reports repeat it (RFC 4865 5.1.2), and when it came; null where it said nothing.</summary>
    public FutureReleaseRequest? FutureRelease { get; init; }

    /// <summary>The message in the sender's mailbox, asked before the first attempt whether it is still to be sent; null for what was sent when it was accepted.</summary>
    public SubmissionOrigin? Origin { get; init; }
}

/// <summary>A request to be released later. Stored: members may be added, never renamed.</summary>
/// <param name="Value">"for;" and seconds, or "until;" and a time.</param>
/// <param name="ArrivedUtcTicks">When it came: <see cref="QueuedMessage.ReceivedUtcTicks"/> is when it was released.</param>
public sealed record FutureReleaseRequest(string Value, long ArrivedUtcTicks);

/// <summary>What a sender wants of TLS on the way. RFC 8689. Stored: numbers never change.</summary>
public enum TlsDemand
{
    /// <summary>As the recipients' domains and the configuration have it.</summary>
    Policy = 0,

    /// <summary>REQUIRETLS: over authenticated TLS to servers that promise the same, or not at all.</summary>
    Required = 1,

    /// <summary>TLS-Required: No: to arrive is worth more than the policies of the recipients' domains.</summary>
    NotRequired = 2,
}

/// <summary>Where a message was submitted from, as numbers: see <see cref="SubmittedMessage"/>. Stored: members may be added, never renamed.</summary>
/// <param name="SubmitTime">FILETIME.</param>
/// <param name="Target">The folder it goes to when it is sent; 0 leaves it where it is.</param>
/// <param name="TargetMid">0: a new one.</param>
public sealed record SubmissionOrigin(Guid Mailbox, long Folder, long Message, long SubmitTime, bool Delete, long Target, long TargetMid);

/// <summary>One recipient and how it stands with it.</summary>
/// <param name="Address">The forward path.</param>
/// <param name="OriginalRecipient">DSN's ORCPT, or what the envelope called it first: see <see cref="OriginalRecipients"/>.</param>
/// <param name="Notify">DSN's NOTIFY.</param>
/// <param name="NextAttemptUtcTicks">Not before this time; 0: at once. <see cref="long.MaxValue"/>: held until somebody can take it.</param>
/// <param name="LastStatus">Why the last attempt did not deliver, for people.</param>
public sealed record QueuedRecipient(string Address, string? OriginalRecipient, string? Notify, int Attempts, long NextAttemptUtcTicks, string? LastStatus);

/// <summary>Whether an entry was changed.</summary>
public enum QueueRevision
{
    Done,

    /// <summary>There is none with that id.</summary>
    NotFound,

    /// <summary>Somebody holds it: it is being delivered right now.</summary>
    InWork,
}

public sealed record ClaimedMessage(QueuedMessage Message, bool Repeated);

/// <summary>What remains of an entry after an attempt: <paramref name="Remaining"/> empty means done.</summary>
public sealed record QueueOutcome(Guid Id, IReadOnlyList<QueuedRecipient> Remaining);
