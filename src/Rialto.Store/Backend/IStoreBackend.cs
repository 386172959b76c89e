using System.Buffers;
using Rialto.Model;
using Rialto.Store.Searching.Text;

namespace Rialto.Store.Backend;

/// <summary>A place to keep mailboxes: the seam between the engine and SQLite or PostgreSQL.</summary>
public interface IStoreBackend : IAsyncDisposable
{
    /// <summary>"sqlite" or "postgres".</summary>
    string Name { get; }

    /// <summary>Whether other servers may write the same mailboxes, so that the engine must ask for the newest sequence before it answers.</summary>
    bool IsShared { get; }

    IBlobStore Blobs { get; }

    /// <summary>Creates an empty mailbox. Returns false when it exists already.</summary>
    ValueTask<bool> CreateMailboxAsync(MailboxHeader header, WriteBatch initial, CancellationToken cancel);

    /// <summary>Creates many at once with as few syncs as possible (demo, provisioning); existing ones are skipped.</summary>
    ValueTask CreateMailboxesAsync(IReadOnlyList<(MailboxHeader Header, WriteBatch Initial)> mailboxes, CancellationToken cancel);

    /// <summary>Opens a mailbox; null when there is none.</summary>
    ValueTask<IMailboxStorage?> OpenMailboxAsync(Guid mailbox, CancellationToken cancel);

    ValueTask<bool> DeleteMailboxAsync(Guid mailbox, CancellationToken cancel);

    IAsyncEnumerable<MailboxHeader> ListMailboxesAsync(CancellationToken cancel);

    /// <summary>Calls back, from any thread, when another server is known to have written a mailbox. A hint; the sequence is the truth.</summary>
    IDisposable WatchMailboxes(Action<Guid> changed);

    /// <summary>A consistent copy of everything into an empty directory while work goes on.</summary>
    ValueTask BackupAsync(string directory, IProgress<BackendProgress>? progress, CancellationToken cancel);

    /// <summary>Verifies every invariant of the data, read-only; one line a defect.</summary>
    IAsyncEnumerable<string> CheckAsync(IProgress<BackendProgress>? progress, CancellationToken cancel);
}

public readonly record struct BackendProgress(string What, long Done, long Total);

/// <summary>What is fixed when a mailbox is created.</summary>
/// <param name="Id">The mailbox GUID.</param>
/// <param name="ReplicaGuid">The REPLGUID behind REPLID 1: all FIDs, MIDs and CNs of the mailbox are its. [MS-OXCFXICS] 2.2.1.</param>
/// <param name="IsPublic">A public folder store: read state is kept per principal.</param>
/// <param name="Owner">The account whose mailbox it is; empty for public stores.</param>
public sealed record MailboxHeader(Guid Id, Guid ReplicaGuid, bool IsPublic, Guid Owner, long CreatedUtcTicks);

/// <summary>What the engine keeps in memory of an open mailbox.</summary>
public sealed class MailboxImage
{
    public required MailboxHeader Header { get; init; }

    public required long Sequence { get; init; }

    public required IReadOnlyList<Folder> Folders { get; init; }

    public required IReadOnlyList<(ushort Id, PropertyName Name)> NamedProperties { get; init; }

    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Oldest sequence from which the change log is complete.</summary>
    public required long OldestChange { get; init; }
}

/// <summary>
/// One open mailbox of a backend. Reads may run at the same time as each other and as one writer, and see what was applied when they began.
/// <see cref="ApplyAsync"/> has one caller at a time.
/// </summary>
public interface IMailboxStorage : IAsyncDisposable
{
    ValueTask<MailboxImage> LoadAsync(CancellationToken cancel);

    /// <summary>The counter now; a constant-time answer from memory where nobody else writes.</summary>
    ValueTask<long> ReadSequenceAsync(CancellationToken cancel);

