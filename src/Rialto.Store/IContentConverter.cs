using Rialto.Model;
using Rialto.Store.Searching.Text;

namespace Rialto.Store;

/// <summary>How the store turns one form of a message into the other. Implemented by the composition root over Rialto.Content; pure and thread-safe.</summary>
public interface IContentConverter
{
    /// <summary>Grows when a newer converter would derive other values.</summary>
    int Version { get; }

    /// <summary>Summary and IMAP digest of a MIME message, in one parse. Total: any bytes give facts.</summary>
    ContentFacts Analyze(ReadOnlyMemory<byte> mime);

    PropertyMessage ToProperties(ReadOnlyMemory<byte> mime);

    /// <summary>The MIME form of a property message; deterministic.</summary>
    byte[] ToMime(PropertyMessage message);

    /// <summary>The same bytes in chunks, each valid until the next is asked for: a large message is never whole in memory.</summary>
    IEnumerable<ReadOnlyMemory<byte>> ToMimeChunks(PropertyMessage message) => [ToMime(message)];

    /// <summary>
    /// Adds what makes the MIME form of a message that was mail keep its header and its shape: its properties are about to take the mail's place. [MS-OXCMAIL] 2.4.3.1.
    /// </summary>
    void KeepSkeleton(ReadOnlyMemory<byte> mime, PropertyMessage message)
    {
    }

    /// <summary>
    /// A body in a form that the message does not hold it in (plain text, HTML, compressed RTF), made from the best one that it holds; absent where that cannot be done.
    /// [MS-OXBBODY] 2.1.3.
    /// </summary>
    PropertyValue ConvertBody(PropertyMessage message, PropertyTag wanted) => default;

    /// <summary>Text for the full-text index, at most <paramref name="maximumLength"/> characters.</summary>
    string ExtractText(ReadOnlyMemory<byte> mime, int maximumLength);

    /// <summary>What of a message is searched, header and body each at most <paramref name="maximumLength"/> characters.</summary>
    MessageTexts ExtractTexts(ReadOnlyMemory<byte> mime, int maximumLength) => new(MessageTexts.RawHeader(mime.Span, maximumLength), ExtractText(mime, maximumLength));

    /// <summary>IMAP's ENVELOPE text out of a digest, and its BODYSTRUCTURE: slices of the digest.</summary>
    void SplitDigest(ReadOnlySpan<byte> digest, out ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> bodyStructure);

    /// <summary>
    /// What a digest knows of the message's thread: the envelope, and hashes of 8 bytes of its own Message-ID (zero: none) and of its references, the parent last. False where it
    /// does not know.
    /// </summary>
    bool TryReadThread(ReadOnlySpan<byte> digest, out ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> hashes)
    {
        hashes = default;
        SplitDigest(digest, out envelope, out _);
        return false;
    }
}

/// <summary>What one parse of a message gives the store. The names are those of <see cref="MessageRow"/>.</summary>
public sealed record ContentFacts
{
    public FileTime? Sent { get; init; }

    public string MessageClass { get; init; } = "IPM.Note";

    public string SubjectPrefix { get; init; } = "";

    public string NormalizedSubject { get; init; } = "";

    public string FromName { get; init; } = "";

    public string FromAddress { get; init; } = "";

    public string SenderName { get; init; } = "";

    public string SenderAddress { get; init; } = "";

    public string DisplayTo { get; init; } = "";

    public string DisplayCc { get; init; } = "";

    public string DisplayBcc { get; init; } = "";

    public byte Importance { get; init; } = 1;

    public byte Sensitivity { get; init; }

    public string Preview { get; init; } = "";

    public string InternetMessageId { get; init; } = "";

    public string InReplyTo { get; init; } = "";

    public IReadOnlyList<string> References { get; init; } = [];

    public string ConversationTopic { get; init; } = "";

    public byte[]? ConversationIndex { get; init; }

    public Guid ConversationId { get; init; }

    public string CalendarUid { get; init; } = "";

    public FileTime? RangeStart { get; init; }

    public FileTime? RangeEnd { get; init; }

    public bool HasAttachments { get; init; }

    public bool ReadReceiptRequested { get; init; }

    /// <summary>The sender wants to hear of a deletion without reading, too.</summary>
    public bool NonReadReceiptRequested { get; init; }

    public ReadOnlyMemory<byte> Digest { get; init; }
}
