// RFC 1740: AppleSingle (application/applefile alone) and AppleDouble (the header part of multipart/appledouble); appendix A and B have the format.
using System.Buffers.Binary;

namespace Rialto.Content.Mime;

/// <summary>
/// Reads application/applefile.
/// <code>
/// magic 00051600 (single) or 00051607 (double) | version (4) | filler (16) | count (2) | count x { id (4) | offset (4) | length (4) }
/// </code>
/// All numbers big-endian.
/// </summary>
public static class AppleFile
{
    private const int HeaderLength = 26;
    private const int EntryLength = 12;

    /// <summary>Null where the bytes are no such file. Entries outside the bytes are cut to them. An AppleDouble header has no data: that is the part after it.</summary>
    public static MacFile? Read(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < HeaderLength || BinaryPrimitives.ReadUInt32BigEndian(span) is not (0x00051600 or 0x00051607))
            return null;
        var count = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(span[24..]), (span.Length - HeaderLength) / EntryLength);
        string name = "", type = "", creator = "";
        ReadOnlyMemory<byte> data = default, resource = default;
        for (var i = 0; i < count; i++)
        {
            var entry = span[(HeaderLength + i * EntryLength)..];
            var offset = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(entry[4..]), (uint)span.Length);
            var length = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(entry[8..]), (uint)(span.Length - offset));
            var content = bytes.Slice(offset, length);
            switch (BinaryPrimitives.ReadUInt32BigEndian(entry))
            {
                case 1:
                    data = content;
                    break;
                case 2:
                    resource = content;
                    break;
                case 3:
                    name = MacFile.Text(content.Span[..Math.Min(length, 255)]);
                    break;
                case 9 when length >= 8:
                    type = MacFile.Code(content.Span[..4]);
                    creator = MacFile.Code(content.Span[4..8]);
                    break;
            }
        }
        return new MacFile(name, type, creator, data, resource);
    }
}
