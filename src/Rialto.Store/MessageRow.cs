using Rialto.Model;

namespace Rialto.Store;

/// <summary>
/// Everything the store keeps of a message but its content: identity, the three stamps, state, and the summary that lists show.
/// Immutable; changed by `with`.
/// </summary>
public sealed record MessageRow
{
    public required MessageId Id { get; init; }

    public required FolderId Folder { get; init; }

    /// <summary>IMAP UID in <see cref="Folder"/>; also given to associated items, whom IMAP does not list.</summary>
    public required uint Uid { get; init; }

    /// <summary>48-bit counter of the MID in the mailbox's replica.</summary>
    public required long Mid { get; init; }

    /// <summary>Sequence of the newest change of any kind: IMAP's MODSEQ.</summary>
    public required long Sequence { get; init; }

    /// <summary>Message CN: newest content change.</summary>
    public required long Cn { get; init; }

    /// <summary>Read-state CN; 0 while the read state was never changed by itself.</summary>
    public long ReadCn { get; init; }

    /// <summary>PidTagChangeKey where it is not simply the mailbox's own XID of <see cref="Cn"/>; otherwise null.</summary>
    public byte[]? ChangeKey { get; init; }

    /// <summary>PidTagPredecessorChangeList where it is not just the change key; otherwise null.</summary>
    public byte[]? PredecessorChangeList { get; init; }

    /// <summary>PidTagSourceKey where the id came from a foreign replica; otherwise null (it follows from <see cref="Mid"/>).</summary>
    public byte[]? SourceKey { get; init; }

    public MessageState State { get; init; }

    /// <summary>IMAP keywords and MAPI categories (PidNameKeywords), in the order given.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    /// <summary>PidTagMessageStatus.</summary>
    public int Status { get; init; }

    /// <summary>Bytes of the MIME form: RFC822.SIZE. Never changes for a given UID.</summary>
    public required long MimeSize { get; init; }

    /// <summary>PidTagMessageDeliveryTime, IMAP's INTERNALDATE. UTC.</summary>
    public required FileTime Received { get; init; }

    /// <summary>PidTagClientSubmitTime: the Date header.</summary>
    public FileTime? Sent { get; init; }

    public FileTime Created { get; init; }

    /// <summary>Who put it there: whose EditOwned and DeleteOwned apply ([MS-OXCPERM] 2.2.7). Empty for what the server or an anonymous sender delivered.</summary>
    public Guid Creator { get; init; }

    public FileTime Modified { get; init; }

    public string MessageClass { get; init; } = "IPM.Note";

    public string SubjectPrefix { get; init; } = "";

    public string NormalizedSubject { get; init; } = "";

    public string FromName { get; init; } = "";

    public string FromAddress { get; init; } = "";

    /// <summary>The actual sender where it differs from the author; otherwise empty.</summary>
    public string SenderName { get; init; } = "";

    public string SenderAddress { get; init; } = "";

    /// <summary>PidTagDisplayTo/Cc/Bcc: names separated by "; ".</summary>
    public string DisplayTo { get; init; } = "";

    public string DisplayCc { get; init; } = "";

    public string DisplayBcc { get; init; } = "";

    public byte Importance { get; init; } = 1;

    public byte Sensitivity { get; init; }

    public string Preview { get; init; } = "";

    public string InternetMessageId { get; init; } = "";

    public string InReplyTo { get; init; } = "";

    public string ConversationTopic { get; init; } = "";

    public byte[]? ConversationIndex { get; init; }

    /// <summary>Sixteen bytes by which replies find their conversation ([MS-OXOMSG] 2.2.1.2).</summary>
    public Guid ConversationId { get; init; }

    /// <summary>PidTagUrlName: unique in its folder, or empty while nobody named it.</summary>
    public string UrlName { get; init; } = "";

    /// <summary>iCalendar UID, or the text form of GlobalObjectId; empty for what is no calendar object.</summary>
    public string CalendarUid { get; init; } = "";

    /// <summary>First moment that the item, recurrences included, covers; null where time does not apply.</summary>
    public FileTime? RangeStart { get; init; }

    public FileTime? RangeEnd { get; init; }

    public required ContentKind Kind { get; init; }

    /// <summary>The authoritative content: MIME bytes, or a property message in PropertyMessageCodec's form.</summary>
    public required BlobRef Content { get; init; }

    /// <summary>For property content: the MIME form as once served, so that the bytes behind a UID never change.</summary>
    public BlobRef DerivedMime { get; init; }

    /// <summary>Version of the converter that made the summary, digest and derived form.</summary>
    public int ConverterVersion { get; init; }

    /// <summary>Properties set beside MIME content (follow-up, named properties, …) in PropertyBagCodec's form; never touches the MIME.</summary>
    public byte[]? Overlay { get; init; }

    public BlobRef Mime => Kind == ContentKind.Mime ? Content : DerivedMime;

    public string Subject => SubjectPrefix + NormalizedSubject;
}