    /// <summary>
    /// Applies the batch: when the outer task completes, reads see it; when the returned inner task completes it is durable. The next batch may be applied in between.
    /// Throws <see cref="StaleSequenceException"/>, having written nothing, when another server has moved the counter;
    /// <see cref="StorageUnavailableException"/> when the disk is full or the database is away.
    /// </summary>
    ValueTask<Task> ApplyAsync(WriteBatch batch, CancellationToken cancel);

    /// <summary>The narrow rows of a folder, in UID order, appended to the builder in one range scan; <paramref name="afterSequence"/> limits to newer rows.</summary>
    ValueTask ScanStatesAsync(FolderId folder, long afterSequence, IStateSink sink, CancellationToken cancel);

    /// <summary>The narrow rows of the newest messages by delivery time (newest first), at most <paramref name="limit"/>: the first page, before the folder's view is loaded.</summary>
    ValueTask ScanNewestAsync(FolderId folder, int limit, IStateSink sink, CancellationToken cancel);

    /// <summary>A page of the narrow rows of a folder, all messages in it, from a place on: the way through a folder that keeps nothing in between.</summary>
    ValueTask ScanPageAsync(FolderId folder, StatePage page, IStateSink sink, CancellationToken cancel);

    /// <summary>Hot columns for sorting and searching of a range of UIDs, in their order, one range scan: only the columns asked for are read.</summary>
    ValueTask ScanSummariesAsync(FolderId folder, uint firstUid, uint lastUid, SummaryColumns columns, ISummarySink sink, CancellationToken cancel);

    /// <summary>Whole rows, one query; missing ids are left out; order not promised.</summary>
    ValueTask<IReadOnlyList<MessageRow>> ReadRowsAsync(ReadOnlyMemory<MessageId> ids, CancellationToken cancel);

    /// <summary>When messages came into their folders, in UTC ticks, of those that were not created there then (<see cref="SavedTimes"/>).</summary>
    ValueTask<IReadOnlyDictionary<MessageId, long>> ReadSavedTimesAsync(ReadOnlyMemory<MessageId> ids, CancellationToken cancel);

    /// <summary>The digests of a UID range in UID order, in one range scan, handed over as they are read. The sink's span is valid during the call only.</summary>
    ValueTask ScanDigestsAsync(FolderId folder, uint firstUid, uint lastUid, IDigestSink sink, CancellationToken cancel);

    /// <summary>Ids by unique text key.</summary>
    ValueTask<MessageId?> FindByUrlNameAsync(FolderId folder, string urlName, CancellationToken cancel);

    ValueTask<IReadOnlyList<MessageId>> FindByCalendarUidAsync(string uid, CancellationToken cancel);

    ValueTask<IReadOnlyList<MessageId>> FindByInternetMessageIdAsync(string messageId, CancellationToken cancel);

    /// <summary>Items of a folder that touch a time range, recurring series included.</summary>
    ValueTask<IReadOnlyList<MessageId>> FindInTimeRangeAsync(FolderId folder, FileTime start, FileTime end, CancellationToken cancel);

    /// <summary>The message that holds a MID; null when none does.</summary>
    ValueTask<MessageId?> FindByMidAsync(long mid, CancellationToken cancel);

    /// <summary>Change log entries after a sequence, in order, at most <paramref name="limit"/>; of one folder when given.</summary>
    ValueTask<IReadOnlyList<Change>> ReadChangesAsync(long afterSequence, FolderId? folder, int limit, CancellationToken cancel);

    ValueTask<ReadOnlyMemory<byte>?> ReadClientStateAsync(ClientStateKey key, CancellationToken cancel);

    ValueTask<IReadOnlyList<(string Key, ReadOnlyMemory<byte> Value)>> ReadClientStatesAsync(string client, string collection, CancellationToken cancel);

    ValueTask<ReadOnlyMemory<byte>?> ReadReadSetAsync(Guid principal, FolderId folder, CancellationToken cancel);

