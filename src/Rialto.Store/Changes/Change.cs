namespace Rialto.Store;

/// <summary>What a change did. On disk: add, never change.</summary>
public enum ChangeKind : byte
{
    MessageCreated = 1,

    /// <summary>Content or properties: draws a message CN.</summary>
    MessageModified = 2,

    /// <summary>Read state alone: draws a read-state CN.</summary>
    ReadStateChanged = 3,

    /// <summary>Other flags, keywords: sequence alone.</summary>
    FlagsChanged = 4,

    /// <summary>Left <see cref="Change.OldFolder"/> for <see cref="Change.Folder"/> of the same mailbox.</summary>
    MessageMoved = 5,
    MessageDeleted = 6,
    MessageSoftDeleted = 7,
    FolderCreated = 16,
    FolderModified = 17,
    FolderMoved = 18,
    FolderDeleted = 19,
    PermissionsChanged = 20,

    /// <summary>Links or counters of a search folder are others. Told to subscribers, never on disk: it follows from the other changes.</summary>
    SearchChanged = 128,

    /// <summary>A search folder is filled. Told to subscribers, never on disk.</summary>
    SearchCompleted = 129,

    /// <summary>
    /// A search folder (<see cref="Change.Folder"/>) came to show a message of <see cref="Change.OldFolder"/> after it was first filled. Told to subscribers, never on disk.
    /// </summary>
    SearchLinkAdded = 130,

    /// <summary>A message that a search folder shows has changed.</summary>
    SearchLinkModified = 131,

    /// <summary>A search folder does not show a message any more.</summary>
    SearchLinkRemoved = 132,
}

/// <summary>
/// One entry of the mailbox's change log, and the unit the change bus publishes. Every entry has a sequence of its own;
/// deletions and moves can be replayed from it for the configured period.
/// </summary>
public sealed record Change
{
    /// <summary>Stored kinds from here to twice of it are those of modifications with their parts. On disk.</summary>
    private const int PartsBit = 0x40;

    public required ChangeKind Kind { get; init; }

    public required long Sequence { get; init; }

    /// <summary>For a modified message, what of it.</summary>
    public MessageParts Parts { get; init; }

    /// <summary>Kind and parts in the one number that is kept of them: a modification that says its parts has a number of its own for each set of them.</summary>
    public byte StoredKind => Kind == ChangeKind.MessageModified && Parts != MessageParts.Unknown ? (byte)(PartsBit | (byte)Parts) : (byte)Kind;

    public static (ChangeKind Kind, MessageParts Parts) FromStored(int stored) =>
        (stored & ~(PartsBit - 1)) == PartsBit ? (ChangeKind.MessageModified, (MessageParts)(stored & (PartsBit - 1))) : ((ChangeKind)stored, MessageParts.Unknown);

    /// <summary>The message, or default for a folder's change.</summary>
    public MessageId Message { get; init; }

    /// <summary>The folder it is in now, or that changed; for deletions the one it was in.</summary>
    public required FolderId Folder { get; init; }

    public FolderId OldFolder { get; init; }

    public uint Uid { get; init; }

    public uint OldUid { get; init; }

    public long Mid { get; init; }

    public long OldMid { get; init; }

    public long TimeUtcTicks { get; init; }

    /// <summary>For a created message that is a copy within the mailbox: of what. Told to subscribers of the server that made it, never on disk.</summary>
    public MessageOrigin? CopiedFrom { get; init; }

    /// <summary>For a read state in a public store: whose it is. Told to that principal's subscribers alone, never on disk.</summary>
    public Guid? Reader { get; init; }

    /// <summary>For a created message whether delivery brought it; null where the change was made by another server and read from the log.</summary>
    public bool? IsDelivered { get; init; }

    /// <summary>The session that made the change. Told to subscribers of the server that made it, never on disk.</summary>
    public MailboxSession? MadeBy { get; init; }
}

/// <summary>Where a copy comes from.</summary>
public readonly record struct MessageOrigin(FolderId Folder, long Mid);
