using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Rialto.Wire;

namespace Rialto.Store.Sqlite.Codec;

/// <summary>Writes the compact values that log records and packed columns are made of: base-128 numbers, counted bytes and UTF-8.</summary>
internal sealed class RecordWriter : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(4096);
    private int _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public int Length => _length;

    public void Byte(byte value) => Take(1)[0] = value;

    /// <summary>Base 128, low group first; negative numbers take ten bytes.</summary>
    public void Number(long value)
    {
        var span = Take(10);
        var rest = (ulong)value;
        var i = 0;
        while (rest >= 0x80)
        {
            span[i++] = (byte)(rest | 0x80);
            rest >>= 7;
        }
        span[i++] = (byte)rest;
        _length -= 10 - i;
    }

    public void Guid(Guid value) => value.TryWriteBytes(Take(16));

    public void Fixed(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Number(value.Length);
        value.CopyTo(Take(value.Length));
    }

    /// <summary>Null apart from empty: the count is one more than the length.</summary>
    public void OptionalBytes(byte[]? value) => Optional(value is null, value);

    public void Optional(bool absent, ReadOnlySpan<byte> value)
    {
        Number(absent ? 0 : value.Length + 1L);
        if (!absent)
            value.CopyTo(Take(value.Length));
    }

    public void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Number(length);
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    public void OptionalText(string? value)
    {
        if (value is null)
        {
            Number(0);
            return;
        }
        var length = Encoding.UTF8.GetByteCount(value);
        Number(length + 1L);
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    public void Clear() => _length = 0;

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length != 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private Span<byte> Take(int count)
    {
        PooledArray.Reserve(ref _buffer, _length, count);
        var span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }
}
