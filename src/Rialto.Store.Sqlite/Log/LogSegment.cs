using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Log;

/// <summary>
/// One file of the log, and which databases it holds records for. Nobody reads it while all goes well, so it is written past the page cache where the file system can: in whole blocks,
/// the last of which is written again when more comes into it.
/// </summary>
internal sealed class LogSegment : IDisposable
{
    private readonly DataFiles _files;
    private readonly SafeFileHandle _handle;

    /// <summary>What is written to: the blocks from <see cref="_start"/> on, as the file has them or is to have them.</summary>
    private BlockBuffer? _buffer;
    private long _start;
    private int _filled;
    private int _end;
    private bool _isDirty;

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

    /// <summary>Newest LSN that this segment holds of each database.</summary>
    public Dictionary<ILogTarget, long> Targets { get; } = [];

    public long Room => Capacity - _start - _filled - LogFormat.RecordHeaderSize;

    /// <summary>A new file full of zeros, durable, so that writing to it later changes no size and no blocks.</summary>
    public static LogSegment Create(DataFiles files, string directory, long number, long capacity)
    {
        var path = System.IO.Path.Combine(directory, number.ToString("x8", CultureInfo.InvariantCulture) + ".log");
        var handle = files.Open(path, FileMode.CreateNew);
        try
        {
            using var zeros = new BlockBuffer(1024 * 1024);
            capacity = BlockBuffer.Align(capacity);
            WritePastCache(files, handle, path, zeros.Span[..BlockBuffer.BlockSize]);
            for (long at = BlockBuffer.BlockSize; at < capacity; at += zeros.Length)
                files.Write(handle, path, zeros.Span[..(int)Math.Min(zeros.Length, capacity - at)], at);
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

    /// <param name="buffer">The segment's until the next one begins.</param>
    public void Begin(ulong epoch, BlockBuffer buffer)
    {
        _buffer = buffer;
        _start = 0;
        LogFormat.WriteSegmentHeader(buffer.Span, epoch);
        _filled = LogFormat.SegmentHeaderSize;
        _end = _filled;
        _isDirty = true;
        Epoch = epoch;
        Targets.Clear();
    }

    /// <summary>Takes records; they are in the file with the next <see cref="Sync"/>.</summary>
    public void Write(ReadOnlySpan<byte> records)
    {
        while (true)
        {
            var room = _buffer!.Span[_filled..];
            var some = records[..Math.Min(records.Length, room.Length)];
            some.CopyTo(room);
            _filled += some.Length;
            _end = _filled;
            _isDirty = true;
            if (some.Length == records.Length)
                return;
            records = records[some.Length..];
            Flush();
        }
    }

    /// <summary>What is written next takes its place.</summary>
    public void WriteEnd()
    {
        if (_buffer!.Length - _filled < LogFormat.RecordHeaderSize)
            Flush();
        LogFormat.WriteEnd(_buffer.Span[_filled..], Epoch);
        _end = _filled + LogFormat.RecordHeaderSize;
        _isDirty = true;
    }

    public void Sync()
    {
        if (_isDirty)
            Flush();
        _files.Sync(_handle, Path);
    }

    /// <summary>No record of it is needed any more; a start should not look at them. Needs no sync: replaying them again changes nothing.</summary>
    public void Forget()
    {
        using var zeros = new BlockBuffer(BlockBuffer.BlockSize);
        _files.Write(_handle, Path, zeros.Span, 0);
        Targets.Clear();
    }

    public void Dispose() => _handle.Dispose();

    private void Flush()
    {
        var end = (int)BlockBuffer.Align(_end);
        _buffer!.Span[_end..end].Clear();
        _files.Write(_handle, Path, _buffer.Span[..end], _start);
        _isDirty = false;
        var whole = _filled & -BlockBuffer.BlockSize;
        _buffer.Span[whole..end].CopyTo(_buffer.Span);
        _start += whole;
        _filled -= whole;
        _end -= whole;
    }

    /// <summary>Writes the first blocks so, and has all others written so; through the page cache where that is refused.</summary>
    private static void WritePastCache(DataFiles files, SafeFileHandle handle, string path, ReadOnlySpan<byte> blocks)
    {
        if (Posix.TrySetDirect(handle, true))
        {
            try
            {
                files.Write(handle, path, blocks, 0);
                return;
            }
            catch (IOException)
            {
                // The disk's blocks are larger; or it is full or broken, which the next write tells.
                Posix.TrySetDirect(handle, false);
            }
        }
        files.Write(handle, path, blocks, 0);
    }
}
