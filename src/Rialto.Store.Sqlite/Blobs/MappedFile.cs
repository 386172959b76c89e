using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Blobs;

/// <summary>A file mapped for reading, counted: the last of the store and the leases to let go unmaps it, even if the file was replaced long before.</summary>
internal sealed unsafe class MappedFile
{
    private readonly nint _address;
    private readonly long _length;
    private int _holders = 1;

    /// <param name="length">May reach past the file's end, up to which a growing file will grow; what lies past the end must not be touched.</param>
    public MappedFile(SafeFileHandle file, long length)
    {
        _length = length;
        _address = Posix.Map(file, length);
    }

    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        if (offset < 0 || offset + length > _length)
            throw new InvalidDataException("A reference points outside its file.");
        return new ReadOnlySpan<byte>((byte*)_address + offset, length);
    }

    public bool TryHold()
    {
        while (true)
        {
            var now = Volatile.Read(ref _holders);
            if (now == 0)
                return false;
            if (Interlocked.CompareExchange(ref _holders, now + 1, now) == now)
                return true;
        }
    }

    public void LetGo()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            Posix.Unmap(_address, _length);
    }

    /// <summary>Lets go of the memory that reading has taken; who still reads brings its pages back.</summary>
    public void Unload()
    {
        if (!TryHold())
            return;
        Posix.Unload(_address, _length);
        LetGo();
    }

    /// <summary>The bytes as memory; the caller's hold goes over to the result.</summary>
    public IMemoryOwner<byte> Lend(long offset, int length) => new View(this, (byte*)_address + offset, length);

    private sealed class View(MappedFile file, byte* address, int length) : MemoryManager<byte>
    {
        private MappedFile? _file = file;

        public override Span<byte> GetSpan() => new(address, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(address + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                Interlocked.Exchange(ref _file, null)?.LetGo();
        }
    }
}
