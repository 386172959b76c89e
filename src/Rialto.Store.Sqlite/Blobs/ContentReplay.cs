using Microsoft.Win32.SafeHandles;
using Rialto.Store.Sqlite.Log;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Blobs;

/// <summary>
/// Writes the contents that a crash left in the commit log into their packs, durably, before these are opened. Writing one again that its pack has changes nothing.
/// </summary>
internal sealed class ContentReplay : IDisposable
{
    private readonly Dictionary<int, (SafeFileHandle? Handle, string Path)> _packs = [];
    private readonly string _directory;
    private readonly DataFiles _files;

    private ContentReplay(string directory, DataFiles files)
    {
        _directory = directory;
        _files = files;
    }

    public static void Run(string directory, LogReader log, DataFiles files)
    {
        using var replay = new ContentReplay(directory, files);
        foreach (var entry in log.Entries)
        {
            if (entry.Kind == LogTargetKind.Contents)
                replay.Write(log.Payload(entry));
        }
        replay.Sync();
    }

    public void Dispose()
    {
        foreach (var (handle, _) in _packs.Values)
            handle?.Dispose();
    }

    private void Write(ReadOnlySpan<byte> payload)
    {
        var record = LoggedContent.Read(payload, out var number, out var offset);
        if (!_packs.TryGetValue(number, out var pack))
            _packs[number] = pack = Open(number);
        if (pack.Handle is { } handle)
            _files.Write(handle, pack.Path, record, offset);
    }

    /// <summary>The pack, begun if the system had not yet noted that it was; no handle for one that was compacted since, all of which is durable.</summary>
    private (SafeFileHandle? Handle, string Path) Open(int number)
    {
        DataFiles.CreateDirectory(_directory);
        var path = System.IO.Path.Combine(_directory, PackBlobStore.FileName(number));
        var handle = _files.Open(path, FileMode.OpenOrCreate);
        Span<byte> header = stackalloc byte[PackFormat.FileHeaderSize];
        if (RandomAccess.Read(handle, header, 0) < header.Length || !header.ContainsAnyExcept((byte)0))
        {
            PackFormat.WriteFileHeader(header, 0, 0);
            _files.Write(handle, path, header, 0);
        }
        else if (PackFormat.TryReadFileHeader(header, out var moved, out _) && moved > 0)
        {
            handle.Dispose();
            return (null, path);
        }
        return (handle, path);
    }

    private void Sync()
    {
        foreach (var (handle, path) in _packs.Values)
        {
            if (handle is not null)
                _files.Sync(handle, path);
        }
        if (_packs.Count > 0)
            _files.SyncDirectory(_directory);
    }
}
