using Rialto.Directory;
using Rialto.Store.Sqlite.Codec;
using Rialto.Store.Sqlite.Databases;
using Rialto.Store.Sqlite.Log;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Directory;

/// <summary>The rows of the directory, directory.db.</summary>
internal sealed class DirectoryDatabase(StorageContext context, string directory) : JournaledDatabase(context, System.IO.Path.Combine(directory, "directory.db"))
{
    /// <summary>Numbers in the log. On disk: add, never change.</summary>
    private enum Operation : byte
    {
        Change = 1,
        Touch = 2,
    }

    private long _version = -1;

    public static Schema DirectorySchema { get; } = new("the directory",
    [
        """
        CREATE TABLE meta(lsn INTEGER NOT NULL, version INTEGER NOT NULL);
        INSERT INTO meta(lsn, version) VALUES(0, 0);
        CREATE TABLE object(id BLOB PRIMARY KEY, kind INTEGER NOT NULL, version INTEGER NOT NULL, payload BLOB NOT NULL);
        CREATE INDEX object_by_version ON object(version);
        CREATE TABLE removed(id BLOB PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE credential(id BLOB PRIMARY KEY, account BLOB NOT NULL, kind INTEGER NOT NULL, version INTEGER NOT NULL, payload BLOB NOT NULL, last_used INTEGER);
        CREATE INDEX credential_by_version ON credential(version);
        CREATE TABLE removed_credential(id BLOB PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE blob(id BLOB NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY(id, name));
        """,
    ]);

    public override LogTargetKind Kind => LogTargetKind.Directory;

    protected override Schema Schema => DirectorySchema;

    public long Version()
    {
        var version = Volatile.Read(ref _version);
        return version >= 0 ? version : this.Query(0, static (c, _) => c.Scalar("SELECT version FROM meta"));
    }

    /// <summary>Applies the change; null when the directory is at another version. To be called by whoever has the turn.</summary>
    public Task? Apply(DirectoryChange change)
    {
        if (change.ExpectedVersion != Version())
            return null;
        using var record = new RecordWriter();
        record.Byte((byte)Operation.Change);
        DirectoryChangeCodec.Write(record, change);
        var durable = Commit(change, static (c, x) => Run(c, x), record.Written);
        Volatile.Write(ref _version, change.ExpectedVersion + 1);
        return durable;
    }

    public Task Touch(IReadOnlyList<CredentialUse> uses)
    {
        using var record = new RecordWriter();
        record.Byte((byte)Operation.Touch);
        foreach (var use in uses)
        {
            record.Guid(use.CredentialId);
            record.Fixed(use.When.UtcTicks);
        }
        return Commit(uses, static (c, all) =>
        {
            foreach (var use in all)
                Touch(c, use.CredentialId, use.When.UtcTicks);
        }, record.Written);
    }

    protected override long Opened(SqliteConnection connection)
    {
        // One that is opened anew after a failed sync may be behind what was applied, until it has that again.
        Volatile.Write(ref _version, Math.Max(_version, connection.Scalar("SELECT version FROM meta")));
        return connection.Scalar("SELECT lsn FROM meta");
    }

    protected override void StoreLsn(SqliteConnection connection, long lsn) => connection.Prepare("UPDATE meta SET lsn=?1").Bind(1, lsn).Execute();

    protected override void Replay(SqliteConnection connection, ReadOnlySpan<byte> payload)
    {
        var reader = new RecordReader(payload);
        switch ((Operation)reader.Byte())
        {
            case Operation.Change:
                var change = DirectoryChangeCodec.Read(ref reader);
                Run(connection, change);
                Volatile.Write(ref _version, Math.Max(_version, change.ExpectedVersion + 1));
                break;
            case Operation.Touch:
                while (!reader.AtEnd)
                    Touch(connection, reader.Guid(), reader.Fixed());
                break;
            default:
                throw new InvalidDataException("The directory has a log record of unknown kind.");
        }
    }

    private static void Touch(SqliteConnection connection, Guid id, long when) =>
        connection.Prepare("UPDATE credential SET last_used=?2 WHERE id=?1").Bind(1, id).Bind(2, when).Execute();

    private static void Run(SqliteConnection connection, DirectoryChange change)
    {
        var version = change.ExpectedVersion + 1;
        foreach (var id in change.Removed)
        {
            connection.Prepare("INSERT OR REPLACE INTO removed(id, version) SELECT id, ?2 FROM object WHERE id=?1").Bind(1, id).Bind(2, version).Execute();
            connection.Prepare("DELETE FROM object WHERE id=?1").Bind(1, id).Execute();
            connection.Prepare("DELETE FROM blob WHERE id=?1").Bind(1, id).Execute();
        }
        foreach (var row in change.Rows)
        {
            connection.Prepare("INSERT OR REPLACE INTO object(id, kind, version, payload) VALUES(?1, ?2, ?3, ?4)")
                .Bind(1, row.Id).Bind(2, (int)row.Kind).Bind(3, version).Bind(4, row.Payload.Span).Execute();
            connection.Prepare("DELETE FROM removed WHERE id=?1").Bind(1, row.Id).Execute();
        }
        foreach (var id in change.RemovedCredentials)
        {
            connection.Prepare("INSERT OR REPLACE INTO removed_credential(id, version) SELECT id, ?2 FROM credential WHERE id=?1").Bind(1, id).Bind(2, version).Execute();
            connection.Prepare("DELETE FROM credential WHERE id=?1").Bind(1, id).Execute();
        }
        foreach (var row in change.Credentials)
        {
            var put = connection.Prepare("INSERT OR REPLACE INTO credential(id, account, kind, version, payload, last_used) VALUES(?1, ?2, ?3, ?4, ?5, ?6)")
                .Bind(1, row.Id).Bind(2, row.AccountId).Bind(3, (byte)row.Kind).Bind(4, version).Bind(5, row.Payload.Span);
            if (row.LastUsed is { } used)
                put.Bind(6, used.UtcTicks);
            else
                put.BindNull(6);
            put.Execute();
            connection.Prepare("DELETE FROM removed_credential WHERE id=?1").Bind(1, row.Id).Execute();
        }
        foreach (var blob in change.Blobs)
        {
            if (blob.Content is null)
                connection.Prepare("DELETE FROM blob WHERE id=?1 AND name=?2").Bind(1, blob.Id).Bind(2, blob.Name.AsSpan()).Execute();
            else
                connection.Prepare("INSERT OR REPLACE INTO blob(id, name, content) VALUES(?1, ?2, ?3)").Bind(1, blob.Id).Bind(2, blob.Name.AsSpan()).Bind(3, blob.Content).Execute();
        }
        connection.Prepare("UPDATE meta SET version=?1").Bind(1, version).Execute();
    }
}
