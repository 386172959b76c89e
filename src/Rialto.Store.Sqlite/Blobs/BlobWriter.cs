using System.Buffers;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Rialto.Store.Backend;

namespace Rialto.Store.Sqlite.Blobs;

/// <summary>A content of unknown length: in memory until it is too large for a pack, then in a temporary file that becomes the blob.</summary>
internal sealed class BlobWriter(PackBlobStore store) : IBlobWriter
{
    private const int FirstBuffer = 16 * 1024;
    private const int SpillBuffer = 256 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int _buffered;
    private long _spilled;
    private ContentChecksum _checksum = new();
    private SafeFileHandle? _file;
    private string _path = "";
    private bool _completed;

    public long Length => _spilled + _buffered;

    public void Advance(int count)
    {
        if (count < 0 || _buffered + count > _buffer.Length)
            throw new ArgumentOutOfRangeException(nameof(count));
        _buffered += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_buffered);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_buffered);
    }

    public ValueTask FlushAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (_buffered >= (_file is null ? store.Options.LargeBlobSize : SpillBuffer))
            Spill();
        return ValueTask.CompletedTask;
    }

    public ValueTask<BlobRef> CompleteAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (_completed)
            throw new InvalidOperationException("The content is complete already.");
        _completed = true;
        if (_file is null && _buffered < store.Options.LargeBlobSize)
            return new ValueTask<BlobRef>(store.WritePacked(new ReadOnlySequence<byte>(_buffer, 0, _buffered)));
        Spill();
        return new ValueTask<BlobRef>(CompleteFile());
    }

    public ValueTask DisposeAsync()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        if (_file is { } file)
        {
            _file = null;
            file.Dispose();
            File.Delete(_path);
        }
        return ValueTask.CompletedTask;
    }

    private BlobRef CompleteFile()
    {
        try
        {
            Span<byte> edge = stackalloc byte[PackFormat.HeaderSize];
            Span<byte> checksum = stackalloc byte[ContentChecksum.Size];
            _checksum.Finish(checksum);
            PackFormat.WriteTrailer(edge);
            store.Files.Write(_file!, _path, edge[..PackFormat.TrailerSize], PackFormat.HeaderSize + _spilled);
            PackFormat.WriteHeader(edge, checked((int)_spilled), checksum);
            store.Files.Write(_file!, _path, edge, 0);
            store.Files.Sync(_file!, _path);
            var number = LargeBlobs.NewNumber();
            store.Large.Adopt(_path, number);
            _file!.Dispose();
            _file = null;
            return new BlobRef(BlobKey.OfLarge(number), _spilled);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException("The content cannot be written.", e);
        }
    }

    private void Reserve(int sizeHint)
    {
        var need = Math.Max(sizeHint, 1);
        if (_buffer.Length - _buffered >= need)
            return;
        if (_buffered >= store.Options.LargeBlobSize)
        {
            Spill();
            if (_buffer.Length >= need)
                return;
        }
        var larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(_buffer.Length * 2, _buffered + need)));
        _buffer.AsSpan(0, _buffered).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Spill()
    {
        if (_buffered == 0)
            return;
        try
        {
            if (_file is null)
            {
                _path = Path.Combine(store.Large.Temporary, LargeBlobs.NewNumber().ToString("x16", CultureInfo.InvariantCulture));
                _file = store.Files.Open(_path, FileMode.CreateNew);
            }
            var bytes = _buffer.AsSpan(0, _buffered);
            store.Files.Write(_file, _path, bytes, PackFormat.HeaderSize + _spilled);
            _checksum.Append(bytes);
            _spilled += _buffered;
            _buffered = 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException("The content cannot be written.", e);
        }
    }
}
