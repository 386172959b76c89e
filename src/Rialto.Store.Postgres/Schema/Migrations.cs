using Npgsql;

namespace Rialto.Store.Postgres;

/// <summary>
/// Brings the database to this version's schema. Servers that start at once take the same table's lock: one migrates, the others find it done.
/// A script, once released, never changes; what follows it is a further one.
/// </summary>
internal static class Migrations
{
    public static IReadOnlyList<string> Scripts { get; } = [InitialSchema.Sql, SearchSchema.Sql, SavedTable.Schema];

    public static int Newest => Scripts.Count;

    /// <exception cref="InvalidOperationException">The data was written by a newer version.</exception>
    public static async Task RunAsync(Database database, CancellationToken cancel)
    {
        await CreateTableAsync(database, cancel);
        // Nearly every start finds nothing to do, and then needs no lock.
        if (await ReadVersionAsync(database, cancel) == Newest)
            return;
        await database.RunAsync(async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await using (var take = new NpgsqlCommand("LOCK TABLE schema_version IN ACCESS EXCLUSIVE MODE", connection))
                await take.ExecuteNonQueryAsync(cancel);
            int version;
            await using (var read = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM schema_version", connection))
                version = (int)(await read.ExecuteScalarAsync(cancel))!;
            if (version > Newest)
                throw new InvalidOperationException($"The database has schema {version}, written by a newer version of Rialto; this one knows {Newest}.");
            for (; version < Newest; version++)
            {
                await using var script = new NpgsqlCommand(Scripts[version], connection);
                await script.ExecuteNonQueryAsync(cancel);
                await using var note = new NpgsqlCommand("INSERT INTO schema_version(version, applied) VALUES($1, $2)", connection);
                note.Parameters.With(version + 1).With(database.NowTicks);
                await note.ExecuteNonQueryAsync(cancel);
            }
            await transaction.CommitAsync(cancel);
            return true;
        }, cancel);
    }

    /// <summary>0 for an empty database.</summary>
    public static async Task<int> ReadVersionAsync(Database database, CancellationToken cancel) =>
        await database.FirstAsync("SELECT coalesce(max(version), 0) FROM schema_version", _ => { }, r => r.GetInt32(0), cancel);

    private static async Task CreateTableAsync(Database database, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await database.BatchAsync(b => b.Add("CREATE TABLE IF NOT EXISTS schema_version(version integer PRIMARY KEY, applied bigint NOT NULL)"), cancel);
                return;
            }
            catch (PostgresException e) when (attempt < 10 && e.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject)
            {
                // IF NOT EXISTS looks before it creates: two at once collide in the catalogue, and the second finds the table next time.
                await Task.Delay(20 * attempt, cancel);
            }
        }
    }
}
