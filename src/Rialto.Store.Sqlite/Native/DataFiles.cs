using Microsoft.Win32.SafeHandles;

namespace Rialto.Store.Sqlite.Native;

/// <summary>What is being done to a file when a fault may be put in.</summary>
internal enum FileWork
{
    Write,
    Sync,
    Create,

    /// <summary>A transaction was applied to a database and is about to count.</summary>
    Apply,

    /// <summary>A database is about to commit the transactions applied since the last time.</summary>
    Commit,

    /// <summary>SQLite is about to move a database's write-ahead log into it, with syncs of its own.</summary>
    Checkpoint,
}

/// <summary>
/// The writes and syncs of log, packs and databases. One place, so that a test can make the disk full or broken at a chosen moment.
/// </summary>
internal sealed class DataFiles
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Throws in place of the work on that path; null in production.</summary>
    public Action<FileWork, string>? Fault { get; set; }

    /// <summary>Counts syncs, for tests that say how many an operation may cost.</summary>
    public long Syncs => Interlocked.Read(ref _syncs);

    private long _syncs;

    /// <summary>Opens for reading and writing, made readable by the owner alone if it is new.</summary>
    public SafeFileHandle Open(string path, FileMode mode)
    {
        Fault?.Invoke(FileWork.Create, path);
        var existed = mode == FileMode.Open || File.Exists(path);
        var handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (!existed)
            File.SetUnixFileMode(handle, Private);
        return handle;
    }

    public void Write(SafeFileHandle file, string path, ReadOnlySpan<byte> bytes, long offset)
    {
        Fault?.Invoke(FileWork.Write, path);
        RandomAccess.Write(file, bytes, offset);
    }

    public void Sync(SafeFileHandle file, string path)
    {
        Fault?.Invoke(FileWork.Sync, path);
        Interlocked.Increment(ref _syncs);
        Posix.DataSync(file);
    }

    /// <summary>
    /// Writes a file's bytes to it once more, as the system has them. What it failed to write and then took for written is so written by the next sync; what it has dropped meanwhile stays lost.
    /// </summary>
    public void WriteAgain(string path)
    {
        using var file = Open(path, FileMode.Open);
        var buffer = new byte[256 * 1024];
        var at = 0L;
        while (RandomAccess.Read(file, buffer, at) is var count and > 0)
        {
            Write(file, path, buffer.AsSpan(0, count), at);
            at += count;
        }
    }

    public void SyncDirectory(string path)
    {
        Fault?.Invoke(FileWork.Sync, path);
        Interlocked.Increment(ref _syncs);
        Posix.SyncDirectory(path);
    }

    /// <summary>Makes a directory that only the owner enters.</summary>
    public static void CreateDirectory(string path) =>
        System.IO.Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
