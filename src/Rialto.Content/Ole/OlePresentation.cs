// [MS-OLEDS] 2.3.4 OLEPresentationStream, 2.1.1 clipboard formats.
using Rialto.Wire;

namespace Rialto.Content.Ole;

/// <summary>
/// <code>
/// format: 0 | FFFFFFFF or FFFFFFFE, number (4) | length, name    device size (4), device   aspect  index  flags  reserved  width  height  (4 each, size in hundredths of a millimetre)
/// size (4)  data
/// </code>
/// </summary>
internal static class OlePresentation
{
    private const uint Bitmap = 2, MetafilePicture = 3, DeviceBitmap = 8, EnhancedMetafilePicture = 14;

    /// <summary>Longer names of clipboard formats are none. [MS-OLEDS] 2.3.1 bounds them the same.</summary>
    private const int MaxFormatName = 0x01F4;

    public static OlePicture? Read(ReadOnlySpan<byte> stream)
    {
        var reader = new WireReader(stream);
        var marker = reader.ReadUInt32();
        uint format = 0;
        if (marker is 0xFFFFFFFF or 0xFFFFFFFE)
            format = reader.ReadUInt32();
        else if (marker <= MaxFormatName)
            reader.Skip((int)marker);
        else
            return null;
        var device = reader.ReadUInt32();
        if (device > 0x10000)
            return null;
        // The size counts its own four bytes.
        if (device > 4)
            reader.Skip((int)device - 4);
        reader.Skip(16);
        var width = reader.ReadInt32();
        var height = reader.ReadInt32();
        var size = reader.ReadUInt32();
        if (reader.Failed)
            return null;
        var data = reader.Unread;
        data = data[..(int)Math.Min(size, (uint)data.Length)];
        return format switch
        {
            DeviceBitmap or Bitmap => DeviceIndependentBitmap.ToFile(data) is { } file ? new OlePicture(file, "image/bmp", ".bmp") : null,
            EnhancedMetafilePicture => EnhancedMetafile.Is(data) ? EnhancedMetafile.Picture(data) : null,
            MetafilePicture => WindowsMetafile.Is(data) ? WindowsMetafile.Picture(data, width, height) : null,
            _ => OlePicture.OfBytes(data),
        };
    }
}
