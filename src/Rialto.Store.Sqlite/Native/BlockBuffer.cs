using System.Runtime.InteropServices;

namespace Rialto.Store.Sqlite.Native;

/// <summary>Memory that begins on the boundary of a block and has whole blocks: what reads and writes past the page cache ask for (O_DIRECT, open(2)).</summary>
internal sealed unsafe class BlockBuffer : IDisposable
{
    /// <summary>Bytes: what file systems on nearly every disk take; where it is too little, the first write says so.</summary>
    public const int BlockSize = 4096;

    private void* _memory;

    /// <param name="length">Bytes, a multiple of <see cref="BlockSize"/>; zeros at first.</param>
    public BlockBuffer(int length)
    {
        Length = length;
        _memory = NativeMemory.AlignedAlloc((nuint)length, BlockSize);
        Span.Clear();
    }

    ~BlockBuffer() => Free();

    public int Length { get; }

    /// <summary>Not to be used once the buffer is disposed.</summary>
    public Span<byte> Span => new(_memory, Length);

    /// <summary>The length in whole blocks.</summary>
    public static long Align(long length) => length + BlockSize - 1 & -BlockSize;

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