    ValueTask<bool> IsDeliveredAsync(Guid queueId, CancellationToken cancel);

    /// <summary>The full-text index: highest message id it holds.</summary>
    ValueTask<MessageId> ReadIndexedUpToAsync(CancellationToken cancel);

    /// <summary>Ids after <paramref name="after"/>, ascending, of messages in the mailbox: what is still to be indexed.</summary>
    ValueTask<IReadOnlyList<MessageId>> ListIdsAsync(MessageId after, int limit, CancellationToken cancel);

    /// <summary>
    /// Adds documents to the index and moves its watermark to the last id, in one transaction of the index, which is derived data and not in the commit log. Does nothing when the index was begun anew
    /// since the watermark was read: it would have a gap.
    /// </summary>
    ValueTask IndexAsync(IReadOnlyList<TextDocument> documents, MessageId upTo, CancellationToken cancel);

    /// <summary>Messages whose text holds the text asked for (<see cref="SearchText"/> says what is the same), or may hold it.</summary>
    ValueTask<TextHits> SearchTextAsync(TextQuery query, CancellationToken cancel);
}

/// <param name="Header">All fields of the header, decoded, a line each.</param>
/// <param name="Body">The text of the body.</param>
public sealed record TextDocument(MessageId Id, string Header, string Body);

public enum TextField
{
    /// <summary>Header and body.</summary>
    Any,
    Header,
    Body,
}

/// <summary>What the full-text index knows of a text.</summary>
/// <param name="Ids">Messages that hold it or may hold it, ascending; none that hold it is missing. May have ids that are gone or were moved: the caller intersects with the folder's view.
/// Null: the index does not know, any message may.</param>
/// <param name="IsExact">They hold it, but for the doubtful ones. Otherwise the caller reads them.</param>
/// <param name="Doubtful">Messages whose older texts are still in the index.</param>
public sealed record TextHits(IReadOnlyList<MessageId>? Ids, bool IsExact, IReadOnlySet<MessageId> Doubtful)
{
    public static IReadOnlySet<MessageId> None { get; } = new HashSet<MessageId>();

    public static TextHits Nothing { get; } = new([], true, None);
}

/// <summary>A text looked up in the full-text index.</summary>
public sealed record TextQuery(TextField Field, string Text)
{
    /// <summary>What the index was brought up to before it is asked: one that holds less was begun anew since, and any message may hold the text.</summary>
    public MessageId IndexedUpTo { get; init; }
}

/// <summary>The narrow row of a message, as the folder's view holds it. Keywords are separated by line feeds, in the order given; null for none.</summary>
public readonly record struct StateRow(MessageId Id, uint Uid, long Mid, long Sequence, long Cn, long ReadCn, MessageState State, int Status, long MimeSize, long ReceivedTicks, string? Keywords);

/// <summary>Which rows of a folder come next.</summary>
/// <param name="NewestFirst">From the newest delivery time on, and in a time from the highest UID; ordinary messages alone. Otherwise by UID, all messages.</param>
/// <param name="AfterReceived">With <paramref name="NewestFirst"/> the delivery time of the last row; the greatest for the first page.</param>
/// <param name="AfterUid">The UID of the last row; for the first page 0, or with <paramref name="NewestFirst"/> the greatest.</param>
/// <param name="Limit">Rows at most.</param>
public readonly record struct StatePage(bool NewestFirst, long AfterReceived, uint AfterUid, int Limit)
{
    public static StatePage First(bool newestFirst, int limit) => new(newestFirst, long.MaxValue, newestFirst ? uint.MaxValue : 0, limit);

    public StatePage After(in StateRow row) => this with { AfterReceived = row.ReceivedTicks, AfterUid = row.Uid };
}

/// <summary>Receives rows during a scan; called on the scanning thread, must not wait.</summary>
public interface IStateSink
{
    void Add(in StateRow row);
}

