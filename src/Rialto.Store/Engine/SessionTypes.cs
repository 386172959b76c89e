using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store;

/// <param name="Received">INTERNALDATE; now where null.</param>
public sealed record AppendOptions(MessageState State, IReadOnlyList<string> Keywords, FileTime? Received)
{
    /// <summary>PidTagMessageStatus.</summary>
    public int Status { get; init; }

    /// <summary>The MID that an ICS import wants: one that <see cref="MailboxSession.ReserveIdsAsync"/> gave, and free. Null for a new one.</summary>
    public long? Mid { get; init; }

    /// <summary>PidTagUrlName; must be free in the folder.</summary>
    public string UrlName { get; init; } = "";

    /// <summary>
    /// Change key, predecessor list and source key that an ICS import brings along; null for the mailbox's own. A list without a key is that of a version which is made
    /// here out of others: the new change number is added to it.
    /// </summary>
    public byte[]? ChangeKey { get; init; }

    public byte[]? PredecessorChangeList { get; init; }

    /// <summary>A source key of another replica; one that was seen before is <see cref="StoreError.AlreadyExists"/>, or <see cref="StoreError.Gone"/>.</summary>
    public byte[]? SourceKey { get; init; }

    /// <summary>PidTagCreationTime and PidTagLastModificationTime as an import has them; now where null.</summary>
    public FileTime? Created { get; init; }

    public FileTime? Modified { get; init; }

    /// <summary>Properties beside MIME content, in PropertyBagCodec's form: a bag under the mailbox's ids, or a message that brings the names of its own ids along.</summary>
    public byte[]? Overlay { get; init; }

    /// <summary>A client state that is written in the same commit, its value the new message's folder and id, 8 bytes each: work that is still to be done with it.</summary>
    public ClientStateKey? Pending { get; init; }

    /// <summary>Whether the state says which receipts are still owed; otherwise the content does, of which nobody has sent any.</summary>
    public bool KnowsReceipts { get; init; }
    public static AppendOptions Default { get; } = new(MessageState.None, [], null);
}

public sealed record NewFolder(string Name)
{
    public FolderType Type { get; init; } = FolderType.Generic;

    public string ContainerClass { get; init; } = "IPF.Note";

    public string Comment { get; init; } = "";

    public bool Hidden { get; init; }

    /// <summary>The id that an ICS import wants: one that <see cref="MailboxSession.ReserveIdsAsync"/> gave, and free. Null for a new one.</summary>
    public FolderId? Id { get; init; }

    /// <summary>What an ICS import brings along; null for the mailbox's own.</summary>
    public byte[]? ChangeKey { get; init; }

    public byte[]? PredecessorChangeList { get; init; }

    public byte[]? SourceKey { get; init; }

    public FileTime? Modified { get; init; }

    /// <summary>Further properties, in PropertyBagCodec's form.</summary>
    public byte[]? Properties { get; init; }

    /// <summary>Answer with the folder that already has the name instead of <see cref="StoreError.AlreadyExists"/>.</summary>
    public bool OpenExisting { get; init; }
}

/// <summary>What to do with flags and keywords.</summary>
/// <param name="Set">Bits to set; with <paramref name="Replace"/> every other settable bit is cleared.</param>
public sealed record FlagChange(MessageState Set, MessageState Clear, IReadOnlyList<string> AddKeywords, IReadOnlyList<string> RemoveKeywords, bool Replace)
{
    public long UnchangedSince { get; init; } = long.MaxValue;

    /// <summary>PidTagMessageStatus: the bits of <see cref="StatusMask"/> become those of <see cref="Status"/>. [MS-OXCMSG] 3.2.5.8.</summary>
    public int Status { get; init; }

    public int StatusMask { get; init; }
}

/// <summary>
/// Messages whose flags changed, those left alone because they had changed since, and the sequence of the last change: the changed ones have that many
/// consecutive sequences, in their order, up to it.
/// </summary>
public sealed record FlagsOutcome(IReadOnlyList<MessageId> Changed, IReadOnlyList<MessageId> Conflicts, long Sequence)
{
    /// <summary>What was written for many messages at once; empty where they were taken one by one.</summary>
    internal IReadOnlyList<SetMessageStates> Sets { get; init; } = [];
}

public readonly record struct MovedMessage(MessageId Id, uint OldUid, uint NewUid, uint NewUidValidity)
{
    /// <summary>Its change number in the new folder, for an import; 0 otherwise.</summary>
    public long Cn { get; init; }
}

/// <summary>A text search within a folder.</summary>
public sealed record TextCriterion(TextTarget Target, string Text)
{
    /// <summary>The field name for <see cref="TextTarget.Header"/>.</summary>
    public string Header { get; init; } = "";
}

