namespace Rialto.Store.Sqlite.Search;

/// <summary>Numbers in seven bits a byte, the lowest first, the highest bit set in all bytes but the last.</summary>
internal static class Varint
{
    public const int Longest = 5;

    public static int Write(Span<byte> to, uint value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            to[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        to[length++] = (byte)value;
        return length;
    }

    public static uint Read(ReadOnlySpan<byte> from, scoped ref int at)
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if ((uint)at >= (uint)from.Length)
                break;
            uint b = from[at++];
            value |= (b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }
        throw Damaged();
    }

    /// <summary>Passes over so many numbers.</summary>
    public static void Skip(ReadOnlySpan<byte> from, ref int at, uint count)
    {
        while (count > 0)
        {
            if ((uint)at >= (uint)from.Length)
                throw Damaged();
            if (from[at++] < 0x80)
                count--;
        }
    }

    /// <summary>Bytes of a length that was read, which may be any.</summary>
    public static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> from, scoped ref int at, uint length)
    {
        if (length > (uint)(from.Length - at))
            throw Damaged();
        var taken = from.Slice(at, (int)length);
        at += (int)length;
        return taken;
    }

    public static InvalidDataException Damaged() => new("The full-text index is damaged.");
}
