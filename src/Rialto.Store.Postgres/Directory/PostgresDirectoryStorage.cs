using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using Rialto.Directory;

namespace Rialto.Store.Postgres;

/// <summary>The directory as rows with versions. Removals are remembered for good: they are few, and a server that was away for long still catches up by a delta.</summary>
internal sealed class PostgresDirectoryStorage : IDirectoryStorage
{
    private readonly Database _database;
    private readonly NotificationSender _sender;
    private readonly Lock _gate = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PostgresDirectoryStorage(Database database, NotificationSender sender, NotificationListener listener)
    {
        _database = database;
        _sender = sender;
        listener.Received += (channel, _) =>
        {
            if (channel == NotificationListener.Directory)
                Tell();
        };
        listener.Connected += Tell;
    }

    public async ValueTask<long> GetVersionAsync(CancellationToken cancellationToken) =>
        await _database.FirstAsync("SELECT version FROM directory_version WHERE one = 1", p => { }, r => r.Int64(0), cancellationToken);

    public async ValueTask<DirectoryContents> LoadAllAsync(CancellationToken cancellationToken)
    {
        var all = await LoadAsync(null, cancellationToken);
        return new DirectoryContents(all.Version, all.Rows, all.Credentials);
    }

    public async ValueTask<DirectoryDelta?> LoadSinceAsync(long version, CancellationToken cancellationToken) => await LoadAsync(version, cancellationToken);

