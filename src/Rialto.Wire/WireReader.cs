using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Rialto.Wire;

/// <summary>
/// Reads little-endian structures from a span. Total: reading past the end sets <see cref="Failed"/>, moves to the end and yields defaults from then on;
/// nothing throws. The bytes must not change meanwhile. Assumes a little-endian machine for bulk numbers and UTF-16, as does the writer.
/// </summary>
public ref struct WireReader : IWireIo
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;
    private int _end;
    private int _depth;
    private bool _failed;

    public WireReader(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _end = bytes.Length;
    }

    public readonly bool IsReading => true;

    public readonly bool Failed => _failed;

    public readonly int Position => _position;

    public readonly int Remaining => _end - _position;

    public readonly bool AtEnd => _position >= _end;

    /// <summary>What has not been read yet of the innermost region.</summary>
    public readonly ReadOnlySpan<byte> Unread => _bytes[_position.._end];

    public void Fail()
    {
        _failed = true;
        _position = _end;
    }

    public bool Enter(string name)
    {
        if (_failed || _depth >= WireLimits.Depth)
        {
            Fail();
            return false;
        }
        _depth++;
        return true;
    }

    public void Leave() => _depth--;

    // ---- direct use, for irregular formats ----

    /// <summary>The next <paramref name="count"/> bytes without copying; empty and failed when there are fewer.</summary>
    public ReadOnlySpan<byte> ReadSpan(int count)
    {
        if ((uint)count > (uint)(_end - _position))
        {
            Fail();
            return default;
        }
        var span = _bytes.Slice(_position, count);
        _position += count;
        return span;
    }

    public void Skip(int count) => ReadSpan(count);

    public readonly byte PeekByte() => _position < _end ? _bytes[_position] : (byte)0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte ReadByte()
    {
        if (_position < _end)
            return _bytes[_position++];
        Fail();
        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ushort ReadUInt16() => ReadNumber<ushort>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint ReadUInt32() => ReadNumber<uint>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReadUInt64() => ReadNumber<ulong>();

    public short ReadInt16() => ReadNumber<short>();

    public int ReadInt32() => ReadNumber<int>();

    public long ReadInt64() => ReadNumber<long>();

    public ushort ReadUInt16BigEndian()
    {
        var span = ReadSpan(2);
        return span.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(span);
    }

    public uint ReadUInt32BigEndian()
    {
        var span = ReadSpan(4);
        return span.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32BigEndian(span);
    }

    public ulong ReadUInt64BigEndian()
    {
        var span = ReadSpan(8);
        return span.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64BigEndian(span);
    }

    public Guid ReadGuid() => ReadNumber<Guid>();

    public byte[] ReadBytes(int count) => ReadSpan(count).ToArray();

    /// <summary>A count of the given width. A count beyond <see cref="int.MaxValue"/> fails.</summary>
    public int ReadCount(CountWidth width)
    {
        var count = width switch
        {
            CountWidth.Byte => ReadByte(),
            CountWidth.UInt16 => ReadUInt16(),
            _ => ReadUInt32(),
        };
        if (count <= int.MaxValue)
            return (int)count;
        Fail();
        return 0;
    }

    /// <summary>An unsigned number in base-128 groups, the lowest first; not a Microsoft format but the one Rialto keeps its own data in.</summary>
    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var group = ReadByte();
            value |= (ulong)(group & 0x7F) << shift;
            if (group < 0x80)
                return value;
        }
        Fail();
        return 0;
    }

    /// <summary>A varint that counts things of which each takes <paramref name="least"/> bytes or more of what remains; fails otherwise.</summary>
    public int ReadVarintCount(int least = 1)
    {
        var count = ReadVarint();
        if (count <= (ulong)(Remaining / least))
            return (int)count;
        Fail();
        return 0;
    }

    public ReadOnlySpan<byte> ReadCounted(CountWidth width)
    {
        var count = ReadCount(width);
        return ReadSpan(count);
    }

    /// <summary>The bytes before the next NUL, which is read too; failed when there is none.</summary>
    public ReadOnlySpan<byte> ReadSpanZ()
    {
        var length = Unread.IndexOf((byte)0);
        if (length < 0)
        {
            Fail();
            return default;
        }
        var span = _bytes.Slice(_position, length);
        _position += length + 1;
        return span;
    }

    public string ReadAsciiZ() => Encoding.Latin1.GetString(ReadSpanZ());

    public string ReadUtf16Z()
    {
        var characters = MemoryMarshal.Cast<byte, char>(Unread);
        var length = characters.IndexOf('\0');
        if (length < 0)
        {
            Fail();
            return "";
        }
        _position += (length + 1) * 2;
        return length == 0 ? "" : new string(characters[..length]);
    }

    /// <summary>UTF-16LE of a known number of bytes, an odd last byte dropped.</summary>
    public string ReadUtf16(int byteCount) => new(MemoryMarshal.Cast<byte, char>(ReadSpan(byteCount)));

    /// <summary>A reader of the next bytes alone; this one moves past them.</summary>
    public WireReader Slice(int count)
    {
        var slice = new WireReader(ReadSpan(count)) { _depth = _depth };
        if (_failed)
            slice.Fail();
        return slice;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T ReadNumber<T>()
        where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>();
        if (_end - _position < size)
        {
            Fail();
            return default;
        }
        var value = Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref MemoryMarshal.GetReference(_bytes), _position));
        _position += size;
        return value;
    }

    // ---- IWireIo ----

    public void U8(scoped ref byte value, string name = "") => value = ReadByte();

    public void U16(scoped ref ushort value, string name = "") => value = ReadNumber<ushort>();

    public void U32(scoped ref uint value, string name = "") => value = ReadNumber<uint>();

    public void U64(scoped ref ulong value, string name = "") => value = ReadNumber<ulong>();

    public void U48BigEndian(scoped ref ulong value, string name = "")
    {
        var bytes = ReadSpan(6);
        value = bytes.IsEmpty ? 0 : (ulong)BinaryPrimitives.ReadUInt16BigEndian(bytes) << 32 | BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);
    }

    public int BeginSized(CountWidth width, string name)
    {
        var size = ReadCount(width);
        return EnterRegion(size, out var outerEnd) ? outerEnd : -1;
    }

    public void EndSized(int token, CountWidth width)
    {
        if (token >= 0)
            LeaveRegion(token);
    }

    public void I16(scoped ref short value, string name = "") => value = ReadNumber<short>();

    public void I32(scoped ref int value, string name = "") => value = ReadNumber<int>();

    public void I64(scoped ref long value, string name = "") => value = ReadNumber<long>();

    public void F32(scoped ref float value, string name = "") => value = ReadNumber<float>();

    public void F64(scoped ref double value, string name = "") => value = ReadNumber<double>();

    public void Bool(scoped ref bool value, string name = "") => value = ReadByte() != 0;

    public void Guid(scoped ref Guid value, string name = "") => value = ReadNumber<Guid>();

    public void Enum<T>(scoped ref T value, string name = "")
        where T : unmanaged, Enum => value = ReadNumber<T>();

    public void Bytes(scoped ref byte[] value, CountWidth width, string name = "") => value = ReadCounted(width).ToArray();

    public void Memory(scoped ref ReadOnlyMemory<byte> value, CountWidth width, string name = "") => value = ReadCounted(width).ToArray();

    public void FixedBytes(scoped ref byte[] value, int count, string name = "") => value = ReadSpan(count).ToArray();

    public void Rest(scoped ref byte[] value, string name = "") => value = ReadSpan(Remaining).ToArray();

    public void AsciiZ(scoped ref string value, string name = "") => value = ReadAsciiZ();

    public void EncodedZ(scoped ref string value, Encoding encoding, string name = "") => value = encoding.GetString(ReadSpanZ());

    public void Utf16Z(scoped ref string value, string name = "") => value = ReadUtf16Z();

    public void Numbers<T>(scoped ref T[] value, CountWidth width, string name = "")
        where T : unmanaged
    {
        var count = ReadCount(width);
        NumbersOf(ref value, count, name);
    }

    public void NumbersOf<T>(scoped ref T[] value, int count, string name = "")
        where T : unmanaged
    {
        var size = (long)count * Unsafe.SizeOf<T>();
        if (count < 0 || size > Remaining)
        {
            Fail();
            value = [];
            return;
        }
        value = MemoryMarshal.Cast<byte, T>(ReadSpan((int)size)).ToArray();
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
        var size = ReadCount(width);
        if (!EnterRegion(size, out var outerEnd))
            return;
        Structure(ref value, name);
        LeaveRegion(outerEnd);
    }

    /// <summary>Bounds what follows to the next <paramref name="size"/> bytes until <see cref="LeaveRegion"/>; false and failed when there are fewer.</summary>
    public bool EnterRegion(int size, out int outerEnd)
    {
        outerEnd = _end;
        if ((uint)size > (uint)Remaining)
        {
            Fail();
            return false;
        }
        _end = _position + size;
        return true;
    }

    /// <summary>Skips what is left of the region.</summary>
    public void LeaveRegion(int outerEnd)
    {
        _position = _failed ? outerEnd : _end;
        _end = outerEnd;
    }

    public void Array<T>(scoped ref T[] value, CountWidth width, string name = "")
        where T : IWireStructure<T>
    {
        var count = ReadCount(width);
        ArrayOf(ref value, count, name);
    }

    public void ArrayOf<T>(scoped ref T[] value, int count, string name = "")
        where T : IWireStructure<T>
    {
        // Every structure takes a byte at least, so a count beyond what remains is a lie.
        if ((uint)count > (uint)Remaining || !Enter(name))
        {
            Fail();
            value = [];
            return;
        }
        var items = count == 0 ? [] : new T[Math.Min(count, WireLimits.ArrayAhead)];
        for (var i = 0; i < count; i++)
        {
            if (i == items.Length)
                System.Array.Resize(ref items, Math.Min(count, items.Length * 2));
            items[i] = WireDefault<T>.Create();
            T.Fields(ref this, ref items[i]);
            if (_failed)
            {
                items = [];
                break;
            }
        }
        value = items;
        Leave();
    }
}

/// <summary>What a reader fills: the default of a struct, a fresh object of a class.</summary>
internal static class WireDefault<T>
{
    public static T Create() => typeof(T).IsValueType ? default! : Activator.CreateInstance<T>();
}
