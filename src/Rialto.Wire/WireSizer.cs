using System.Runtime.CompilerServices;
using System.Text;

namespace Rialto.Wire;

/// <summary>Counts the bytes a structure takes without writing them.</summary>
public struct WireSizer : IWireIo
{
    private long _size;
    private int _depth;
    private bool _failed;

    public readonly bool IsReading => false;

    public readonly bool Failed => _failed || _size > int.MaxValue;

    public readonly int Position => (int)Math.Min(_size, int.MaxValue);

    public readonly int Remaining => 0;

    public void Fail() => _failed = true;

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

    public void U8(scoped ref byte value, string name = "") => _size += 1;

    public void U16(scoped ref ushort value, string name = "") => _size += 2;

    public void U32(scoped ref uint value, string name = "") => _size += 4;

    public void U64(scoped ref ulong value, string name = "") => _size += 8;

    public void U48BigEndian(scoped ref ulong value, string name = "") => _size += 6;

    public int BeginSized(CountWidth width, string name)
    {
        var token = Position;
        _size += (int)width;
        return token;
    }

    public void EndSized(int token, CountWidth width)
    {
        var size = Position - token - (int)width;
        _size -= (int)width;
        Count(size, width);
    }

    public void I16(scoped ref short value, string name = "") => _size += 2;

    public void I32(scoped ref int value, string name = "") => _size += 4;

    public void I64(scoped ref long value, string name = "") => _size += 8;

    public void F32(scoped ref float value, string name = "") => _size += 4;

    public void F64(scoped ref double value, string name = "") => _size += 8;

    public void Bool(scoped ref bool value, string name = "") => _size += 1;

    public void Guid(scoped ref Guid value, string name = "") => _size += 16;

    public void Enum<T>(scoped ref T value, string name = "")
        where T : unmanaged, Enum => _size += Unsafe.SizeOf<T>();

    public void Bytes(scoped ref byte[] value, CountWidth width, string name = "")
    {
        var length = value?.Length ?? 0;
        Count(length, width);
        _size += length;
    }

    public void Memory(scoped ref ReadOnlyMemory<byte> value, CountWidth width, string name = "")
    {
        Count(value.Length, width);
        _size += value.Length;
    }

    public void FixedBytes(scoped ref byte[] value, int count, string name = "")
    {
        _failed |= (value?.Length ?? 0) > count;
        _size += count;
    }

    public void Rest(scoped ref byte[] value, string name = "") => _size += value?.Length ?? 0;

    public void AsciiZ(scoped ref string value, string name = "") => _size += UpToNul(value).Length + 1;

    public void EncodedZ(scoped ref string value, Encoding encoding, string name = "") => _size += encoding.GetByteCount(UpToNul(value)) + 1;

    public void Utf16Z(scoped ref string value, string name = "") => _size += ((long)UpToNul(value).Length + 1) * 2;

    public void Numbers<T>(scoped ref T[] value, CountWidth width, string name = "")
        where T : unmanaged
    {
        var count = value?.Length ?? 0;
        Count(count, width);
        _size += (long)count * Unsafe.SizeOf<T>();
    }

    public void NumbersOf<T>(scoped ref T[] value, int count, string name = "")
        where T : unmanaged
    {
        _failed |= (value?.Length ?? 0) != count;
        _size += (long)count * Unsafe.SizeOf<T>();
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
        var before = _size;
        Structure(ref value, name);
        Count((int)Math.Min(_size - before, int.MaxValue), width);
    }

    public void Array<T>(scoped ref T[] value, CountWidth width, string name = "")
        where T : IWireStructure<T>
    {
        var count = value?.Length ?? 0;
        Count(count, width);
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

    private void Count(int count, CountWidth width)
    {
        _failed |= width switch
        {
            CountWidth.Byte => count > byte.MaxValue,
            CountWidth.UInt16 => count > ushort.MaxValue,
            _ => false,
        };
        _size += (int)width;
    }

    private static ReadOnlySpan<char> UpToNul(string? value)
    {
        var nul = value.AsSpan().IndexOf('\0');
        return nul < 0 ? value : value.AsSpan(0, nul);
    }
}
