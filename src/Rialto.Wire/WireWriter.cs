using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Rialto.Wire;

/// <summary>
/// Writes little-endian structures into a pooled buffer that grows, or into a span given by the caller until that is outgrown.
/// Dispose it to give the buffer back. Beyond <c>limit</c> bytes it fails, keeps what was written before and ignores the rest,
/// so that a response can be cut at the last whole row with <see cref="Truncate"/>.
/// </summary>
public ref struct WireWriter : IWireIo
{
    private readonly int _limit;
    private Span<byte> _buffer;
    private byte[]? _rented;
    private int _position;
    private int _depth;
    private bool _failed;

    public WireWriter()
        : this(256)
    {
    }

    public WireWriter(int capacity, int limit = int.MaxValue)
    {
        _rented = ArrayPool<byte>.Shared.Rent(Math.Max(16, capacity));
        _buffer = _rented;
        _limit = limit;
    }

    public WireWriter(Span<byte> initial, int limit = int.MaxValue)
    {
        _buffer = initial;
        _limit = limit;
    }

    public readonly bool IsReading => false;

    public readonly bool Failed => _failed;

    public readonly int Position => _position;

    public readonly int Remaining => 0;

    /// <summary>How many more bytes fit under the limit.</summary>
    public readonly int Room => _limit - _position;

    /// <summary>What has been written; valid until the next write or <see cref="Dispose"/>.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[.._position];

    public readonly byte[] ToArray() => Written.ToArray();

    public readonly void CopyTo(IBufferWriter<byte> output) => output.Write(Written);

    public void Dispose()
    {
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(rented);
        }
        _buffer = default;
        _position = 0;
    }

    public void Fail() => _failed = true;

    /// <summary>Takes back what was written after <paramref name="position"/>, a failure by the limit included.</summary>
    public void Truncate(int position)
    {
        _position = Math.Min(position, _position);
        _failed = false;
    }

    public bool Enter(string name)
    {
        if (_depth >= WireLimits.Depth)
        {
            Fail();
            return false;
        }
        _depth++;
        return true;
    }

    public void Leave() => _depth--;

    // ---- direct use, for irregular formats ----

    /// <summary>Space for <paramref name="count"/> bytes, counted as written; to be filled at once. Empty when the limit forbids it.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_failed || count < 0 || count > _limit - _position)
        {
            _failed = true;
            return default;
        }
        if (count > _buffer.Length - _position)
            Grow(count);
        var span = _buffer.Slice(_position, count);
        _position += count;
        return span;
    }

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        var space = Reserve(bytes.Length);
        if (space.Length == bytes.Length)
            bytes.CopyTo(space);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteByte(byte value) => WriteNumber(value);

    public void WriteUInt16(ushort value) => WriteNumber(value);

    public void WriteUInt32(uint value) => WriteNumber(value);

    public void WriteUInt64(ulong value) => WriteNumber(value);

    public void WriteInt32(int value) => WriteNumber(value);

    public void WriteInt64(long value) => WriteNumber(value);

    public void WriteGuid(Guid value) => WriteNumber(value);

    public void WriteUInt32BigEndian(uint value) => WriteNumber(BinaryPrimitives.ReverseEndianness(value));

    public void WriteUInt64BigEndian(ulong value) => WriteNumber(BinaryPrimitives.ReverseEndianness(value));

    /// <summary>An unsigned number in base-128 groups, the lowest first. See <see cref="WireReader.ReadVarint"/>.</summary>
    public void WriteVarint(ulong value)
    {
        while (value >= 0x80)
        {
            WriteNumber((byte)(value | 0x80));
            value >>= 7;
        }
        WriteNumber((byte)value);
    }

    /// <summary>A count in the given width; one that does not fit fails.</summary>
    public void WriteCount(int count, CountWidth width)
    {
        switch (width)
        {
            case CountWidth.Byte when count <= byte.MaxValue:
                WriteNumber((byte)count);
                break;
            case CountWidth.UInt16 when count <= ushort.MaxValue:
                WriteNumber((ushort)count);
                break;
            case CountWidth.UInt32:
                WriteNumber((uint)count);
                break;
            default:
                Fail();
                break;
        }
    }

    public void WriteCounted(scoped ReadOnlySpan<byte> bytes, CountWidth width)
    {
        WriteCount(bytes.Length, width);
        Write(bytes);
    }

    public void WriteUtf16(scoped ReadOnlySpan<char> value) => Write(MemoryMarshal.AsBytes(value));

    /// <summary>UTF-16LE with a NUL; the value counts up to its first NUL.</summary>
    public void WriteUtf16Z(scoped ReadOnlySpan<char> value)
    {
        Write(MemoryMarshal.AsBytes(UpToNul(value)));
        WriteNumber((ushort)0);
    }

    public void WriteEncodedZ(scoped ReadOnlySpan<char> value, Encoding encoding)
    {
        value = UpToNul(value);
        var count = encoding.GetByteCount(value);
        var space = Reserve(count);
        if (space.Length == count)
            encoding.GetBytes(value, space);
        WriteNumber((byte)0);
    }

    /// <summary>Overwrites bytes written before, such as a count that only now is known.</summary>
    public void Patch(int position, scoped ReadOnlySpan<byte> bytes)
    {
        if (!_failed)
            bytes.CopyTo(_buffer[position.._position]);
    }

    public void PatchUInt16(int position, ushort value) => PatchNumber(position, value);

    public void PatchUInt32(int position, uint value) => PatchNumber(position, value);

    public void PatchCount(int position, int count, CountWidth width)
    {
        switch (width)
        {
            case CountWidth.Byte when count <= byte.MaxValue:
                PatchNumber(position, (byte)count);
                break;
            case CountWidth.UInt16 when count <= ushort.MaxValue:
                PatchNumber(position, (ushort)count);
                break;
            case CountWidth.UInt32:
                PatchNumber(position, (uint)count);
                break;
            default:
                Fail();
                break;
        }
    }

    private readonly void PatchNumber<T>(int position, T value)
        where T : unmanaged
    {
        if (!_failed)
            MemoryMarshal.Write(_buffer[position.._position], value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteNumber<T>(T value)
        where T : unmanaged
    {
        var space = Reserve(Unsafe.SizeOf<T>());
        if (!space.IsEmpty)
            Unsafe.WriteUnaligned(ref MemoryMarshal.GetReference(space), value);
    }

    private static ReadOnlySpan<char> UpToNul(ReadOnlySpan<char> value)
    {
        var nul = value.IndexOf('\0');
        return nul < 0 ? value : value[..nul];
    }

    private void Grow(int count)
    {
        var wanted = Math.Max((long)_position + count, Math.Min((long)_buffer.Length * 2, System.Array.MaxLength));
        var larger = ArrayPool<byte>.Shared.Rent((int)wanted);
        _buffer[.._position].CopyTo(larger);
        if (_rented is { } rented)
            ArrayPool<byte>.Shared.Return(rented);
        _rented = larger;
        _buffer = larger;
    }

    // ---- IWireIo ----

    public void U8(scoped ref byte value, string name = "") => WriteNumber(value);

    public void U16(scoped ref ushort value, string name = "") => WriteNumber(value);

    public void U32(scoped ref uint value, string name = "") => WriteNumber(value);

    public void U64(scoped ref ulong value, string name = "") => WriteNumber(value);

    public void U48BigEndian(scoped ref ulong value, string name = "")
    {
        var space = Reserve(6);
        if (space.IsEmpty)
            return;
        BinaryPrimitives.WriteUInt16BigEndian(space, (ushort)(value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(space[2..], (uint)value);
    }

    public int BeginSized(CountWidth width, string name)
    {
        var token = _position;
        WriteCount(0, width);
        return token;
    }

    public void EndSized(int token, CountWidth width) => PatchCount(token, _position - token - (int)width, width);

    public void I16(scoped ref short value, string name = "") => WriteNumber(value);

    public void I32(scoped ref int value, string name = "") => WriteNumber(value);

    public void I64(scoped ref long value, string name = "") => WriteNumber(value);

    public void F32(scoped ref float value, string name = "") => WriteNumber(value);

    public void F64(scoped ref double value, string name = "") => WriteNumber(value);

    public void Bool(scoped ref bool value, string name = "") => WriteNumber(value ? (byte)1 : (byte)0);

    public void Guid(scoped ref Guid value, string name = "") => WriteNumber(value);

    public void Enum<T>(scoped ref T value, string name = "")
        where T : unmanaged, Enum => WriteNumber(value);

    public void Bytes(scoped ref byte[] value, CountWidth width, string name = "") => WriteCounted(value, width);

    public void Memory(scoped ref ReadOnlyMemory<byte> value, CountWidth width, string name = "") => WriteCounted(value.Span, width);

    public void FixedBytes(scoped ref byte[] value, int count, string name = "")
    {
        var length = value?.Length ?? 0;
        if (length > count)
        {
            Fail();
            return;
        }
        var space = Reserve(count);
        if (space.IsEmpty)
            return;
        value.AsSpan().CopyTo(space);
        space[length..].Clear();
    }

    public void Rest(scoped ref byte[] value, string name = "") => Write(value);

    public void AsciiZ(scoped ref string value, string name = "") => WriteEncodedZ(value, Encoding.Latin1);

    public void EncodedZ(scoped ref string value, Encoding encoding, string name = "") => WriteEncodedZ(value, encoding);

    public void Utf16Z(scoped ref string value, string name = "") => WriteUtf16Z(value);

    public void Numbers<T>(scoped ref T[] value, CountWidth width, string name = "")
        where T : unmanaged
    {
        WriteCount(value?.Length ?? 0, width);
        Write(MemoryMarshal.AsBytes(value.AsSpan()));
    }

    public void NumbersOf<T>(scoped ref T[] value, int count, string name = "")
        where T : unmanaged
    {
        if ((value?.Length ?? 0) != count)
            Fail();
        else
            Write(MemoryMarshal.AsBytes(value.AsSpan()));
    }

    public void Structure<T>(scoped ref T value, string name = "")
        where T : IWireStructure<T>
    {
        if (!Enter(name))
            return;
        T.Fields(ref this, ref value);
        Leave();
    }

    public void Sized<T>(scoped ref T value, CountWidth width, string name = "")
        where T : IWireStructure<T>
    {
        var at = _position;
        WriteCount(0, width);
        Structure(ref value, name);
        PatchCount(at, _position - at - (int)width, width);
    }

    public void Array<T>(scoped ref T[] value, CountWidth width, string name = "")
        where T : IWireStructure<T>
    {
        var count = value?.Length ?? 0;
        WriteCount(count, width);
        ArrayOf(ref value!, count, name);
    }

    public void ArrayOf<T>(scoped ref T[] value, int count, string name = "")
        where T : IWireStructure<T>
    {
        if ((value?.Length ?? 0) != count || !Enter(name))
        {
            Fail();
            return;
        }
        foreach (ref var item in value.AsSpan())
            T.Fields(ref this, ref item);
        Leave();
    }
}
