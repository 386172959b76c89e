using System.Globalization;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Databases;

/// <summary>
/// The numbered migrations of one kind of database: migration n leads from schema n to n + 1, and user_version holds the number reached.
/// A released migration never changes; a change of the schema is a new one at the end.
/// </summary>
internal sealed class Schema(string name, IReadOnlyList<string> migrations)
{
    /// <summary>
    /// 4 KB pages: an append touches about ten pages, and each goes whole into the write-ahead log. Contents are in packs, so large pages would carry nothing but copying.
    /// </summary>
    private const string Creation = "PRAGMA page_size=4096; PRAGMA journal_mode=WAL;";

    public int Version => migrations.Count;

    public IReadOnlyList<string> Migrations => migrations;

    /// <summary>Brings the database to the newest schema. In one transaction, so that it is at one version or another.</summary>
    public void Migrate(SqliteConnection connection)
    {
        var version = (int)connection.Scalar("PRAGMA user_version");
        if (version == Version)
            return;
        if (version > Version)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{connection.Path} has schema {version} of {name}; this version knows up to {Version}."));
        if (version == 0)
            connection.Execute(Creation);
        connection.Begin();
        try
        {
            for (; version < Version; version++)
                connection.Execute(migrations[version]);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version={Version}"));
            connection.Commit();
        }
        catch
        {
            connection.Rollback();
            throw;
        }
    }
}