public enum TextTarget
{
    Any,
    Body,
    Subject,
    From,
    To,
    Cc,
    Bcc,
    Header,
}

/// <summary>How a message's content is replaced.</summary>
public sealed record ReplaceOptions
{
    public static ReplaceOptions Default { get; } = new();

    /// <summary>The message's CN that the caller's version rests on; <see cref="StoreError.Conflict"/> when it has moved on. Null: replace whatever is there.</summary>
    public long? ExpectedCn { get; init; }

    /// <summary>Bits to set and to clear beside the content's own.</summary>
    public MessageState Set { get; init; }

    public MessageState Clear { get; init; }

    /// <summary>
    /// Change key and predecessor list that an ICS import brings along; null for the mailbox's own. A list without a key is that of a version which is made here out of
    /// others: the new change number is added to it.
    /// </summary>
    public byte[]? ChangeKey { get; init; }

    public byte[]? PredecessorChangeList { get; init; }

    /// <summary>PidTagLastModificationTime as an import has it; now where null.</summary>
    public FileTime? Modified { get; init; }

    /// <summary>PidTagMessageStatus; null leaves it.</summary>
    public int? Status { get; init; }

    /// <summary>The overlay from now on; null drops it, since the new content holds what it held.</summary>
    public byte[]? Overlay { get; init; }

    public IReadOnlyList<string>? Keywords { get; init; }

    /// <summary>What of the message is another, where the caller knows it.</summary>
    public MessageParts Parts { get; init; }
}

/// <summary>What an ICS client says of a message that it moved.</summary>
/// <param name="Mid">One of the ids that <see cref="MailboxSession.ReserveIdsAsync"/> gave, free.</param>
/// <param name="ChangeKey">The key of the moved version; null for the mailbox's own.</param>
/// <param name="PredecessorChangeList">Its list. Without a key it is that of a version which is made here out of others: the new change number is added to it.</param>
public sealed record ImportedMove(long Mid, byte[]? ChangeKey, byte[]? PredecessorChangeList)
{
    /// <summary>The version that the caller saw; <see cref="StoreError.Conflict"/> when it has moved on. Null: whatever is there.</summary>
    public long? ExpectedCn { get; init; }
}

/// <summary>A submitted message, and what becomes of it in its mailbox when it is sent. [MS-OXOMSG] 2.2.3.8, 2.2.3.10, 2.2.1.76.</summary>
/// <param name="Folder">Where it was submitted from; a message that is not there any more is not sent.</param>
/// <param name="SubmitTime">PidTagClientSubmitTime: tells this submission from an earlier one that was aborted.</param>
/// <param name="Mark">Keeps the answer; one a submission.</param>
/// <param name="Delete">Whether it is deleted when it is sent.</param>
/// <param name="Target">The folder that it goes to when it is sent; null leaves it where it is.</param>
/// <param name="TargetMid">The MID that the client wants for it there: one that <see cref="MailboxSession.ReserveIdsAsync"/> gave.</param>
public sealed record SubmittedMessage(FolderId Folder, MessageId Message, FileTime SubmitTime, Guid Mark, bool Delete, FolderId? Target, long? TargetMid);

/// <summary>Whether a submitted message is sent.</summary>
public enum SubmissionDecision
{
    /// <summary>Yes, now or when it was asked before: it has left the state of a submitted one.</summary>
    Send,

    /// <summary>No: it was aborted or deleted, or taken away.</summary>
    Cancelled,
}

/// <summary>A folder as an ICS client has it.</summary>
/// <param name="Id">Its id in the mailbox's own replica; null for one of another replica, which <paramref name="SourceKey"/> names.</param>
/// <param name="ChangeKey">The client's version.</param>
/// <param name="Predecessors">What that version includes, itself among it.</param>
/// <param name="Change">Sets the folder's own values; not its name and place. May be called again.</param>
public sealed record FolderImport(
    FolderId? Id, byte[]? SourceKey, FolderId Parent, string Name, FileTime Modified, byte[] ChangeKey, PredecessorChangeList Predecessors, Func<Folder, Folder> Change);

/// <summary>What became of an imported folder.</summary>
public enum FolderImportKind
{
    /// <summary>The folder is as the client has it.</summary>
    Applied,

    /// <summary>The mailbox has that version already, or a later one: nothing was changed.</summary>
    Superseded,

    /// <summary>Both had changed: the later change stands, as a version that succeeds both.</summary>
    Resolved,
}

public sealed record FolderImportOutcome(Folder Folder, FolderImportKind Kind);
