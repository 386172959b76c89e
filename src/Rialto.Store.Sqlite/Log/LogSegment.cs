using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Log;

/// <summary>One file of the log, and which databases it holds records for.</summary>
internal sealed class LogSegment : IDisposable
{
    private readonly DataFiles _files;
    private readonly SafeFileHandle _handle;

    private LogSegment(DataFiles files, string path, SafeFileHandle handle, long capacity)
    {
        _files = files;
        Path = path;
        _handle = handle;
        Capacity = capacity;
    }

    public string Path { get; }

    public long Capacity { get; }

    public ulong Epoch { get; private set; }

    /// <summary>Where the next record goes.</summary>
    public long Position { get; private set; }

    /// <summary>Newest LSN that this segment holds of each database.</summary>
    public Dictionary<ILogTarget, long> Targets { get; } = [];

    public long Room => Capacity - Position - LogFormat.RecordHeaderSize;

    /// <summary>A new file full of zeros, durable, so that writing to it later changes no size and no blocks.</summary>
    public static LogSegment Create(DataFiles files, string directory, long number, long capacity)
    {
        var path = System.IO.Path.Combine(directory, number.ToString("x8", CultureInfo.InvariantCulture) + ".log");
        var handle = files.Open(path, FileMode.CreateNew);
        try
        {
            var zeros = new byte[1024 * 1024];
            for (long at = 0; at < capacity; at += zeros.Length)
                files.Write(handle, path, zeros.AsSpan(0, (int)Math.Min(zeros.Length, capacity - at)), at);
            files.Sync(handle, path);
            files.SyncDirectory(directory);
            return new LogSegment(files, path, handle, capacity);
        }
        catch
        {
            handle.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <summary>A segment left by an earlier run, to be freed once its databases are durable.</summary>
    public static LogSegment Open(DataFiles files, string path)
    {
        var handle = files.Open(path, FileMode.Open);
        return new LogSegment(files, path, handle, RandomAccess.GetLength(handle));
    }

    public void Begin(ulong epoch)
    {
        Span<byte> header = stackalloc byte[LogFormat.SegmentHeaderSize];
        LogFormat.WriteSegmentHeader(header, epoch);
        _files.Write(_handle, Path, header, 0);
        Epoch = epoch;
        Position = LogFormat.SegmentHeaderSize;
        Targets.Clear();
    }

    public void Write(ReadOnlySpan<byte> records)
    {
        _files.Write(_handle, Path, records, Position);
        Position += records.Length;
    }

    public void WriteEnd()
    {
        Span<byte> end = stackalloc byte[LogFormat.RecordHeaderSize];
        LogFormat.WriteEnd(end, Epoch);
        _files.Write(_handle, Path, end, Position);
    }

    public void Sync() => _files.Sync(_handle, Path);

    /// <summary>No record of it is needed any more; a start should not look at them. Needs no sync: replaying them again changes nothing.</summary>
    public void Forget()
    {
        Span<byte> header = stackalloc byte[LogFormat.SegmentHeaderSize];
        header.Clear();
        _files.Write(_handle, Path, header, 0);
        Targets.Clear();
    }

    public void Dispose() => _handle.Dispose();
}
