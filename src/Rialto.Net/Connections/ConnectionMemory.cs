using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Rialto.Net;

/// <summary>
/// The buffers between sockets and sessions, one pool for all listeners. A block takes in what a peer sends at once, mostly a whole message: the library's own pool has blocks of 4 kB, so that
/// each message costs a system call, and a turn of the session, for every 4 kB of it. Connections that wait hold no block, so its size costs idle ones nothing.
/// </summary>
public sealed class ConnectionMemory : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    /// <summary>Octets of a block.</summary>
    public const int BlockSize = 32 * 1024;

    /// <summary>Blocks kept for the next; what a burst took beyond them is left to the collector when it is given back.</summary>
    private const int MostKept = 512;

    /// <summary>Blocks that a quiet server keeps.</summary>
    private const int KeptWhenQuiet = 8;

    private readonly Lock gate = new();
    // The last one given back is taken first: the processor's cache still has it.
    private readonly Block?[] kept = new Block?[MostKept];
    private int count;

    /// <summary>Octets of a block at most; <see cref="Rent"/> refuses more.</summary>
    public override int MaxBufferSize => BlockSize;

    /// <summary>Octets of blocks that nobody uses.</summary>
    public long KeptBytes => (long)Volatile.Read(ref count) * BlockSize;

    /// <summary>A block, of <see cref="BlockSize"/> octets whatever was asked for, with what was in it before.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than a block has.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        lock (gate)
        {
            if (count > 0)
            {
                var block = kept[--count]!;
                kept[count] = null;
                block.IsRented = true;
                return block;
            }
        }

        return new Block(this) { IsRented = true };
    }

    /// <summary>Lets go of most of what is kept: for when nothing goes on.</summary>
    public void Trim()
    {
        lock (gate)
        {
            while (count > KeptWhenQuiet) kept[--count] = null;
        }
    }

    /// <summary>The pool itself: whoever asks for one shares it.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    // Whoever asked for the pool disposes it when he stops, while others use it: the collector takes it in the end.
    protected override void Dispose(bool disposing)
    {
    }

    private void Return(Block block)
    {
        lock (gate)
        {
            // Twice would hand one block to two connections.
            if (!block.IsRented) return;
            block.IsRented = false;
            if (count < MostKept) kept[count++] = block;
        }
    }

    private sealed class Block(ConnectionMemory pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true), 0, BlockSize);

        public bool IsRented { get; set; }

        public void Dispose() => pool.Return(this);
    }
}
