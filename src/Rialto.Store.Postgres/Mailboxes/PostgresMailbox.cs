using Npgsql;
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>One open mailbox in the shared tables.</summary>
internal sealed class PostgresMailbox(PostgresStoreBackend backend, MailboxHeader header, long number) : IMailboxStorage
{
    private readonly Database _database = backend.Database;
    private readonly Guid _id = header.Id;
    private readonly TextIndex _text = new(backend.Database, header.Id, number, backend.HasTextWords);
    private long _known;

    /// <summary>Newest sequence that whoever opened the mailbox has seen through this object.</summary>
    public long Known => Volatile.Read(ref _known);

    public Guid Id => _id;

    public async ValueTask<MailboxImage> LoadAsync(CancellationToken cancel)
    {
        var image = await _database.RunAsync(async connection =>
        {
            // One snapshot: folders, counters and the sequence are of the same moment.
            await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
            var loaded = await LoadImageAsync(connection, cancel);
            await transaction.CommitAsync(cancel);
            return loaded;
        }, cancel);
        Know(image.Sequence);
        return image;
    }

    private async Task<MailboxImage> LoadImageAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("SELECT sequence, oldest_change FROM mailbox WHERE id = $1").With(_id);
        batch.Add("""
            SELECT f.id, f.parent, f.body, c.uid_next, c.highest_sequence, c.messages, c.unread, c.associated, c.size, c.newest_change
            FROM folder f JOIN folder_counter c ON c.mailbox = f.mailbox AND c.folder = f.id WHERE f.mailbox = $1
            """).With(_id);
        batch.Add("SELECT id, property_set, lid, name FROM named_property WHERE mailbox = $1 ORDER BY id").With(_id);
        batch.Add("SELECT name, value FROM setting WHERE mailbox = $1").With(_id);
        await using var r = await batch.ExecuteReaderAsync(cancel);
        if (!await r.ReadAsync(cancel))
            throw Gone();
        var (sequence, oldest) = (r.Int64(0), r.Int64(1));
        var folders = new List<Folder>();
        await r.NextResultAsync(cancel);
        while (await r.ReadAsync(cancel))
        {
            folders.Add(RecordCodec.ReadFolder(r.Int64(0), r.Int64(1), r.Bytes(2), new FolderCounters
            {
                UidNext = (uint)r.Int64(3),
                HighestSequence = r.Int64(4),
                Count = (int)r.Int64(5),
                Unread = (int)r.Int64(6),
                AssociatedCount = (int)r.Int64(7),
                Size = r.Int64(8),
                NewestChange = new(r.Int64(9)),
            }));
        }
        var names = new List<(ushort, PropertyName)>();
        await r.NextResultAsync(cancel);
        while (await r.ReadAsync(cancel))
            names.Add(((ushort)r.GetInt32(0), new PropertyName(r.GetGuid(1), (uint)r.Int64(2), r.IsDBNull(3) ? null : r.Utf8(3))));
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        await r.NextResultAsync(cancel);
        while (await r.ReadAsync(cancel))
            settings[r.GetString(0)] = r.Utf8(1);
        return new MailboxImage { Header = header, Sequence = sequence, OldestChange = oldest, Folders = folders, NamedProperties = names, Settings = settings };
    }

    public async ValueTask<long> ReadSequenceAsync(CancellationToken cancel) =>
        await _database.FirstAsync("SELECT sequence FROM mailbox WHERE id = $1", p => p.With(_id), r => (long?)r.Int64(0), cancel) ?? throw Gone();

    /// <summary>
    /// The guard takes the mailbox's row, so that whoever else writes it waits, and fails the whole pipeline when the counter has moved on: one round trip, one transaction,
    /// committed and flushed when it returns. The token tells a batch whose answer was lost with its connection from one that never arrived.
    /// </summary>
    public async ValueTask<Task> ApplyAsync(WriteBatch batch, CancellationToken cancel)
    {
        var token = Guid.NewGuid();
        await _database.RunAsync(async connection =>
        {
            await using var commands = new NpgsqlBatch(connection);
            commands.Add("""
                WITH moved AS (UPDATE mailbox SET sequence = $3, writer = $4 WHERE id = $1 AND sequence = $2 RETURNING 1 AS one) SELECT 1 / (SELECT count(*) FROM moved)
                """).With(_id).With(batch.ExpectedSequence).With(batch.NewSequence).With(token);
            new BatchCommands(backend.HasTextWords).Add(_id, batch.Mutations).WriteTo(commands);
            try
            {
                return await commands.ExecuteNonQueryAsync(cancel);
            }
            catch (PostgresException e) when (Faults.IsGuard(e))
            {
                await RefuseAsync(connection, token, cancel);
                return 0;
            }
        }, cancel);
        Know(batch.NewSequence);
        backend.TellWritten(_id, batch.NewSequence);
        return Task.CompletedTask;
    }

    private async Task RefuseAsync(NpgsqlConnection connection, Guid token, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("SELECT sequence, writer FROM mailbox WHERE id = $1", connection);
        command.Parameters.With(_id);
        await using var r = await command.ExecuteReaderAsync(cancel);
        if (!await r.ReadAsync(cancel))
            throw Gone();
        if (r.IsDBNull(1) || r.GetGuid(1) != token)
            throw new StaleSequenceException(r.Int64(0));
    }

    private StorageUnavailableException Gone() => new($"The mailbox {_id} has been deleted.");

    private void Know(long sequence)
    {
        var known = Volatile.Read(ref _known);
        while (known < sequence && Interlocked.CompareExchange(ref _known, sequence, known) is var now && now != known)
            known = now;
    }

    public async ValueTask ScanStatesAsync(FolderId folder, long afterSequence, IStateSink sink, CancellationToken cancel) => await _database.QueryAsync(
        $"SELECT {StateColumns.Read} FROM message_state s WHERE s.mailbox = $1 AND s.folder = $2 AND s.sequence > $3 ORDER BY s.uid",
        p => p.With(_id).With(folder.Value).With(afterSequence), r => Give(r, sink), cancel);

    public async ValueTask ScanNewestAsync(FolderId folder, int limit, IStateSink sink, CancellationToken cancel) => await _database.QueryAsync(
        $"""
        SELECT {StateColumns.Read} FROM message_state s WHERE s.mailbox = $1 AND s.folder = $2 AND s.flags & {(int)(MessageState.Associated | MessageState.SoftDeleted)} = 0
        ORDER BY s.received DESC, s.uid DESC LIMIT $3
        """,
        p => p.With(_id).With(folder.Value).With(limit), r => Give(r, sink), cancel);

    public async ValueTask ScanPageAsync(FolderId folder, StatePage page, IStateSink sink, CancellationToken cancel)
    {
        if (page.NewestFirst)
        {
            await _database.QueryAsync(
                $"""
                SELECT {StateColumns.Read} FROM message_state s WHERE s.mailbox = $1 AND s.folder = $2 AND s.flags & {(int)(MessageState.Associated | MessageState.SoftDeleted)} = 0
                    AND s.received <= $3 AND (s.received < $3 OR s.uid < $4)
                ORDER BY s.received DESC, s.uid DESC LIMIT $5
                """,
                p => p.With(_id).With(folder.Value).With(page.AfterReceived).With((long)page.AfterUid).With(page.Limit), r => Give(r, sink), cancel);
            return;
        }
        await _database.QueryAsync(
            $"SELECT {StateColumns.Read} FROM message_state s WHERE s.mailbox = $1 AND s.folder = $2 AND s.uid > $3 ORDER BY s.uid LIMIT $4",
            p => p.With(_id).With(folder.Value).With((long)page.AfterUid).With(page.Limit), r => Give(r, sink), cancel);
    }

    private static bool Give(NpgsqlDataReader reader, IStateSink sink)
    {
        var row = StateColumns.ReadState(reader);
        sink.Add(in row);
        return true;
    }

    public async ValueTask ScanSummariesAsync(FolderId folder, uint firstUid, uint lastUid, SummaryColumns columns, ISummarySink sink, CancellationToken cancel)
    {
        using var scan = new SummaryScan(columns);
        await _database.QueryAsync(scan.Sql, p => p.With(_id).With(folder.Value).With((long)firstUid).With((long)lastUid), r =>
        {
            scan.Read(r, sink);
            return true;
        }, cancel);
    }

    public async ValueTask<IReadOnlyDictionary<MessageId, long>> ReadSavedTimesAsync(ReadOnlyMemory<MessageId> ids, CancellationToken cancel) =>
        (await _database.ListAsync("SELECT id, time FROM message_saved WHERE mailbox = $1 AND id = ANY($2::bigint[])",
            p => p.With(_id).With(ids.ToArray().Select(i => i.Value)), r => (Id: new MessageId(r.Int64(0)), Time: r.Int64(1)), cancel)).ToDictionary(s => s.Id, s => s.Time);

    public async ValueTask<IReadOnlyList<MessageRow>> ReadRowsAsync(ReadOnlyMemory<MessageId> ids, CancellationToken cancel)
    {
        if (ids.IsEmpty)
            return [];
        var values = new long[ids.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = ids.Span[i].Value;
        return await _database.ListAsync(SummaryColumnArrays.ReadRows, p => p.With(_id).With(values), SummaryColumnArrays.ReadRow, cancel);
    }

    public async ValueTask ScanDigestsAsync(FolderId folder, uint firstUid, uint lastUid, IDigestSink sink, CancellationToken cancel)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            await _database.QueryAsync("SELECT uid, digest FROM message_digest WHERE mailbox = $1 AND folder = $2 AND uid BETWEEN $3 AND $4 ORDER BY uid",
                p => p.With(_id).With(folder.Value).With((long)firstUid).With((long)lastUid), r =>
                {
                    var length = (int)r.GetBytes(1, 0, null, 0, 0);
                    if (length > buffer.Length)
                    {
                        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
                        buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(length);
                    }
                    r.GetBytes(1, 0, buffer, 0, length);
                    return sink.Add((uint)r.Int64(0), buffer.AsSpan(0, length));
                }, cancel);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async ValueTask<MessageId?> FindByUrlNameAsync(FolderId folder, string urlName, CancellationToken cancel) => await _database.FirstAsync(
        """
        SELECT m.id FROM message_summary m JOIN message_state s ON s.mailbox = m.mailbox AND s.id = m.id
        WHERE m.mailbox = $1 AND m.url_name_hash = $2 AND m.url_name = $3 AND s.folder = $4 LIMIT 1
        """,
        p => p.With(_id).With(Keys.Of(urlName) ?? 0).With(Keys.Utf8(urlName) ?? []).With(folder.Value), r => (MessageId?)Id0(r), cancel);

    public ValueTask<IReadOnlyList<MessageId>> FindByCalendarUidAsync(string uid, CancellationToken cancel) => FindByHashAsync("calendar_uid", uid, cancel);

    public ValueTask<IReadOnlyList<MessageId>> FindByInternetMessageIdAsync(string messageId, CancellationToken cancel) => FindByHashAsync("message_id", messageId, cancel);

    private async ValueTask<IReadOnlyList<MessageId>> FindByHashAsync(string column, string value, CancellationToken cancel) => value.Length == 0 ? [] : await _database.ListAsync(
        $"SELECT id FROM message_summary WHERE mailbox = $1 AND {column}_hash = $2 AND {column} = $3 ORDER BY id",
        p => p.With(_id).With(Keys.Of(value) ?? 0).With(Keys.Utf8(value) ?? []), Id0, cancel);

    /// <remarks>Open at the end as RFC 4791 9.9 has it; an item without duration is in the range that its moment is in.</remarks>
    public async ValueTask<IReadOnlyList<MessageId>> FindInTimeRangeAsync(FolderId folder, FileTime start, FileTime end, CancellationToken cancel) => await _database.ListAsync(
        """
        SELECT m.id FROM message_summary m JOIN message_state s ON s.mailbox = m.mailbox AND s.id = m.id
        WHERE m.mailbox = $1 AND s.folder = $2 AND m.range_start < $4
            AND (coalesce(m.range_end, m.range_start) > $3 OR (coalesce(m.range_end, m.range_start) <= m.range_start AND m.range_start >= $3))
        ORDER BY m.range_start, m.id
        """,
        p => p.With(_id).With(folder.Value).With(start.Ticks).With(end.Ticks), Id0, cancel);

    public async ValueTask<MessageId?> FindByMidAsync(long mid, CancellationToken cancel) => await _database.FirstAsync(
        "SELECT id FROM message_state WHERE mailbox = $1 AND mid = $2 LIMIT 1", p => p.With(_id).With(mid), r => (MessageId?)Id0(r), cancel);

    private static MessageId Id0(NpgsqlDataReader r) => new(r.Int64(0));

    public async ValueTask<IReadOnlyList<Change>> ReadChangesAsync(long afterSequence, FolderId? folder, int limit, CancellationToken cancel)
    {
        const string columns = "SELECT sequence, kind, message, folder, old_folder, uid, old_uid, mid, old_mid, time FROM change WHERE mailbox = $1 AND sequence > $2";
        return await _database.ListAsync(
            folder is null ? columns + " ORDER BY sequence LIMIT $3" : columns + " AND (folder = $4 OR old_folder = $4) ORDER BY sequence LIMIT $3",
            p =>
            {
                p.With(_id).With(afterSequence).With(limit);
                if (folder is { } one)
                    p.With(one.Value);
            },
            r => new Change
            {
                Sequence = r.Int64(0),
                Kind = Change.FromStored(r.GetInt32(1)).Kind,
                Parts = Change.FromStored(r.GetInt32(1)).Parts,
                Message = new(r.Int64(2)),
                Folder = new(r.Int64(3)),
                OldFolder = new(r.Int64(4)),
                Uid = (uint)r.Int64(5),
                OldUid = (uint)r.Int64(6),
                Mid = r.Int64(7),
                OldMid = r.Int64(8),
                TimeUtcTicks = r.Int64(9),
            }, cancel);
    }

    public async ValueTask<ReadOnlyMemory<byte>?> ReadClientStateAsync(ClientStateKey key, CancellationToken cancel) => Memory(await _database.FirstAsync(
        "SELECT value FROM client_state WHERE mailbox = $1 AND collection = $2 AND item = $3",
        p => p.With(_id).With(Keys.Collection(key.Client, key.Collection)).With(Keys.Item(key)), r => r.Bytes(0), cancel));

    public async ValueTask<IReadOnlyList<(string Key, ReadOnlyMemory<byte> Value)>> ReadClientStatesAsync(string client, string collection, CancellationToken cancel) => await _database.ListAsync(
        "SELECT key, value FROM client_state WHERE mailbox = $1 AND collection = $2 ORDER BY key",
        p => p.With(_id).With(Keys.Collection(client, collection)), r => (r.Utf8(0), (ReadOnlyMemory<byte>)r.Bytes(1)), cancel);

    public async ValueTask<ReadOnlyMemory<byte>?> ReadReadSetAsync(Guid principal, FolderId folder, CancellationToken cancel) => Memory(await _database.FirstAsync(
        "SELECT value FROM read_set WHERE mailbox = $1 AND principal = $2 AND folder = $3", p => p.With(_id).With(principal).With(folder.Value), r => r.Bytes(0), cancel));

    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes) => bytes is null ? (ReadOnlyMemory<byte>?)null : bytes;

    public async ValueTask<bool> IsDeliveredAsync(Guid queueId, CancellationToken cancel) => await _database.FirstAsync(
        "SELECT true FROM delivered WHERE mailbox = $1 AND queue_id = $2", p => p.With(_id).With(queueId), r => r.GetBoolean(0), cancel);

    public async ValueTask<IReadOnlyList<MessageId>> ListIdsAsync(MessageId after, int limit, CancellationToken cancel) => await _database.ListAsync(
        "SELECT id FROM message_summary WHERE mailbox = $1 AND id > $2 ORDER BY id LIMIT $3", p => p.With(_id).With(after.Value).With(limit), Id0, cancel);

    public ValueTask<MessageId> ReadIndexedUpToAsync(CancellationToken cancel) => _text.ReadIndexedUpToAsync(cancel);

    public ValueTask IndexAsync(IReadOnlyList<TextDocument> documents, MessageId upTo, CancellationToken cancel) => _text.IndexAsync(documents, upTo, cancel);

    public ValueTask<TextHits> SearchTextAsync(TextQuery query, CancellationToken cancel) => _text.SearchAsync(query, cancel);

    public ValueTask DisposeAsync()
    {
        backend.Closed(this);
        return default;
    }
}
