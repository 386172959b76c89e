using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Blobs;

/// <summary>One pack file: mapped for reading; with an open handle while it is the one that is written to.</summary>
internal sealed class Pack
{
    /// <summary>Bytes after which the system is told to begin writing; a power of two.</summary>
    private const long WriteBehind = 512 * 1024;

    private readonly DataFiles _files;
    private readonly MappedFile _map;
    private readonly uint[] _moved;
    private SafeFileHandle? _handle;
    private long _end;
    private long _written;
    private long _started;
    private int _writers;

    private Pack(DataFiles files, int number, string path, SafeFileHandle handle, MappedFile map, uint[] moved, long end)
    {
        _files = files;
        Number = number;
        Path = path;
        _handle = handle;
        _map = map;
        _moved = moved;
        _end = end;
        _written = end;
        _started = end;
    }

    public int Number { get; }

    public string Path { get; }

    /// <summary>The end of the last record that was written; what lies before it is in the file.</summary>
    public long End => Volatile.Read(ref _written);

    public bool IsWritable => _handle is not null;

    public static Pack Create(DataFiles files, int number, string path, int size)
    {
        var handle = files.Open(path, FileMode.CreateNew);
        try
        {
            Span<byte> header = stackalloc byte[PackFormat.FileHeaderSize];
            PackFormat.WriteFileHeader(header, 0, 0);
            files.Write(handle, path, header, 0);
            return new Pack(files, number, path, handle, new MappedFile(handle, size), [], PackFormat.FileHeaderSize);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Opens a pack for reading, and for writing on if it has room.</summary>
    public static Pack Open(DataFiles files, int number, string path, int size, bool writable)
    {
        var handle = files.Open(path, FileMode.Open);
        try
        {
            var length = RandomAccess.GetLength(handle);
            var moved = ReadMap(handle, path, length);
            var end = PackFormat.Align(Math.Max(LastUsed(handle, length), PackFormat.FileHeaderSize + moved.Length * 4L));
            var map = new MappedFile(handle, Math.Max(length, size));
            var pack = new Pack(files, number, path, handle, map, moved, end);
            if (!writable || moved.Length > 0 || end >= size)
                pack.Seal();
            return pack;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Sets aside room for a record; false when the pack is full. Called under the store's lock.</summary>
    public bool TryReserve(long recordSize, int packSize, out long offset)
    {
        offset = _end;
        if (_end + recordSize > packSize)
            return false;
        _end += recordSize;
        Interlocked.Increment(ref _writers);
        return true;
    }

    /// <summary>Writes what room was reserved for; each reservation is followed by one call.</summary>
    public void Write(ReadOnlySpan<byte> record, long offset)
    {
        try
        {
            _files.Write(_handle!, Path, record, offset);
            Extend(offset + record.Length);
            StartWriting();
        }
        finally
        {
            Interlocked.Decrement(ref _writers);
        }
    }

    /// <summary>Writes again what a failed sync may have dropped.</summary>
    public void Rewrite(ReadOnlySpan<byte> record, long offset)
    {
        // One that was compacted was synced as a whole.
        if (_moved.Length > 0)
            return;
        if (_handle is { } open)
        {
            _files.Write(open, Path, record, offset);
            return;
        }
        using var handle = _files.Open(Path, FileMode.Open);
        _files.Write(handle, Path, record, offset);
        _files.Sync(handle, Path);
    }

    /// <summary>
    /// Has the system begin with what has come together, so that a sync finds little left to write: it would keep the disk from the commit log for tens of milliseconds.
    /// The last pages wait, as more is about to come into them.
    /// </summary>
    private void StartWriting()
    {
        var from = Volatile.Read(ref _started);
        var to = Volatile.Read(ref _written) - WriteBehind & ~(WriteBehind - 1);
        if (to > from && Interlocked.CompareExchange(ref _started, to, from) == from)
            Posix.StartWriting(_handle!, from, to - from);
    }

    private void Extend(long end)
    {
        var now = Volatile.Read(ref _written);
        while (now < end && Interlocked.CompareExchange(ref _written, end, now) != now)
            now = Volatile.Read(ref _written);
    }

    /// <summary>Whether a record is on its way to the page cache.</summary>
    public bool IsBeingWritten => Volatile.Read(ref _writers) > 0;

    public void Sync()
    {
        if (_handle is { } handle)
            _files.Sync(handle, Path);
    }

    /// <summary>No more records: synced, cut to its length, and the descriptor given back.</summary>
    public void Close()
    {
        if (_handle is not { } handle)
            return;
        if (RandomAccess.GetLength(handle) > _end)
            RandomAccess.SetLength(handle, _end);
        _files.Sync(handle, Path);
        Seal();
    }

    /// <summary>The record behind an offset as references have it: found by its header; false when there is no such record.</summary>
    public bool TryFind(uint offset, long length, out long position)
    {
        position = offset;
        if (_moved.Length > 0)
        {
            var i = FindMoved(offset);
            if (i < 0)
                return false;
            position = _moved[2 * i + 1];
        }
        return length is >= 0 and <= int.MaxValue - PackFormat.Overhead && position >= PackFormat.FileHeaderSize && position + length + PackFormat.Overhead <= End
            && PackFormat.IsHeader(_map.Span(position, PackFormat.HeaderSize), length);
    }

    public ReadOnlySpan<byte> Record(long position, long length) => _map.Span(position, (int)length + PackFormat.Overhead);

    public bool TryLend(long position, long length, out BlobView view)
    {
        view = default;
        if (!_map.TryHold())
            return false;
        view = new BlobView(_map.Lend(position + PackFormat.HeaderSize, (int)length));
        return true;
    }

    /// <inheritdoc cref="MappedFile.Unload"/>
    public void Unload() => _map.Unload();

    /// <summary>The file was replaced or deleted; readers that hold it keep their bytes.</summary>
    public void Retire()
    {
        Seal();
        _map.LetGo();
    }

    private void Seal()
    {
        _handle?.Dispose();
        _handle = null;
    }

    private int FindMoved(uint offset)
    {
        int low = 0, high = _moved.Length / 2 - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var found = _moved[2 * middle];
            if (found == offset)
                return middle;
            if (found < offset)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return -1;
    }

    private static uint[] ReadMap(SafeFileHandle handle, string path, long length)
    {
        Span<byte> header = stackalloc byte[PackFormat.FileHeaderSize];
        if (RandomAccess.Read(handle, header, 0) < header.Length || IsZero(header))
            return [];
        if (!PackFormat.TryReadFileHeader(header, out var count, out var checksum) || count * 8L > length)
            throw new InvalidDataException($"{path} is not a pack of this version.");
        if (count == 0)
            return [];
        var map = new uint[count * 2];
        var bytes = MemoryMarshal.AsBytes(map.AsSpan());
        if (RandomAccess.Read(handle, bytes, PackFormat.FileHeaderSize) < bytes.Length || Checksum(bytes) != checksum)
            throw new InvalidDataException($"The map of {path} is damaged.");
        return map;
    }

    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var word in MemoryMarshal.Cast<byte, uint>(bytes))
            crc = BitOperations.Crc32C(crc, word);
        return ~crc;
    }

    private static bool IsZero(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept((byte)0);

    /// <summary>Just past the last byte that is not zero.</summary>
    private static long LastUsed(SafeFileHandle handle, long length)
    {
        var buffer = new byte[64 * 1024];
        while (length > 0)
        {
            var start = Math.Max(0, length - buffer.Length);
            var count = RandomAccess.Read(handle, buffer.AsSpan(0, (int)(length - start)), start);
            var last = buffer.AsSpan(0, count).LastIndexOfAnyExcept((byte)0);
            if (last >= 0)
                return start + last + 1;
            length = start;
        }
        return 0;
    }
}

/// <summary>Bytes of a mapping and the hold on it.</summary>
internal readonly record struct BlobView(System.Buffers.IMemoryOwner<byte> Owner);
