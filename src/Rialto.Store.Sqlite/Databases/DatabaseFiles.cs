using System.Globalization;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Databases;

/// <summary>
/// The files of one database as the disk has them. A sync that fails may leave what it was to write marked as written: the next one then succeeds, and what is read is either still in the page cache
/// or what the disk had before. SQLite believes the second sync, and copies frames into the database without looking at their checksums. So after a failed sync nothing is synced or checkpointed before every
/// connection was closed without a checkpoint (<see cref="Abandoned"/>) and the write-ahead log written again as it is: opened anew, SQLite takes of it what its checksums prove, and
/// copies all of that into the database once more. docs/adr/0011-failed-syncs.md
/// </summary>
internal sealed class DatabaseFiles(StorageContext context, string path)
{
    private bool _newWriteAhead;
    private volatile bool _mayHaveLost;
    // A process before this one may have met a failed sync, too.
    private volatile bool _isUntrusted = true;

    public string WriteAheadPath { get; } = path + "-wal";

    /// <summary>A sync failed since the files were opened.</summary>
    public bool MayHaveLost => _mayHaveLost;

    /// <summary>What is in the files has to be looked at before anybody reads them.</summary>
    public bool IsUntrusted => _isUntrusted;

    /// <summary>The write-ahead log is so long that it should be moved into the database.</summary>
    public bool HasLongWriteAhead => new FileInfo(WriteAheadPath) is { Exists: true } file && file.Length > context.Options.WriteAheadLimit;

    /// <param name="isNew">The database file was never known for durable, so that it holds pages that are not in the write-ahead log.</param>
    public SqliteConnection OpenWriter(bool isNew)
    {
        WriteAgainIfUntrusted(isNew);
        var existed = File.Exists(path);
        var connection = SqliteConnection.Open(path, SqliteApi.OpenReadWrite | SqliteApi.OpenCreate);
        try
        {
            if (!existed)
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            connection.Execute("PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-1024; PRAGMA temp_store=MEMORY;");
            // A write-ahead log that begins anew is cut, so that its length tells how much is in it.
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA journal_size_limit={context.Options.WriteAheadLimit / 2};"));
            return connection;
        }
        catch
        {
            connection.Abandon();
            throw;
        }
    }

    public SqliteConnection OpenReader()
    {
        var connection = SqliteConnection.Open(path, SqliteApi.OpenReadWrite);
        connection.Execute("PRAGMA query_only=1; PRAGMA mmap_size=268435456; PRAGMA cache_size=-512;");
        return connection;
    }

    private void WriteAgainIfUntrusted(bool isNew)
    {
        var hasWriteAhead = File.Exists(WriteAheadPath);
        _newWriteAhead |= !hasWriteAhead;
        if (!_isUntrusted)
            return;
        if (hasWriteAhead)
            context.Files.WriteAgain(WriteAheadPath);
        if (_mayHaveLost && isNew && File.Exists(path))
            context.Files.WriteAgain(path);
    }

    /// <summary>The writer's connection is open, and the database has what was committed.</summary>
    public void Opened()
    {
        _isUntrusted = false;
        _mayHaveLost = false;
    }

    /// <summary>Every connection was closed without a checkpoint.</summary>
    public void Abandoned() => _isUntrusted = true;

    /// <summary>Every connection was closed: SQLite deletes the write-ahead log.</summary>
    public void Closed() => _newWriteAhead = true;

    /// <summary>
    /// Syncs SQLite's write-ahead log: its frames are checksummed, so what was committed is then found again. That is one sync where a checkpoint needs two.
    /// </summary>
    /// <param name="isNew">The database file is new in its directory.</param>
    public void Sync(bool isNew)
    {
        ThrowIfLost();
        if (File.Exists(WriteAheadPath))
        {
            using var file = File.OpenHandle(WriteAheadPath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            try
            {
                context.Files.Sync(file, WriteAheadPath);
            }
            catch
            {
                _mayHaveLost = true;
                throw;
            }
        }
        if (_newWriteAhead || isNew)
        {
            context.Files.SyncDirectory(Path.GetDirectoryName(path)!);
            _newWriteAhead = false;
        }
    }

    /// <summary>Moves what it can of the write-ahead log into the database. False while somebody else does.</summary>
    /// <param name="remaining">Frames that readers need where they are.</param>
    public bool Checkpoint(SqliteConnection connection, out int remaining)
    {
        ThrowIfLost();
        try
        {
            context.Files.Fault?.Invoke(FileWork.Checkpoint, path);
            return connection.Checkpoint(SqliteApi.CheckpointPassive, out remaining);
        }
        catch (SqliteException e) when (e.IsSync)
        {
            // Of the write-ahead log before anything was copied; or of the database, and then SQLite copies again what it copied last, but not what a checkpoint before it did that found readers.
            _mayHaveLost = true;
            throw;
        }
    }

    private void ThrowIfLost()
    {
        if (_mayHaveLost)
            throw new IOException($"{path} could not be synced, and is to be opened anew.");
    }
}
