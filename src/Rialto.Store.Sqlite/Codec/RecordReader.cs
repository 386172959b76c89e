using System.Buffers.Binary;
using System.Text;

namespace Rialto.Store.Sqlite.Codec;

/// <summary>Reads what <see cref="RecordWriter"/> wrote. Any bytes give values or <see cref="InvalidDataException"/>.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Byte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return (long)value;
        }
        throw Damaged();
    }

    public int Int32() => checked((int)Bounded(int.MinValue, int.MaxValue));

    public uint UInt32() => (uint)Bounded(0, uint.MaxValue);

    public Guid Guid() => new(Take(16));

    public long Fixed() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public ReadOnlySpan<byte> Bytes() => Take(Bounded(0, _rest.Length));

    public byte[]? OptionalBytes()
    {
        var count = Number();
        return count == 0 ? null : Take(count - 1).ToArray();
    }

    public string Text()
    {
        var bytes = Bytes();
        return bytes.IsEmpty ? "" : Encoding.UTF8.GetString(bytes);
    }

    public string? OptionalText()
    {
        var count = Number();
        return count == 0 ? null : Encoding.UTF8.GetString(Take(count - 1));
    }

    /// <summary>A number of items to come, each of at least one byte.</summary>
    public int Count() => (int)Bounded(0, _rest.Length);

    private long Bounded(long least, long most)
    {
        var value = Number();
        return value >= least && value <= most ? value : throw Damaged();
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if ((ulong)count > (ulong)_rest.Length)
            throw Damaged();
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private static InvalidDataException Damaged() => new("A stored record is damaged.");
}
