using System.Buffers;
using Rialto.Wire;

namespace Rialto.Store.Sqlite.Search;

/// <summary>Bytes that grow, in a pooled array.</summary>
internal sealed class ByteList : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1024);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Add(byte value)
    {
        Reserve(1);
        _bytes[Length++] = value;
    }

    public void Add(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(_bytes.AsSpan(Length));
        Length += value.Length;
    }

    public void Add(uint value)
    {
        Reserve(Varint.Longest);
        Length += Varint.Write(_bytes.AsSpan(Length), value);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void Reserve(int more) => PooledArray.Reserve(ref _bytes, Length, more);
}
