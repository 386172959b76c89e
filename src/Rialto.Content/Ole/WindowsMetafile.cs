// [MS-WMF] 2.3.2.2 META_HEADER, 2.3.2.3 META_PLACEABLE, 2.3.1 records that show a bitmap.
using System.Buffers.Binary;

namespace Rialto.Content.Ole;

/// <summary>
/// A metafile of Windows 3:
/// <code>[placeable header (22)]  header (18)  { size in words (4)  function (2)  parameters }</code>
/// </summary>
internal static class WindowsMetafile
{
    private const uint PlaceableKey = 0x9AC6CDD7;
    private const int PlaceableSize = 22, HeaderSize = 18;

    /// <summary>Functions that show a bitmap of their own.</summary>
    private const ushort StretchDib = 0x0F43, DibStretchBlt = 0x0B41, DibBitBlt = 0x0940, SetDibToDevice = 0x0D33;

    /// <summary>What draws other than a bitmap: lines, shapes, text, regions.</summary>
    private static readonly HashSet<ushort> Drawing =
    [
        0x0213, 0x0817, 0x0418, 0x0419, 0x081A, 0x041B, 0x061C, 0x061D, 0x041F, 0x0521, 0x0324, 0x0325, 0x0228, 0x012A, 0x012B, 0x0830, 0x0538, 0x0A32, 0x0548, 0x0922, 0x0B23, 0x0429, 0x062F,
    ];

    public static bool Is(ReadOnlySpan<byte> bytes)
    {
        var header = IsPlaceable(bytes) ? bytes[PlaceableSize..] : bytes;
        return header.Length >= HeaderSize && BinaryPrimitives.ReadUInt16LittleEndian(header) is 1 or 2 && BinaryPrimitives.ReadUInt16LittleEndian(header[2..]) == HeaderSize / 2
            && BinaryPrimitives.ReadUInt16LittleEndian(header[4..]) is 0x0100 or 0x0300;
    }

    /// <summary>The one bitmap that the metafile shows, else the metafile; sizes, in hundredths of a millimetre, make one without a placeable header a file. 0 for unknown.</summary>
    public static OlePicture Picture(ReadOnlySpan<byte> bytes, int width, int height)
    {
        if (Bitmap(bytes) is { } bitmap)
            return new OlePicture(bitmap, "image/bmp", ".bmp");
        return new OlePicture(IsPlaceable(bytes) ? bytes.ToArray() : WithPlace(bytes, width, height), "image/wmf", ".wmf");
    }

    private static bool IsPlaceable(ReadOnlySpan<byte> bytes) => bytes.Length >= PlaceableSize && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == PlaceableKey;

    private static byte[]? Bitmap(ReadOnlySpan<byte> bytes)
    {
        var records = bytes[((IsPlaceable(bytes) ? PlaceableSize : 0) + HeaderSize)..];
        byte[]? found = null;
        while (records.Length >= 6)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(records);
            var function = BinaryPrimitives.ReadUInt16LittleEndian(records[4..]);
            if (size < 3 || size > records.Length / 2 || function == 0)
                break;
            var record = records[..((int)size * 2)];
            records = records[((int)size * 2)..];
            var at = function switch { StretchDib => 28, DibStretchBlt => 26, DibBitBlt => 22, SetDibToDevice => 24, _ => 0 };
            if (at > 0)
            {
                // A blit without a bitmap paints the ground; with a second one it is a drawing.
                if (record.Length <= at + 12)
                    continue;
                if (found is not null)
                    return null;
                found = DeviceIndependentBitmap.ToFile(record[at..]);
                if (found is null)
                    return null;
            }
            else if (Drawing.Contains(function))
            {
                return null;
            }
        }
        return found;
    }

    /// <summary>Programs open a metafile that is a file only with this header before it.</summary>
    private static byte[] WithPlace(ReadOnlySpan<byte> bytes, int width, int height)
    {
        const int unitsAnInch = 1440, hundredthsAnInch = 2540;
        var file = new byte[PlaceableSize + bytes.Length];
        var header = file.AsSpan(0, PlaceableSize);
        BinaryPrimitives.WriteUInt32LittleEndian(header, PlaceableKey);
        BinaryPrimitives.WriteInt16LittleEndian(header[10..], Units(width));
        BinaryPrimitives.WriteInt16LittleEndian(header[12..], Units(height));
        BinaryPrimitives.WriteUInt16LittleEndian(header[14..], unitsAnInch);
        ushort sum = 0;
        for (var i = 0; i < 20; i += 2)
            sum ^= BinaryPrimitives.ReadUInt16LittleEndian(header[i..]);
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], sum);
        bytes.CopyTo(file.AsSpan(PlaceableSize));
        return file;

        static short Units(int size) => (short)Math.Clamp(size == 0 ? unitsAnInch : Math.Abs((long)size) * unitsAnInch / hundredthsAnInch, 1, short.MaxValue);
    }
}
