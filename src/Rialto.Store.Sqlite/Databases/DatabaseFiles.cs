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

    /// <summary>Before the writer's connection is opened.</summary>
    /// <param name="isNew">The database file was never known for durable, so that it holds pages that are not in the write-ahead log.</param>
    public void Opening(bool isNew)
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
