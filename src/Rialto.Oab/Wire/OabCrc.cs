// [MS-OXOAB] 2: CRC-32 of IEEE 802.3, seeded with 0xFFFFFFFF; no bit is turned round at the end.
using System.Buffers.Binary;

namespace Rialto.Oab.Wire;

/// <summary>The check sum of address book files.</summary>
public static class OabCrc
{
    /// <summary>What a sum starts with.</summary>
    public const uint Seed = 0xFFFFFFFF;

    private static readonly uint[][] s_tables = Make();

    /// <summary>The sum of bytes that follow those the seed is of.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var t = s_tables;
        while (bytes.Length >= 8)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[7][low & 0xFF] ^ t[6][(low >> 8) & 0xFF] ^ t[5][(low >> 16) & 0xFF] ^ t[4][low >> 24]
                ^ t[3][high & 0xFF] ^ t[2][(high >> 8) & 0xFF] ^ t[1][(high >> 16) & 0xFF] ^ t[0][high >> 24];
            bytes = bytes[8..];
        }
        foreach (var b in bytes)
            crc = (crc >> 8) ^ t[0][(byte)crc ^ b];
        return crc;
    }

    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(Seed, bytes);

    private static uint[][] Make()
    {
        const uint Polynomial = 0xEDB88320;
        var tables = new uint[8][];
        for (var n = 0; n < 8; n++)
        {
            tables[n] = new uint[256];
            for (uint i = 0; i < 256; i++)
            {
                var crc = n == 0 ? i : tables[n - 1][i];
                for (var bit = 0; bit < 8; bit++)
                    crc = (crc >> 1) ^ (Polynomial & (0 - (crc & 1)));
                tables[n][i] = crc;
            }
        }
        return tables;
    }
}
