using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Databases;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>
/// One user's hold on a mailbox. All queries run where they are called, on read connections: SQLite answers from memory or the file cache, and a
/// thread hop would cost more than most of them.
/// </summary>
internal sealed class MailboxStorage(MailboxDatabase database) : IMailboxStorage
{
    public ValueTask<MailboxImage> LoadAsync(CancellationToken cancel)
    {
        if (database.IsPristine)
        {
            var batch = database.InitialBatch();
            if (database.IsPristine && PristineMailbox.Suits(batch))
                return ValueTask.FromResult(PristineMailbox.Load(database.Header, batch));
            database.Materialize();
        }
        return ValueTask.FromResult(database.QueryTransaction(database.Header, static (c, header) => MailboxQueries.Load(c, header)));
    }

    public ValueTask<long> ReadSequenceAsync(CancellationToken cancel) => ValueTask.FromResult(database.Sequence());

    public async ValueTask<Task> ApplyAsync(WriteBatch batch, CancellationToken cancel)
    {
        using var turn = await database.EnterAsync(cancel);
        return database.Apply(batch);
    }

    public ValueTask ScanStatesAsync(FolderId folder, long afterSequence, IStateSink sink, CancellationToken cancel)
    {
        if (!database.IsPristine)
            database.Query((folder, afterSequence, sink), static (c, a) => MailboxQueries.ScanStates(c, a.folder, a.afterSequence, a.sink));
        return ValueTask.CompletedTask;
    }

    public ValueTask ScanNewestAsync(FolderId folder, int limit, IStateSink sink, CancellationToken cancel)
    {
        if (!database.IsPristine)
            database.Query((folder, limit, sink), static (c, a) => MailboxQueries.ScanNewest(c, a.folder, a.limit, a.sink));
        return ValueTask.CompletedTask;
    }

    public ValueTask ScanPageAsync(FolderId folder, StatePage page, IStateSink sink, CancellationToken cancel)
    {
        if (!database.IsPristine)
            database.Query((folder, page, sink), static (c, a) => MailboxQueries.ScanPage(c, a.folder, a.page, a.sink));
        return ValueTask.CompletedTask;
    }

