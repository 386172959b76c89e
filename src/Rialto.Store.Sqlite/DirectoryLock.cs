using Microsoft.Win32.SafeHandles;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite;

/// <summary>One process at a time works in a data directory: two would each believe their own memory.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly SafeFileHandle _handle;

    private DirectoryLock(SafeFileHandle handle) => _handle = handle;

    /// <exception cref="DataDirectoryInUseException">Another process has it.</exception>
    public static DirectoryLock Take(string directory, DataFiles files)
    {
        var path = Path.Combine(directory, "lock");
        SafeFileHandle handle;
        try
        {
            handle = files.Open(path, FileMode.OpenOrCreate);
        }
        catch (IOException) when (File.Exists(path))
        {
            // The framework asks for a shared lock whenever it opens a file, and does not get it.
            throw new DataDirectoryInUseException(directory);
        }
        if (Posix.TryLock(handle))
            return new DirectoryLock(handle);
        handle.Dispose();
        throw new DataDirectoryInUseException(directory);
    }

    public void Dispose() => _handle.Dispose();
}

/// <summary>Another process works in the data directory.</summary>
public sealed class DataDirectoryInUseException(string directory)
    : IOException($"The data directory {directory} is in use by another process: stop that server first, or give this one a directory of its own.");
