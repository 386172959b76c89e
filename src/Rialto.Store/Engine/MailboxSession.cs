using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.Store;

/// <summary>
/// A mailbox opened by a principal: every operation checks that principal's rights. Cheap, thread-safe; dispose to let the mailbox go idle.
/// A method that changes something returns when the change is durable.
/// </summary>
public sealed class MailboxSession : IDisposable
{
    internal MailboxSession()
    {
    }

    public Guid MailboxId => throw new NotImplementedException();

    public MailboxHeader Header => throw new NotImplementedException();

    public Principal Principal => throw new NotImplementedException();

    /// <summary>The hierarchy now: an immutable snapshot. Rights are not applied; ask <see cref="RightsOn"/>.</summary>
    public FolderTree Folders => throw new NotImplementedException();

    /// <summary>The mailbox's counter now (this server's knowledge).</summary>
    public long Sequence => throw new NotImplementedException();

    /// <summary>With a backend that other servers share: brings this mailbox up to its newest sequence. Call at the start of each request; free where nobody shares.</summary>
    public ValueTask RefreshAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>What the principal may do in the folder. [MS-OXCPERM] 3.2.5.</summary>
    public FolderRights RightsOn(FolderId folder) => throw new NotImplementedException();

    /// <summary>Whether the principal owns the mailbox (its owner, an administrator, or the server).</summary>
    public bool IsOwner => throw new NotImplementedException();

    // Folders