    public ValueTask ScanSummariesAsync(FolderId folder, uint firstUid, uint lastUid, SummaryColumns columns, ISummarySink sink, CancellationToken cancel)
    {
        if (!database.IsPristine)
            database.Query((folder, firstUid, lastUid, columns, sink), static (c, a) => SummaryScan.Run(c, a.folder, a.firstUid, a.lastUid, a.columns, a.sink));
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<MessageRow>> ReadRowsAsync(ReadOnlyMemory<MessageId> ids, CancellationToken cancel) =>
        ValueTask.FromResult<IReadOnlyList<MessageRow>>(database.IsPristine ? [] : database.Query(ids, static (c, i) => MailboxQueries.ReadRows(c, i.Span)));

    public ValueTask<IReadOnlyDictionary<MessageId, long>> ReadSavedTimesAsync(ReadOnlyMemory<MessageId> ids, CancellationToken cancel) =>
        ValueTask.FromResult(database.IsPristine ? new Dictionary<MessageId, long>() : database.Query(ids, static (c, i) => SavedTable.Read(c, i.Span)));

    public ValueTask ScanDigestsAsync(FolderId folder, uint firstUid, uint lastUid, IDigestSink sink, CancellationToken cancel)
    {
        if (!database.IsPristine)
            database.Query((folder, firstUid, lastUid, sink), static (c, a) => MailboxQueries.ScanDigests(c, a.folder, a.firstUid, a.lastUid, a.sink));
        return ValueTask.CompletedTask;
    }

    public ValueTask<MessageId?> FindByUrlNameAsync(FolderId folder, string urlName, CancellationToken cancel) =>
        ValueTask.FromResult(database.IsPristine ? null : database.Query((folder, urlName), static (c, a) => MailboxQueries.FindByUrlName(c, a.folder, a.urlName)));

    public ValueTask<IReadOnlyList<MessageId>> FindByCalendarUidAsync(string uid, CancellationToken cancel) =>
        Ids(uid, static (c, u) => MailboxQueries.FindByCalendarUid(c, u));

    public ValueTask<IReadOnlyList<MessageId>> FindByInternetMessageIdAsync(string messageId, CancellationToken cancel) =>
        Ids(messageId, static (c, m) => MailboxQueries.FindByInternetMessageId(c, m));

    public ValueTask<IReadOnlyList<MessageId>> FindInTimeRangeAsync(FolderId folder, FileTime start, FileTime end, CancellationToken cancel) =>
        Ids((folder, start, end), static (c, a) => MailboxQueries.FindInTimeRange(c, a.folder, a.start, a.end));

    public ValueTask<MessageId?> FindByMidAsync(long mid, CancellationToken cancel) =>
        ValueTask.FromResult(database.IsPristine ? null : database.Query(mid, static (c, m) => MailboxQueries.FindByMid(c, m)));

    public ValueTask<IReadOnlyList<Change>> ReadChangesAsync(long afterSequence, FolderId? folder, int limit, CancellationToken cancel)
    {
        if (database.IsPristine)
        {
            var batch = database.InitialBatch();
            if (database.IsPristine)
                return ValueTask.FromResult<IReadOnlyList<Change>>(PristineMailbox.Changes(batch, afterSequence, folder, limit));
        }
        return ValueTask.FromResult<IReadOnlyList<Change>>(database.Query((afterSequence, folder, limit), static (c, a) => ChangeQueries.Read(c, a.afterSequence, a.folder, a.limit)));
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadClientStateAsync(ClientStateKey key, CancellationToken cancel) =>
        Blob(key, static (c, k) =>
        {
            using var s = c.Prepare("SELECT value FROM client_state WHERE client=?1 AND collection=?2 AND key=?3").Bind(1, k.Client.AsSpan()).Bind(2, k.Collection.AsSpan()).Bind(3, k.Key.AsSpan());
            return s.Step() ? s.Bytes(0).ToArray() : null;
        });

    public ValueTask<IReadOnlyList<(string Key, ReadOnlyMemory<byte> Value)>> ReadClientStatesAsync(string client, string collection, CancellationToken cancel)
    {
        if (database.IsPristine)
            return ValueTask.FromResult<IReadOnlyList<(string, ReadOnlyMemory<byte>)>>([]);
        return ValueTask.FromResult<IReadOnlyList<(string, ReadOnlyMemory<byte>)>>(database.Query((client, collection), static (c, a) =>
        {
            var states = new List<(string, ReadOnlyMemory<byte>)>();
            using var s = c.Prepare("SELECT key, value FROM client_state WHERE client=?1 AND collection=?2 ORDER BY key").Bind(1, a.client.AsSpan()).Bind(2, a.collection.AsSpan());
            while (s.Step())
                states.Add((s.Text(0), s.Bytes(1).ToArray()));
            return states;
        }));
    }

    public ValueTask<ReadOnlyMemory<byte>?> ReadReadSetAsync(Guid principal, FolderId folder, CancellationToken cancel) =>
        Blob((principal, folder), static (c, a) =>
        {
            using var s = c.Prepare("SELECT value FROM read_set WHERE principal=?1 AND folder=?2").Bind(1, a.principal).Bind(2, a.folder.Value);
            return s.Step() ? s.Bytes(0).ToArray() : null;
        });

    public ValueTask<bool> IsDeliveredAsync(Guid queueId, CancellationToken cancel) =>
        ValueTask.FromResult(!database.IsPristine && database.Query(queueId, static (c, id) =>
        {
            using var s = c.Prepare("SELECT 1 FROM delivered WHERE queue_id=?1").Bind(1, id);
            return s.Step();
        }));

    public ValueTask<MessageId> ReadIndexedUpToAsync(CancellationToken cancel) => ValueTask.FromResult(database.Text.ReadWatermark());

    public ValueTask<IReadOnlyList<MessageId>> ListIdsAsync(MessageId after, int limit, CancellationToken cancel) =>
        Ids((after, limit), static (c, a) =>
        {
            using var s = c.Prepare("SELECT id FROM message WHERE id>?1 ORDER BY id LIMIT ?2").Bind(1, a.after.Value).Bind(2, a.limit);
            return MailboxQueries.ReadIds(s);
        });

    public ValueTask IndexAsync(IReadOnlyList<TextDocument> documents, MessageId upTo, CancellationToken cancel) => database.Text.IndexAsync(documents, upTo, cancel);

    public ValueTask<TextHits> SearchTextAsync(TextQuery query, CancellationToken cancel) => ValueTask.FromResult(database.Text.Search(query, cancel));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ValueTask<IReadOnlyList<MessageId>> Ids<TState>(TState state, Func<Native.SqliteConnection, TState, List<MessageId>> query) =>
        ValueTask.FromResult<IReadOnlyList<MessageId>>(database.IsPristine ? [] : database.Query(state, query));

    private ValueTask<ReadOnlyMemory<byte>?> Blob<TState>(TState state, Func<Native.SqliteConnection, TState, byte[]?> query)
    {
        var bytes = database.IsPristine ? null : database.Query(state, query);
        return ValueTask.FromResult(bytes is null ? (ReadOnlyMemory<byte>?)null : bytes);
    }
}
