// [MS-OXCMAIL] 2.1.3.4.4 OLE attachments as pictures; [MS-OLEDS] 2.3.4 presentation streams; PidTagAttachRendering ([MS-OXCMSG] 2.2.2.17).
using Rialto.Content.CompoundFiles;
using Rialto.Model;

namespace Rialto.Content.Ole;

/// <summary>
/// What an OLE object looks like, from the picture that it carries for those who do not have its program. A bitmap, or a metafile that does nothing but show one, becomes a
/// BMP file; what is drawn in lines stays the metafile that it is.
/// </summary>
/// <param name="Data">A whole file of the type.</param>
/// <param name="MimeTag">image/bmp, image/png, image/jpeg, image/gif, image/emf or image/wmf.</param>
/// <param name="Extension">With its dot.</param>
public sealed record OlePicture(byte[] Data, string MimeTag, string Extension)
{
    /// <summary>ATTACH_OLE. [MS-OXCMSG] 2.2.2.9.</summary>
    public const int AttachOle = 6;

    /// <summary>Streams of a cache that are looked at: an object has one or two.</summary>
    private const int MaxPresentations = 8;

    /// <summary>Whether browsers show it, so that it can stand in a page.</summary>
    public bool IsShown => Extension is not (".wmf" or ".emf");

    /// <summary>Whether an attachment is an OLE object.</summary>
    public static bool IsOle(PropertyAttachment attachment) => attachment.Embedded is null && attachment.OpenData is null && attachment.Properties.GetInt32(PropertyTags.AttachMethod) == AttachOle;

    /// <summary>The picture of an OLE attachment; null where it has none, or for other attachments.</summary>
    public static OlePicture? Of(PropertyAttachment attachment)
    {
        if (!IsOle(attachment))
            return null;
        var data = attachment.Properties.GetBinary(PropertyTags.AttachDataBinary) ?? [];
        OlePicture? drawn = null;
        if (CompoundFile.IsCompoundFile(data))
            drawn = OfStorage(data);
        else if (data.Length > 0)
            drawn = OfBytes(data);
        if (drawn is { IsShown: true })
            return drawn;
        var rendering = attachment.Properties.GetBinary(PropertyTags.AttachRendering);
        return rendering is { Length: > 0 } && OfBytes(rendering) is { } icon && (drawn is null || icon.IsShown) ? icon : drawn;
    }

    private static OlePicture? OfStorage(byte[] data)
    {
        if (CompoundFile.Read(data, out _)?.Root is not { } root)
            return null;
        OlePicture? found = null;
        for (var i = 0; i < MaxPresentations && found is not { IsShown: true }; i++)
        {
            if (root.FindStream($"\u0002OlePres{i:000}") is not { } stream)
                break;
            found = OlePresentation.Read(stream.ToArray()) ?? found;
        }
        // Static pictures ("Picture (Metafile)", "Picture (Device Independent Bitmap)") lie in a stream of their own.
        if (found is not { IsShown: true } && root.FindStream("CONTENTS") is { } contents)
            found = OfBytes(contents.ToArray()) ?? found;
        return found;
    }

    /// <summary>A picture by what its bytes begin with; null for anything else.</summary>
    internal static OlePicture? OfBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
            return new OlePicture(bytes.ToArray(), "image/png", ".png");
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return new OlePicture(bytes.ToArray(), "image/jpeg", ".jpg");
        if (bytes.StartsWith("GIF8"u8))
            return new OlePicture(bytes.ToArray(), "image/gif", ".gif");
        if (bytes.StartsWith("BM"u8) && bytes.Length > DeviceIndependentBitmap.FileHeaderSize && DeviceIndependentBitmap.ToFile(bytes[DeviceIndependentBitmap.FileHeaderSize..]) is not null)
            return new OlePicture(bytes.ToArray(), "image/bmp", ".bmp");
        if (EnhancedMetafile.Is(bytes))
            return EnhancedMetafile.Picture(bytes);
        if (WindowsMetafile.Is(bytes))
            return WindowsMetafile.Picture(bytes, 0, 0);
        return DeviceIndependentBitmap.ToFile(bytes) is { } bitmap ? new OlePicture(bitmap, "image/bmp", ".bmp") : null;
    }
}
