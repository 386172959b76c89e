namespace Rialto.Store.Backend;

/// <summary>
/// All writes of one or more operations on one mailbox, applied in order and all or nothing. Reading is done beforehand by the mailbox's single
/// writer; a batch holds values only, so applying the same batch again gives the same rows: that is what makes the commit log replayable.
/// </summary>
public sealed class WriteBatch
{
    /// <summary>The mailbox's counter when this batch was computed. A backend that several servers share refuses the batch when it has moved on.</summary>
    public required long ExpectedSequence { get; init; }

    /// <summary>The counter after this batch.</summary>
    public required long NewSequence { get; set; }

    public List<Mutation> Mutations { get; } = [];
}

/// <summary>One typed write. The wire form in the commit log is the backend's; the list of kinds is closed and numbered there.</summary>
public abstract record Mutation;

/// <summary>A new message: state, summary and digest.</summary>
public sealed record InsertMessage(MessageRow Row, ReadOnlyMemory<byte> Digest) : Mutation;

/// <summary>A message whose content or summary changed in place; <paramref name="Digest"/> null leaves the digest. The row's folder and UID may differ from
/// <paramref name="OldFolder"/> and <paramref name="OldUid"/> (promotion gives a new UID).</summary>
public sealed record ReplaceMessage(MessageRow Row, FolderId OldFolder, uint OldUid, ReadOnlyMemory<byte>? Digest) : Mutation;

/// <summary>
/// Flags, keywords, read state: the narrow row only. A <c>ReadCn</c> that is not the sequence is the one that the message had.
/// </summary>
/// <param name="IsContent">What MAPI has as properties of the message changed: its CN is the sequence now. Otherwise the CN stays.</param>
public sealed record SetMessageState(MessageId Id, FolderId Folder, uint Uid, MessageState State, IReadOnlyList<string> Keywords, int Status, long Sequence, long ReadCn, bool IsContent = false) : Mutation;

/// <summary>The same message, content and summary in another folder: new UID, MID and stamps, nothing else.</summary>
public sealed record RelocateMessage(MessageId Id, FolderId OldFolder, uint OldUid, FolderId NewFolder, uint NewUid, long NewMid, long Sequence, long Cn, MessageState State) : Mutation;

public sealed record DeleteMessage(MessageId Id, FolderId Folder, uint Uid) : Mutation;

/// <summary>The folder's own row, without counters.</summary>
public sealed record PutFolder(Folder Folder) : Mutation;

public sealed record PutFolderCounters(FolderId Folder, FolderCounters Counters) : Mutation;

/// <summary>The folder and everything filed under its id; its messages were deleted by mutations of their own, or go with it in one range.</summary>
public sealed record DeleteFolder(FolderId Folder) : Mutation;

public sealed record AppendChange(Change Change) : Mutation;

/// <summary>Entries up to a sequence are forgotten.</summary>
public sealed record TrimChanges(long UpToSequence) : Mutation;

/// <summary>A named property gets an id for ever. [MS-OXCPRPT] 3.2.5.10.</summary>
public sealed record AddNamedProperty(ushort Id, Model.PropertyName Name) : Mutation;

/// <summary>What a client must have remembered; null deletes.</summary>
public sealed record PutClientState(ClientStateKey Key, ReadOnlyMemory<byte>? Value) : Mutation;

/// <summary>The read messages of one principal in one folder of a public store: an encoded id set.</summary>
public sealed record PutReadSet(Guid Principal, FolderId Folder, ReadOnlyMemory<byte> Set) : Mutation;

/// <summary>A mailbox-wide setting or counter beside the sequence (quota, locale, reserved id ranges …).</summary>
public sealed record PutSetting(string Name, string? Value) : Mutation;

/// <summary>Remembers that the queue entry was delivered here, so that a drain repeated after a crash does not deliver twice.</summary>
public sealed record MarkDelivered(Guid QueueId, long TimeUtcTicks) : Mutation;

/// <summary>Marks older than the time are forgotten.</summary>
public sealed record TrimDelivered(long BeforeUtcTicks) : Mutation;

/// <summary>Key of the client-state table: which client (protocol and device), which collection, which item.</summary>
public sealed record ClientStateKey(string Client, string Collection, string Key);
