// RFC 4511 5.1. Written by hand: results of searches are most of what the server sends, and AsnWriter keeps each element in memory of its own.
using System.Buffers;
using System.Text;
using Rialto.Wire;

namespace Rialto.Ldap.Wire;

/// <summary>Writes BER with the shortest lengths into one pooled buffer. A constructed element is begun with room for a length of one byte; the few longer ones are moved at their end.</summary>
internal sealed class BerWriter : IDisposable
{
    private byte[] buffer;
    private int used;

    public BerWriter(int capacity = 4096) => buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length => used;

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, used);

    public void Clear() => used = 0;

    /// <summary>Takes back what was written after that length.</summary>
    public void Truncate(int length) => used = length;

    /// <summary>Begins a constructed element; give the result to <see cref="End"/>.</summary>
    public int Begin(byte tag)
    {
        Ensure(2);
        buffer[used] = tag;
        used += 2;
        return used;
    }

    public void End(int start)
    {
        var length = used - start;
        if (length < 0x80)
        {
            buffer[start - 1] = (byte)length;
            return;
        }

        var extra = length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
        Ensure(extra);
        Buffer.BlockCopy(buffer, start, buffer, start + extra, length);
        buffer[start - 1] = (byte)(0x80 | extra);
        for (var i = extra - 1; i >= 0; i--, length >>= 8) buffer[start + i] = (byte)length;
        used += extra;
    }

    public void WriteInteger(int value, byte tag = Tags.Integer)
    {
        Ensure(7);
        var size = value is >= -0x80 and < 0x80 ? 1 : value is >= -0x8000 and < 0x8000 ? 2 : value is >= -0x800000 and < 0x800000 ? 3 : 4;
        buffer[used++] = tag;
        buffer[used++] = (byte)size;
        for (var i = size - 1; i >= 0; i--) buffer[used++] = (byte)(value >> (8 * i));
    }

    public void WriteBoolean(bool value, byte tag = Tags.Boolean)
    {
        Ensure(3);
        buffer[used++] = tag;
        buffer[used++] = 1;
        buffer[used++] = value ? (byte)0xFF : (byte)0;
    }

    public void WriteOctets(ReadOnlySpan<byte> value, byte tag = Tags.OctetString)
    {
        WriteHeader(tag, value.Length);
        value.CopyTo(buffer.AsSpan(used));
        used += value.Length;
    }

    public void WriteText(ReadOnlySpan<char> value, byte tag = Tags.OctetString)
    {
        if (value.Length < 0x80)
        {
            // Nearly all values: short, and in ASCII as many bytes as characters.
            Ensure(2 + value.Length);
            if (Ascii.FromUtf16(value, buffer.AsSpan(used + 2), out var written) == OperationStatus.Done)
            {
                buffer[used] = tag;
                buffer[used + 1] = (byte)written;
                used += 2 + written;
                return;
            }
        }

        var length = Encoding.UTF8.GetByteCount(value);
        WriteHeader(tag, length);
        used += Encoding.UTF8.GetBytes(value, buffer.AsSpan(used));
    }

    /// <summary>An attribute with one value: nearly all of what searches send.</summary>
    /// <param name="name">The name as an element.</param>
    /// <param name="value">The value.</param>
    public void WriteAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<char> value)
    {
        var length = name.Length + 4 + value.Length;
        if (length < 0x80)
        {
            // 30 length  name  31 length  04 length value: all lengths are known before, if the value is ASCII.
            Ensure(2 + length);
            var into = buffer.AsSpan(used, 2 + length);
            if (Ascii.FromUtf16(value, into[(name.Length + 6)..], out _) == OperationStatus.Done)
            {
                into[0] = Tags.Sequence;
                into[1] = (byte)length;
                name.CopyTo(into[2..]);
                into = into[(name.Length + 2)..];
                into[3] = (byte)value.Length;
                into[2] = Tags.OctetString;
                into[1] = (byte)(value.Length + 2);
                into[0] = Tags.Set;
                used += 2 + length;
                return;
            }
        }

        var one = Begin(Tags.Sequence);
        WriteRaw(name);
        var set = Begin(Tags.Set);
        WriteText(value);
        End(set);
        End(one);
    }

    /// <summary>One octet string of three pieces, the middle one of ASCII.</summary>
    public void WriteJoined(ReadOnlySpan<byte> first, ReadOnlySpan<char> ascii, ReadOnlySpan<byte> last)
    {
        WriteHeader(Tags.OctetString, first.Length + ascii.Length + last.Length);
        first.CopyTo(buffer.AsSpan(used));
        used += first.Length;
        Ascii.FromUtf16(ascii, buffer.AsSpan(used), out var written);
        used += written;
        last.CopyTo(buffer.AsSpan(used));
        used += last.Length;
    }

    /// <summary>Bytes that are elements already.</summary>
    public void WriteRaw(ReadOnlySpan<byte> elements)
    {
        Ensure(elements.Length);
        elements.CopyTo(buffer.AsSpan(used));
        used += elements.Length;
    }

    public void Dispose()
    {
        var given = Interlocked.Exchange(ref buffer, []);
        if (given.Length > 0) ArrayPool<byte>.Shared.Return(given);
    }

    /// <summary>Leaves room for the content too.</summary>
    private void WriteHeader(byte tag, int length)
    {
        Ensure(6 + length);
        buffer[used++] = tag;
        if (length < 0x80)
        {
            buffer[used++] = (byte)length;
            return;
        }

        var extra = length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
        buffer[used++] = (byte)(0x80 | extra);
        for (var i = extra - 1; i >= 0; i--) buffer[used++] = (byte)(length >> (8 * i));
    }

    private void Ensure(int more) => PooledArray.Reserve(ref buffer, used, more);
}
