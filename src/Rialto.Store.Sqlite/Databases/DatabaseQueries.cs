using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Databases;

/// <summary>What is asked of a database beside its writer: queries, copies and checks.</summary>
internal static class DatabaseQueries
{
    /// <summary>Runs a query on a read connection.</summary>
    /// <exception cref="StorageUnavailableException">The database refused.</exception>
    public static TResult Query<TState, TResult>(this JournaledDatabase database, TState state, Func<SqliteConnection, TState, TResult> query)
    {
        using var lease = database.Read();
        try
        {
            return query(lease.Connection, state);
        }
        catch (SqliteException e)
        {
            throw database.Unavailable(e);
        }
    }

    /// <summary>Runs several queries that see the same moment.</summary>
    public static TResult QueryTransaction<TState, TResult>(this JournaledDatabase database, TState state, Func<SqliteConnection, TState, TResult> query) =>
        database.Query((state, query), static (c, a) =>
        {
            c.Prepare("BEGIN").Execute();
            try
            {
                return a.query(c, a.state);
            }
            finally
            {
                c.Prepare("COMMIT").Execute();
            }
        });

    /// <summary>A consistent copy into a new file, beside readers and writer.</summary>
    public static void CopyTo(this JournaledDatabase database, string path)
    {
        database.Mend();
        using (var lease = database.Read())
            lease.Connection.CopyTo(path);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        database.Context.Files.Sync(file, path);
    }

    public static IReadOnlyList<string> CheckIntegrity(this JournaledDatabase database)
    {
        using var lease = database.Read();
        return Defects(lease.Connection).ConvertAll(defect => $"{Path.GetFileName(database.Path)}: {defect}");
    }

    /// <summary>What SQLite's own check finds.</summary>
    public static List<string> Defects(SqliteConnection connection) => [.. connection.Texts("PRAGMA integrity_check(20)").Where(t => t != "ok")];
}
