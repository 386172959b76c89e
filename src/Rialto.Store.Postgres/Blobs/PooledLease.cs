using System.Buffers;

namespace Rialto.Store.Postgres;

/// <summary>A buffer of the shared pool, given back once.</summary>
internal sealed class PooledLease(byte[] buffer) : IDisposable
{
    private byte[]? _buffer = buffer;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
