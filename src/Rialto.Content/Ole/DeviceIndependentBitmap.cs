// [MS-WMF] 2.2.2.9 DeviceIndependentBitmap; the header of a BMP file before it.
using System.Buffers.Binary;

namespace Rialto.Content.Ole;

/// <summary>A bitmap as Windows keeps it in memory, and the file that it becomes.</summary>
internal static class DeviceIndependentBitmap
{
    public const int FileHeaderSize = 14;

    private const int CoreHeader = 12, InfoHeader = 40, LargestHeader = 124;
    private const uint BitFields = 3;

    /// <summary>The bitmap with the header of a file; null for bytes that are no bitmap.</summary>
    public static byte[]? ToFile(ReadOnlySpan<byte> dib) => BitsOffset(dib) is { } offset ? ToFile(dib[..offset], dib[offset..]) : null;

    /// <summary>The same where header with colours and bits lie apart.</summary>
    public static byte[]? ToFile(ReadOnlySpan<byte> info, ReadOnlySpan<byte> bits)
    {
        if (BitsOffset(info) is not { } offset || offset > info.Length || bits.IsEmpty)
            return null;
        var file = new byte[FileHeaderSize + offset + bits.Length];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), FileHeaderSize + offset);
        info[..offset].CopyTo(file.AsSpan(FileHeaderSize));
        bits.CopyTo(file.AsSpan(FileHeaderSize + offset));
        return file;
    }

    /// <summary>Where the bits begin: after the header, its masks and its colours.</summary>
    private static int? BitsOffset(ReadOnlySpan<byte> dib)
    {
        if (dib.Length < CoreHeader)
            return null;
        var size = BinaryPrimitives.ReadUInt32LittleEndian(dib);
        if (size != CoreHeader && size is < InfoHeader or > LargestHeader || size > dib.Length)
            return null;
        int depth, colors, masks = 0;
        if (size == CoreHeader)
        {
            depth = BinaryPrimitives.ReadUInt16LittleEndian(dib[10..]);
            if (BinaryPrimitives.ReadUInt16LittleEndian(dib[8..]) != 1 || depth is not (1 or 4 or 8 or 24))
                return null;
            colors = depth <= 8 ? 3 << depth : 0;
        }
        else
        {
            depth = BinaryPrimitives.ReadUInt16LittleEndian(dib[14..]);
            var width = BinaryPrimitives.ReadInt32LittleEndian(dib[4..]);
            var used = BinaryPrimitives.ReadUInt32LittleEndian(dib[32..]);
            if (BinaryPrimitives.ReadUInt16LittleEndian(dib[12..]) != 1 || depth is not (1 or 4 or 8 or 16 or 24 or 32) || width <= 0 || used > 256)
                return null;
            colors = 4 * (used > 0 ? (int)used : depth <= 8 ? 1 << depth : 0);
            masks = size == InfoHeader && BinaryPrimitives.ReadUInt32LittleEndian(dib[16..]) == BitFields ? 12 : 0;
        }
        var offset = (int)size + masks + colors;
        return offset <= dib.Length ? offset : null;
    }
}
