// [MS-EMF] 2.3.4.2 EMR_HEADER, 2.3.1 bitmap records.
using System.Buffers.Binary;

namespace Rialto.Content.Ole;

/// <summary>A metafile of Win32: records of <code>type (4)  size (4)  data</code> of which the first is the header.</summary>
internal static class EnhancedMetafile
{
    private const uint Header = 1, EndOfFile = 14, BitBlt = 76, StretchBlt = 77, StretchDiBits = 81, SetDiBitsToDevice = 80;

    /// <summary>" EMF".</summary>
    private const uint Signature = 0x464D4520;

    public static bool Is(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 88 && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Header && BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]) == Signature;

    /// <summary>The one bitmap that the metafile shows, else the metafile.</summary>
    public static OlePicture Picture(ReadOnlySpan<byte> bytes) =>
        Bitmap(bytes) is { } bitmap ? new OlePicture(bitmap, "image/bmp", ".bmp") : new OlePicture(bytes.ToArray(), "image/emf", ".emf");

    private static byte[]? Bitmap(ReadOnlySpan<byte> bytes)
    {
        byte[]? found = null;
        var records = bytes;
        while (records.Length >= 8)
        {
            var type = BinaryPrimitives.ReadUInt32LittleEndian(records);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(records[4..]);
            if (size < 8 || size > records.Length || type == EndOfFile)
                break;
            var record = records[..(int)size];
            records = records[(int)size..];
            var at = type switch { StretchDiBits or SetDiBitsToDevice => 48, BitBlt or StretchBlt => 84, _ => 0 };
            if (at == 0)
            {
                if (Draws(type))
                    return null;
                continue;
            }
            if (record.Length < at + 16 || BinaryPrimitives.ReadUInt32LittleEndian(record[(at + 4)..]) == 0)
                continue;
            if (found is not null || Part(record, at) is not { } info || Part(record, at + 8) is not { } bits)
                return null;
            found = DeviceIndependentBitmap.ToFile(record[info], record[bits]);
            if (found is null)
                return null;
        }
        return found;
    }

    /// <summary>Offset and length of a part of a record; null where it is not inside.</summary>
    private static Range? Part(ReadOnlySpan<byte> record, int at)
    {
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(record[at..]);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(record[(at + 4)..]);
        return offset <= record.Length && length <= record.Length - offset ? (int)offset..(int)(offset + length) : null;
    }

    /// <summary>Lines, shapes, paths, text and bitmaps of other kinds. EMF+ comments say the same again.</summary>
    private static bool Draws(uint type) => type is >= 2 and <= 8 or 15 or >= 41 and <= 47 or >= 53 and <= 56 or >= 62 and <= 64 or 71 or 72 or 74 or 78 or 79 or >= 83 and <= 97 or 108 or 114 or 116 or 118;
}