    private Task<DirectoryDelta> LoadAsync(long? since, CancellationToken cancel) => _database.RunAsync(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        var delta = await ReadAsync(connection, since ?? -1, since is not null, cancel);
        await transaction.CommitAsync(cancel);
        return delta;
    }, cancel);

    private static async Task<DirectoryDelta> ReadAsync(NpgsqlConnection connection, long since, bool withRemoved, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("SELECT version FROM directory_version WHERE one = 1");
        batch.Add("SELECT id, kind, version, payload FROM directory_object WHERE version > $1").With(since);
        batch.Add("SELECT id, account, kind, version, payload, last_used FROM directory_credential WHERE version > $1").With(since);
        if (withRemoved)
            batch.Add("SELECT id, is_credential FROM directory_tombstone WHERE version > $1").With(since);
        await using var r = await batch.ExecuteReaderAsync(cancel);
        await r.ReadAsync(cancel);
        var version = r.Int64(0);
        var rows = new List<DirectoryRow>();
        await r.NextResultAsync(cancel);
        while (await r.ReadAsync(cancel))
            rows.Add(new DirectoryRow(r.GetGuid(0), (DirectoryKind)r.GetInt32(1), r.Int64(2), r.Bytes(3)));
        var credentials = new List<CredentialRow>();
        await r.NextResultAsync(cancel);
        while (await r.ReadAsync(cancel))
        {
            credentials.Add(new CredentialRow(r.GetGuid(0), r.GetGuid(1), (CredentialKind)r.GetInt32(2), r.Int64(3), r.Bytes(4),
                r.OptionalInt64(5) is { } used ? new DateTimeOffset(used, TimeSpan.Zero) : null));
        }
        var removed = new List<Guid>();
        var removedCredentials = new List<Guid>();
        if (withRemoved)
        {
            await r.NextResultAsync(cancel);
            while (await r.ReadAsync(cancel))
                (r.GetBoolean(1) ? removedCredentials : removed).Add(r.GetGuid(0));
        }
        return new DirectoryDelta(version, rows, removed, credentials, removedCredentials);
    }

    public async ValueTask<DirectoryApplyResult> ApplyAsync(DirectoryChange change, CancellationToken cancellationToken)
    {
        var token = Guid.NewGuid();
        var result = await _database.RunAsync(async connection =>
        {
            await using var batch = new NpgsqlBatch(connection);
            // Takes the version's row, so that other writers wait, and fails the whole pipeline where the version has moved on.
            batch.Add("""
                WITH moved AS (UPDATE directory_version SET version = version + 1, writer = $2 WHERE one = 1 AND version = $1 RETURNING 1 AS one) SELECT 1 / (SELECT count(*) FROM moved)
                """).With(change.ExpectedVersion).With(token);
            Write(batch, change);
            try
            {
                await batch.ExecuteNonQueryAsync(cancellationToken);
                return new DirectoryApplyResult(true, change.ExpectedVersion + 1);
            }
            catch (PostgresException e) when (Faults.IsGuard(e))
            {
                await using var command = new NpgsqlCommand("SELECT version, writer FROM directory_version WHERE one = 1", connection);
                await using var r = await command.ExecuteReaderAsync(cancellationToken);
                await r.ReadAsync(cancellationToken);
                // Ours already, when the answer to the first attempt was lost with its connection.
                return new DirectoryApplyResult(!r.IsDBNull(1) && r.GetGuid(1) == token, r.Int64(0));
            }
        }, cancellationToken);
        if (result.Applied)
        {
            Tell();
            _sender.Send(NotificationListener.Directory, Guid.Empty, result.Version.ToString(CultureInfo.InvariantCulture));
        }
        return result;
    }

    private static void Write(NpgsqlBatch batch, DirectoryChange change)
    {
        var version = change.ExpectedVersion + 1;
        if (change.Removed.Count > 0)
        {
            batch.Add("DELETE FROM directory_blob WHERE id = ANY($1::uuid[])").With(change.Removed);
            Remove(batch, "directory_object", change.Removed, isCredential: false, version);
        }
        if (change.Rows.Count > 0)
        {
            var rows = change.Rows.Reverse().DistinctBy(r => r.Id).ToList();
            batch.Add("""
                INSERT INTO directory_object(id, kind, version, payload) SELECT v.id, v.kind, $1, v.payload FROM unnest($2::uuid[], $3::integer[], $4::bytea[]) AS v(id, kind, payload)
                ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, version = excluded.version, payload = excluded.payload
                """).With(version).With(rows.Select(r => r.Id)).With(rows.Select(r => (int)r.Kind)).With(rows.Select(r => (byte[]?)r.Payload.ToArray()));
            Revive(batch, rows.Select(r => r.Id), isCredential: false);
        }
        if (change.RemovedCredentials.Count > 0)
            Remove(batch, "directory_credential", change.RemovedCredentials, isCredential: true, version);
        if (change.Credentials.Count > 0)
        {
            var credentials = change.Credentials.Reverse().DistinctBy(c => c.Id).ToList();
            batch.Add("""
                INSERT INTO directory_credential(id, account, kind, version, payload, last_used)
                SELECT v.id, v.account, v.kind, $1, v.payload, v.last_used FROM unnest($2::uuid[], $3::uuid[], $4::integer[], $5::bytea[], $6::bigint[]) AS v(id, account, kind, payload, last_used)
                ON CONFLICT (id) DO UPDATE SET account = excluded.account, kind = excluded.kind, version = excluded.version, payload = excluded.payload, last_used = excluded.last_used
                """)
                .With(version).With(credentials.Select(c => c.Id)).With(credentials.Select(c => c.AccountId)).With(credentials.Select(c => (int)c.Kind))
                .With(credentials.Select(c => (byte[]?)c.Payload.ToArray())).With(credentials.Select(c => c.LastUsed?.UtcTicks));
            Revive(batch, credentials.Select(c => c.Id), isCredential: true);
        }
        foreach (var blob in change.Blobs)
        {
            if (blob.Content is null)
                batch.Add("DELETE FROM directory_blob WHERE id = $1 AND name = $2").With(blob.Id).With(blob.Name);
            else
                batch.Add("INSERT INTO directory_blob(id, name, content) VALUES($1, $2, $3) ON CONFLICT (id, name) DO UPDATE SET content = excluded.content").With(blob.Id).With(blob.Name).With(blob.Content);
        }
    }

    private static void Remove(NpgsqlBatch batch, string table, IReadOnlyList<Guid> ids, bool isCredential, long version) => batch.Add($"""
        WITH gone AS (DELETE FROM {table} WHERE id = ANY($1::uuid[]) RETURNING id)
        INSERT INTO directory_tombstone(id, is_credential, version) SELECT id, $2, $3 FROM gone ON CONFLICT (id, is_credential) DO UPDATE SET version = excluded.version
        """).With(ids).With(isCredential).With(version);

    private static void Revive(NpgsqlBatch batch, IEnumerable<Guid> ids, bool isCredential) =>
        batch.Add("DELETE FROM directory_tombstone WHERE id = ANY($1::uuid[]) AND is_credential = $2").With(ids).With(isCredential);

    public async IAsyncEnumerable<long> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long last = -1;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task moved;
            lock (_gate)
                moved = _moved.Task;
            var now = last;
            try
            {
                now = await GetVersionAsync(cancellationToken);
            }
            catch (Backend.StorageUnavailableException)
            {
                // Away: the next look tells.
            }
            if (now != last)
                yield return last = now;
            await Task.WhenAny(moved, Task.Delay(_database.Options.DirectoryPoll, cancellationToken));
        }
    }

    private void Tell()
    {
        TaskCompletionSource moved;
        lock (_gate)
        {
            moved = _moved;
            _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        moved.SetResult();
    }

    public async ValueTask<byte[]?> ReadBlobAsync(Guid id, string name, CancellationToken cancellationToken) =>
        await _database.FirstAsync("SELECT content FROM directory_blob WHERE id = $1 AND name = $2", p => p.With(id).With(name), r => r.Bytes(0), cancellationToken);

    public async ValueTask TouchCredentialsAsync(IReadOnlyList<CredentialUse> uses, CancellationToken cancellationToken)
    {
        var last = uses.GroupBy(u => u.CredentialId).Select(g => (Id: g.Key, When: g.Max(u => u.When.UtcTicks))).OrderBy(u => u.Id).ToList();
        await _database.BatchAsync(batch =>
        {
            Database.WithoutFlush(batch);
            batch.Add("UPDATE directory_credential c SET last_used = greatest(c.last_used, v.used) FROM unnest($1::uuid[], $2::bigint[]) AS v(id, used) WHERE c.id = v.id")
                .With(last.Select(u => u.Id)).With(last.Select(u => u.When));
        }, cancellationToken);
    }
}
