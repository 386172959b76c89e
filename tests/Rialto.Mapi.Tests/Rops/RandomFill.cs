using System.Text;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>
/// Fills a structure with values at random, by the structure's own declaration: to the Fields method it is a reader that never runs out. Values that a format
/// forbids fail it, as bytes would; the caller tries again with another seed.
/// </summary>
internal struct RandomFill(Random random) : IWireIo
{
    private static readonly PropertyType[] s_types = [.. System.Enum.GetValues<PropertyType>().Where(t => t is not (PropertyType.Unspecified or PropertyType.Null
        or PropertyType.Object or PropertyType.MultipleFlag or PropertyType.MultipleInstance or PropertyType.RuleAction))];

    private int _depth;
    private int _position;
    private int _regionEnd = int.MaxValue;

    public bool Failed { get; private set; }

    public readonly bool IsReading => true;

    public readonly int Position => _position;

    public readonly int Remaining => Math.Max(0, _regionEnd == int.MaxValue ? 1 << 20 : _regionEnd - _position);

    public void Fail() => Failed = true;

    public bool Enter(string name)
    {
        // Shallow, so that nested restrictions end.
        if (_depth >= 6)
        {
            Fail();
            return false;
        }
        _depth++;
        return true;
    }

    public void Leave() => _depth--;

    public void U8(scoped ref byte value, string name = "") => value = (byte)Next(1, random.Next(4) == 0 ? 256 : 6);

    public void U16(scoped ref ushort value, string name = "") => value = (ushort)Next(2, name.Contains("Count", StringComparison.Ordinal) ? 4 : 65_536);

    public void U32(scoped ref uint value, string name = "") =>
        // Half of the time a property tag, since that is what most of them are.
        value = name.EndsWith("Count", StringComparison.Ordinal) ? (uint)Next(4, 4)
            : random.Next(2) == 0 ? (uint)Next(4, int.MaxValue) : (uint)(Next(4, 0x9000) << 16) | (uint)s_types[random.Next(s_types.Length)];

    public void U64(scoped ref ulong value, string name = "") => value = (ulong)random.NextInt64() + (ulong)Next(8, 1);

    public void U48BigEndian(scoped ref ulong value, string name = "") => value = (ulong)random.NextInt64(1L << 48) + (ulong)Next(6, 1);

    public void I16(scoped ref short value, string name = "") => value = (short)Next(2, 65_536);

    public void I32(scoped ref int value, string name = "") => value = Next(4, int.MaxValue) - 1000;

    public void I64(scoped ref long value, string name = "") => value = random.NextInt64() + Next(8, 1);

    public void F32(scoped ref float value, string name = "") => value = Next(4, 1000) / 8f;

    public void F64(scoped ref double value, string name = "") => value = Next(8, 1000) / 8d;

    public void Bool(scoped ref bool value, string name = "") => value = Next(1, 2) == 1;

    public void Guid(scoped ref Guid value, string name = "")
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        value = new Guid(bytes);
        _position += 16;
    }

    public void Enum<T>(scoped ref T value, string name = "")
        where T : unmanaged, Enum
    {
        var values = System.Enum.GetValues<T>();
        value = values[Next(1, values.Length)];
    }

    public void Bytes(scoped ref byte[] value, CountWidth width, string name = "")
    {
        value = new byte[Next(2, 20)];
        random.NextBytes(value);
        _position += value.Length;
    }

    public void Memory(scoped ref ReadOnlyMemory<byte> value, CountWidth width, string name = "")
    {
        byte[] bytes = [];
        Bytes(ref bytes, width, name);
        value = bytes;
    }

    public void FixedBytes(scoped ref byte[] value, int count, string name = "")
    {
        value = new byte[count];
        random.NextBytes(value);
        _position += count;
    }

    public void Rest(scoped ref byte[] value, string name = "") => Bytes(ref value, CountWidth.UInt16, name);

    public void AsciiZ(scoped ref string value, string name = "") => value = Text(128);

    public void EncodedZ(scoped ref string value, Encoding encoding, string name = "") => value = Text(128);

    public void Utf16Z(scoped ref string value, string name = "") => value = Text(0x3000);

    public void Numbers<T>(scoped ref T[] value, CountWidth width, string name = "")
        where T : unmanaged => NumbersOf(ref value, Next(2, 6), name);

    public void NumbersOf<T>(scoped ref T[] value, int count, string name = "")
        where T : unmanaged
    {
        value = new T[count];
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(value.AsSpan()));
        if (value is PropertyTag[] tags)
        {
            for (var i = 0; i < tags.Length; i++)
                tags[i] = new PropertyTag((ushort)random.Next(1, 0x9000), s_types[random.Next(s_types.Length)]);
        }
        _position += count * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
    }

    public void Structure<T>(scoped ref T value, string name = "")
        where T : IWireStructure<T>
    {
        if (!Enter(name))
            return;
        T.Fields(ref this, ref value);
        Leave();
    }

    public int BeginSized(CountWidth width, string name)
    {
        var outer = _regionEnd;
        _regionEnd = random.Next(4) == 0 ? _position : _position + random.Next(40, 400);
        return outer;
    }

    public void EndSized(int token, CountWidth width) => _regionEnd = token;

    public void Sized<T>(scoped ref T value, CountWidth width, string name = "")
        where T : IWireStructure<T>
    {
        var outer = BeginSized(width, name);
        Structure(ref value, name);
        EndSized(outer, width);
    }

    public void Array<T>(scoped ref T[] value, CountWidth width, string name = "")
        where T : IWireStructure<T> => ArrayOf(ref value, Next(1, 4), name);

    public void ArrayOf<T>(scoped ref T[] value, int count, string name = "")
        where T : IWireStructure<T>
    {
        value = new T[count];
        for (var i = 0; i < count; i++)
        {
            value[i] = typeof(T).IsValueType ? default! : Activator.CreateInstance<T>();
            T.Fields(ref this, ref value[i]);
        }
    }

    private int Next(int size, int limit)
    {
        _position += size;
        return random.Next(limit);
    }

    private string Text(int limit)
    {
        var length = Next(2, 12);
        _position += length * 2;
        return string.Create(length, (random, limit), static (span, state) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = (char)state.random.Next(1, state.limit);
        });
    }
}
