// [MS-OXRTFCP] 2.1.3.1.3, 3.1.3.1.1: the CRC-32 polynomial of IEEE 802.3, but begun at zero and not inverted at the end.
using System.Buffers.Binary;

namespace Rialto.Content.Rtf;

/// <summary>The checksum of compressed RTF; PidTagRtfSyncBodyCrc and TNEF's attRtf have the same.</summary>
public static class RtfCrc
{
    private static readonly uint[] Tables = Build();

    /// <summary>The sum of these bytes, continued from an earlier sum.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes, uint crc = 0)
    {
        var tables = Tables.AsSpan();
        while (bytes.Length >= 8)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = tables[(int)(7 * 256 + (low & 255))] ^ tables[(int)(6 * 256 + (low >> 8 & 255))] ^ tables[(int)(5 * 256 + (low >> 16 & 255))] ^ tables[(int)(4 * 256 + (low >> 24))]
                ^ tables[(int)(3 * 256 + (high & 255))] ^ tables[(int)(2 * 256 + (high >> 8 & 255))] ^ tables[(int)(256 + (high >> 16 & 255))] ^ tables[(int)(high >> 24)];
            bytes = bytes[8..];
        }
        foreach (var b in bytes)
            crc = tables[(int)((crc ^ b) & 255)] ^ crc >> 8;
        return crc;
    }

    private static uint[] Build()
    {
        var tables = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            var c = i;
            for (var bit = 0; bit < 8; bit++)
                c = (c & 1) != 0 ? 0xEDB88320 ^ c >> 1 : c >> 1;
            tables[i] = c;
        }
        for (var i = 256; i < tables.Length; i++)
            tables[i] = tables[tables[i - 256] & 255] ^ tables[i - 256] >> 8;
        return tables;
    }
}