[Flags]
public enum SummaryColumns
{
    Subject = 1,
    From = 2,
    To = 4,
    Cc = 8,
    Bcc = 16,
    Sent = 32,
    MessageClass = 64,
    Importance = 128,
    ConversationTopic = 256,
    InternetMessageId = 512,
    Preview = 1024,
    Content = 2048,
    RangeStart = 4096,
    Sensitivity = 8192,
    Modified = 16384,
}

/// <summary>The columns asked for in a summary scan; the others are default. Text is UTF-8 and valid during the call only.</summary>
public ref struct SummaryRow
{
    public MessageId Id;
    public uint Uid;
    public ReadOnlySpan<byte> SubjectPrefix;
    public ReadOnlySpan<byte> NormalizedSubject;
    public ReadOnlySpan<byte> FromName;
    public ReadOnlySpan<byte> FromAddress;
    public ReadOnlySpan<byte> DisplayTo;
    public ReadOnlySpan<byte> DisplayCc;
    public ReadOnlySpan<byte> DisplayBcc;
    public ReadOnlySpan<byte> MessageClass;
    public ReadOnlySpan<byte> ConversationTopic;
    public ReadOnlySpan<byte> InternetMessageId;
    public ReadOnlySpan<byte> Preview;
    public long SentTicks;
    public long ModifiedTicks;
    public long RangeStartTicks;
    public byte Importance;
    public byte Sensitivity;
    public ContentKind Kind;
    public BlobRef Mime;
}

public interface ISummarySink
{
    void Add(in SummaryRow row);
}

/// <summary>Receives digests during a scan. Returning false ends the scan.</summary>
public interface IDigestSink
{
    bool Add(uint uid, ReadOnlySpan<byte> digest);
}

/// <summary>
/// Content-addressed bytes outside the mailbox databases: packed, streamed, shared by all mailboxes, reclaimed by mark and sweep with a grace period.
/// </summary>
public interface IBlobStore
{
    /// <summary>
    /// Keeps the bytes: readable when this returns, durable no later than the next <see cref="IMailboxStorage.ApplyAsync"/> or queue write of this backend that becomes durable.
    /// Bytes that are already kept may get the reference they have.
    /// </summary>
    ValueTask<BlobRef> WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken cancel);

    /// <summary>For bytes of unknown or large size: write, then complete; disposing without completing leaves nothing.</summary>
    IBlobWriter CreateWriter();

    /// <summary>The whole content as memory (mapped, or a pooled copy), valid until the lease is disposed.</summary>
    ValueTask<BlobLease> OpenAsync(BlobRef blob, CancellationToken cancel);

    /// <summary>Frees what none of the marked references needs and that is older than the grace period.</summary>
    ValueTask<long> SweepAsync(IAsyncEnumerable<BlobRef> marked, TimeSpan grace, CancellationToken cancel);
}

public interface IBlobWriter : IBufferWriter<byte>, IAsyncDisposable
{
    long Length { get; }

    /// <summary>Gives way to the disk once enough has been buffered; call between chunks of a large body.</summary>
    ValueTask FlushAsync(CancellationToken cancel);

    ValueTask<BlobRef> CompleteAsync(CancellationToken cancel);
}

/// <summary>Bytes lent by the blob store.</summary>
public sealed class BlobLease(ReadOnlyMemory<byte> memory, IDisposable? owner) : IDisposable
{
    private IDisposable? _owner = owner;

    public ReadOnlyMemory<byte> Memory { get; } = memory;

    public void Dispose() => Interlocked.Exchange(ref _owner, null)?.Dispose();
}

/// <summary>Another server wrote the mailbox first: reload what changed and compute the batch anew.</summary>
public sealed class StaleSequenceException(long actual) : Exception($"The mailbox has moved on to sequence {actual}.")
{
    public long Actual { get; } = actual;
}

/// <summary>Nothing was written and nothing may be acknowledged; the caller reports a temporary failure.</summary>
public sealed class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