    public ValueTask<StoreResult<Folder>> CreateFolderAsync(FolderId parent, NewFolder folder, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Renames and/or moves.</summary>
    public ValueTask<StoreResult<Folder>> MoveFolderAsync(FolderId folder, FolderId newParent, string newName, CancellationToken cancel) => throw new NotImplementedException();

    public ValueTask<StoreResult<Folder>> UpdateFolderAsync(FolderId folder, Func<Folder, Folder> change, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Deletes the folder with its messages; with <paramref name="recursive"/> its folders too, otherwise <see cref="StoreError.HasChildren"/>.</summary>
    public ValueTask<StoreResult<bool>> DeleteFolderAsync(FolderId folder, bool recursive, CancellationToken cancel) => throw new NotImplementedException();

    // Views

    /// <summary>The folder's shared in-memory index in UID order, loaded once and kept current. Dispose the returned handle when done. Needs FolderVisible and ReadAny.</summary>
    public ValueTask<StoreResult<FolderView>> OpenViewAsync(FolderId folder, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>A sorted (and filtered) table of the folder's messages, its order shared by all who ask for the same. Dispose when done.</summary>
    public ValueTask<StoreResult<ContentsTable>> OpenTableAsync(FolderId folder, bool associated, SortOrderSet? sort, Restriction? restriction, CancellationToken cancel) => throw new NotImplementedException();

    // Messages

    public ValueTask<StoreResult<AppendedMessage>> AppendAsync(FolderId folder, PreparedMessage message, AppendOptions options, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Several messages in one batch (MULTIAPPEND, import): all or nothing.</summary>
    public ValueTask<StoreResult<IReadOnlyList<AppendedMessage>>> AppendManyAsync(FolderId folder, IReadOnlyList<(PreparedMessage Message, AppendOptions Options)> messages, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>
    /// Changes flags and keywords. A message whose sequence is above <see cref="FlagChange.UnchangedSince"/> is left alone and reported in Conflicts.
    /// Messages that are gone are skipped. One batch, one sequence a message.
    /// </summary>
    public ValueTask<StoreResult<FlagsOutcome>> ChangeFlagsAsync(FolderId folder, IReadOnlyList<MessageId> messages, FlagChange change, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Copies within the mailbox, in the order given; content is shared, not copied.</summary>
    public ValueTask<StoreResult<IReadOnlyList<AppendedMessage>>> CopyAsync(FolderId from, IReadOnlyList<MessageId> messages, FolderId to, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Moves within the mailbox: ids stay, UIDs and MIDs are new. Messages that are gone are skipped; the result tells which went where.</summary>
    public ValueTask<StoreResult<IReadOnlyList<MovedMessage>>> MoveAsync(FolderId from, IReadOnlyList<MessageId> messages, FolderId to, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Deletes for good.</summary>
    public ValueTask<StoreResult<IReadOnlyList<MessageId>>> DeleteAsync(FolderId folder, IReadOnlyList<MessageId> messages, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Whole summary rows, one query for all; in the order asked for, null where gone.</summary>
    public ValueTask<StoreResult<IReadOnlyList<MessageRow?>>> ReadRowsAsync(FolderId folder, ReadOnlyMemory<MessageId> messages, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>IMAP digests of a UID range, in order, in one scan.</summary>
    public ValueTask<StoreError> ScanDigestsAsync(FolderId folder, uint firstUid, uint lastUid, IDigestSink sink, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The MIME form: the original bytes, or the derived ones of a property message. Valid until disposed.</summary>
    public ValueTask<StoreResult<BlobLease>> OpenMimeAsync(FolderId folder, MessageId message, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The message as properties, recipients and attachments, whatever form is authoritative, with the mailbox's named property ids and the overlay applied.</summary>
    public ValueTask<StoreResult<PropertyMessage>> OpenPropertiesAsync(FolderId folder, MessageId message, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>
    /// Messages of the folder that match a text criterion, ids ascending. Any and Body go through the full-text index, brought up to date first (words match from their start);
    /// the header fields are substring matches on the summary, Header reads the message heads.
    /// </summary>
    public ValueTask<StoreResult<IReadOnlyList<MessageId>>> FindTextAsync(FolderId folder, TextCriterion criterion, CancellationToken cancel) => throw new NotImplementedException();

    public ValueTask<StoreResult<MessageRow>> FindByMidAsync(long mid, CancellationToken cancel) => throw new NotImplementedException();

    // Named properties [MS-OXCPRPT] 3.2.5.9, 3.2.5.10

    /// <summary>Ids for names, in order; 0 where unknown and not to be created, or the limit is reached.</summary>
    public ValueTask<StoreResult<ushort[]>> GetPropertyIdsAsync(IReadOnlyList<PropertyName> names, bool create, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The name behind an id from 0x8000 on; null where unknown.</summary>
    public PropertyName? GetPropertyName(ushort id) => throw new NotImplementedException();

    // Changes

    /// <summary>Called back, in sequence order and after they are durable, with the mailbox's changes. Must return quickly and never wait.</summary>
    public IDisposable Subscribe(Action<IReadOnlyList<Change>> onChanges) => throw new NotImplementedException();

    public ValueTask<StoreResult<IReadOnlyList<Change>>> ReadChangesAsync(long afterSequence, FolderId? folder, int limit, CancellationToken cancel) => throw new NotImplementedException();

    // Client state

    public ValueTask<ReadOnlyMemory<byte>?> ReadClientStateAsync(ClientStateKey key, CancellationToken cancel) => throw new NotImplementedException();

    public ValueTask<IReadOnlyList<(string Key, ReadOnlyMemory<byte> Value)>> ReadClientStatesAsync(string client, string collection, CancellationToken cancel) => throw new NotImplementedException();

    public ValueTask<StoreError> WriteClientStateAsync(IReadOnlyList<(ClientStateKey Key, ReadOnlyMemory<byte>? Value)> states, CancellationToken cancel) => throw new NotImplementedException();

    // Quota

    public ValueTask<StoreError> SetQuotaAsync(long? bytes, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Bytes used, bytes allowed (0: no limit).</summary>
    public (long Used, long Limit) Quota => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <param name="Received">INTERNALDATE; now where null.</param>
public sealed record AppendOptions(MessageState State, IReadOnlyList<string> Keywords, FileTime? Received)
{
    public static AppendOptions Default { get; } = new(MessageState.None, [], null);
}

public sealed record NewFolder(string Name)
{
    public FolderType Type { get; init; } = FolderType.Generic;

    public string ContainerClass { get; init; } = "IPF.Note";

    public string Comment { get; init; } = "";

    /// <summary>Answer with the folder that already has the name instead of <see cref="StoreError.AlreadyExists"/>.</summary>
    public bool OpenExisting { get; init; }
}

/// <summary>What to do with flags and keywords.</summary>
/// <param name="Set">Bits to set; with <paramref name="Replace"/> every other settable bit is cleared.</param>
public sealed record FlagChange(MessageState Set, MessageState Clear, IReadOnlyList<string> AddKeywords, IReadOnlyList<string> RemoveKeywords, bool Replace)
{
    public long UnchangedSince { get; init; } = long.MaxValue;
}

/// <summary>Messages whose flags changed, those left alone because they had changed since, and the sequence of the last change.</summary>
public sealed record FlagsOutcome(IReadOnlyList<MessageId> Changed, IReadOnlyList<MessageId> Conflicts, long Sequence);

public readonly record struct MovedMessage(MessageId Id, uint OldUid, uint NewUid, uint NewUidValidity);

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
