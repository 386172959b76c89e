using System.Data.Common;
using Npgsql;
using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>
/// The connections, and the one place where errors are repeated or become <see cref="StorageUnavailableException"/>. Whatever is run here must stand being run again:
/// every write either replaces what it wrote or is guarded by a version with the writer's token.
/// </summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    public Database(string connectionString, PostgresOptions options, TimeProvider time)
    {
        Options = options;
        Time = time;
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "rialto" };
        if (!given.ContainsKey("Max Auto Prepare") && !given.ContainsKey("MaxAutoPrepare"))
        {
            settings.MaxAutoPrepare = options.PreparedStatements;
            settings.AutoPrepareMinUsages = 2;
        }
        _source = NpgsqlDataSource.Create(settings);
        settings.Pooling = false;
        // A listening connection says nothing by itself: without this a silent network failure would never be noticed.
        settings.KeepAlive = 30;
        ListenerConnectionString = settings.ConnectionString;
    }

    public PostgresOptions Options { get; }

    public TimeProvider Time { get; }

    /// <summary>For the one connection that stays outside of the pool.</summary>
    public string ListenerConnectionString { get; }

    public long NowTicks => Time.GetUtcNow().UtcTicks;

    /// <summary>Runs work on a connection of the pool; again when it lost against another transaction, and once more when the connection proved dead.</summary>
    /// <param name="mayRepeat">Says no once rows have been handed on.</param>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancel, Func<bool>? mayRepeat = null)
    {
        var broken = 0;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancel);
                return await work(connection);
            }
            catch (Exception e) when (attempt < Options.Attempts && (Faults.IsConflict(e) || (Faults.IsBroken(e) && broken++ == 0)) && (mayRepeat is null || mayRepeat()))
            {
                // Apart from whoever it collided with.
                await Task.Delay(Random.Shared.Next(1, 10 << attempt), cancel);
            }
            catch (Exception e) when (Faults.IsUnavailable(e) && !cancel.IsCancellationRequested)
            {
                throw new StorageUnavailableException($"The database cannot be used at the moment: {e.Message}", e);
            }
        }
    }

    /// <summary>Hands each row to <paramref name="row"/> until it returns false.</summary>
    public Task QueryAsync(string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, bool> row, CancellationToken cancel)
    {
        var started = false;
        return RunAsync(async connection =>
        {
            await using var command = new NpgsqlCommand(sql, connection);
            bind(command.Parameters);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                started = true;
                if (!row(reader))
                    break;
            }
            return true;
        }, cancel, () => !started);
    }

    public async Task<List<T>> ListAsync<T>(string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        var list = new List<T>();
        await QueryAsync(sql, bind, reader =>
        {
            list.Add(read(reader));
            return true;
        }, cancel);
        return list;
    }

    /// <summary>The first row, or default.</summary>
    public async Task<T?> FirstAsync<T>(string sql, Action<NpgsqlParameterCollection> bind, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        T? found = default;
        await QueryAsync(sql, bind, reader =>
        {
            found = read(reader);
            return false;
        }, cancel);
        return found;
    }

    /// <summary>Statements in one round trip and one transaction (PostgreSQL, 55.2.4: a pipeline up to its Sync is one). Returns the rows affected by all of them.</summary>
    public Task<int> BatchAsync(Action<NpgsqlBatch> fill, CancellationToken cancel) => RunAsync(async connection =>
    {
        await using var batch = new NpgsqlBatch(connection);
        fill(batch);
        return await batch.ExecuteNonQueryAsync(cancel);
    }, cancel);

    /// <summary>
    /// Lets the batch's transaction end before its WAL is flushed: right where a later, flushed one is what gets acknowledged, since the WAL is flushed in order.
    /// </summary>
    public static void WithoutFlush(NpgsqlBatch batch) => batch.Add("SELECT set_config('synchronous_commit', 'off', true)");

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
