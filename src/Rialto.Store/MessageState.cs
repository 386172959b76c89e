namespace Rialto.Store;

/// <summary>The bits of a message that lists and IMAP need without its content. On disk: add, never change.</summary>
[Flags]
public enum MessageState
{
    None = 0,

    /// <summary>Read, for the mailbox's owner; in public stores the per-principal set decides. mfRead, \Seen.</summary>
    Read = 1 << 0,
    Answered = 1 << 1,
    Flagged = 1 << 2,

    /// <summary>IMAP's \Deleted mark; the message is still in its folder.</summary>
    Deleted = 1 << 3,

    /// <summary>mfUnsent, \Draft.</summary>
    Draft = 1 << 4,
    Forwarded = 1 << 5,

    /// <summary>A folder-associated item (FAI): never shown to IMAP, listed by associated tables only.</summary>
    Associated = 1 << 6,
    HasAttachments = 1 << 7,

    /// <summary>Soft-deleted: in Recoverable Items' sense, hidden from ordinary tables.</summary>
    SoftDeleted = 1 << 8,
    Submitted = 1 << 9,
    ReadReceiptRequested = 1 << 10,
    NonReadReceiptRequested = 1 << 11,
    FromMe = 1 << 12,

    /// <summary>The row holds a change key, predecessor list or source key of its own: what a move has to give up. Set by the store.</summary>
    HasForeignKeys = 1 << 13,

    /// <summary>It came from somebody who did not log in here. mfInternet.</summary>
    FromInternet = 1 << 14,

    /// <summary>The bits that IMAP's STORE and clients' flag changes may set.</summary>
    Settable = Read | Answered | Flagged | Deleted | Draft | Forwarded,

    /// <summary>Receipts that are still owed: given up when they are sent or refused, never asked for afterwards.</summary>
    Receipts = ReadReceiptRequested | NonReadReceiptRequested,
}

/// <summary>Which form of a message is the authoritative one. On disk.</summary>
public enum ContentKind : byte
{
    /// <summary>The bytes as they came in (SMTP, IMAP, import); properties are derived.</summary>
    Mime = 1,

    /// <summary>A property message; MIME is derived.</summary>
    Properties = 2,
}
