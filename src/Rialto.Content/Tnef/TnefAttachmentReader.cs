// [MS-OXTNEF] 2.1.3.3.22-2.1.3.3.29: attachment attributes.
using System.Buffers.Binary;
using System.Text;
using Rialto.Model;

namespace Rialto.Content.Tnef;

/// <summary>Collects the attributes of one attachment, which come in any order after its attAttachRendData.</summary>
internal sealed class TnefAttachmentReader(Encoding encoding, TnefReadContext context)
{
    private const ushort TypeOle = 2, TypePicture = 3;
    private const uint MacBinary = 1;
    private const int ByValue = 1, EmbeddedMessage = 5, Ole = 6;

    /// <summary>The object identifier that [MS-OXCMSG] 2.2.2.20 gives to MacBinary.</summary>
    internal static ReadOnlySpan<byte> MacBinaryEncoding => [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x14, 0x03, 0x0B, 0x01];

    private readonly PropertyAttachment _attachment = new() { Properties = new PropertyBag(0) };
    private readonly PropertyBag _legacy = new(0);
    private bool _hasList;
    private bool _isOle;
    private int? _position;
    private byte[]? _data;
    private byte[]? _title;

    /// <summary>False for an attribute that attachments do not have.</summary>
    public bool Attribute(TnefAttributeTag tag, ReadOnlySpan<byte> data, int at)
    {
        switch (tag)
        {
            case TnefAttributeTag.AttachRendData:
                RendData(data, at);
                return true;
            case TnefAttributeTag.AttachData:
                _data = data.ToArray();
                return true;
            case TnefAttributeTag.AttachTitle:
                _title = data.TrimEnd((byte)0).ToArray();
                return true;
            case TnefAttributeTag.AttachTransportFilename:
                Text(PropertyTags.AttachTransportName, data);
                return true;
            case TnefAttributeTag.AttachMetaFile:
                _legacy.Set(PropertyValue.Of(PropertyTags.AttachRendering, data.ToArray()));
                return true;
            case TnefAttributeTag.AttachCreateDate:
                Date(PropertyTags.CreationTime, data, at);
                return true;
            case TnefAttributeTag.AttachModifyDate:
                Date(PropertyTags.LastModificationTime, data, at);
                return true;
            case TnefAttributeTag.Attachment:
                _hasList = true;
                var reader = new TnefPropertyReader(data, at, encoding, context);
                reader.ReadList(_attachment.Properties);
                _attachment.Embedded = reader.Embedded ?? _attachment.Embedded;
                return true;
            default:
                return false;
        }
    }

    public PropertyAttachment Finish()
    {
        var bag = _attachment.Properties;
        var held = bag.TryGet(PropertyIds.AttachDataBinary, out var content);
        if (_attachment.Embedded is not null)
        {
            bag.Remove(PropertyIds.AttachDataBinary);
            _legacy.Set(PropertyValue.Of(PropertyTags.AttachMethod, EmbeddedMessage));
        }
        else
        {
            if (!held && _data is not null)
                bag.Set(content = PropertyValue.Of(_isOle ? PropertyTags.AttachDataObject : PropertyTags.AttachDataBinary, _data));
            if (held || _data is not null)
                _legacy.Set(PropertyValue.Of(PropertyTags.AttachMethod, content.Type == PropertyType.Object ? Ole : ByValue));
            // An embedded message that was too deep to be read: its stream is the attachment.
            if (content.Type == PropertyType.Binary && bag.GetInt32(PropertyTags.AttachMethod) == EmbeddedMessage)
                bag.Set(PropertyValue.Of(PropertyTags.AttachMethod, ByValue));
        }
        // A title that only repeats the long name, in the code page, is not another name.
        if (_title is not null && !(bag.GetString(PropertyTags.AttachLongFilename) is { } name && encoding.GetBytes(name).AsSpan().SequenceEqual(_title)))
            Text(PropertyTags.AttachFilename, _title);
        // With a property list, the position that means "none" need not be taken for a property of the attachment's.
        if (_position is { } position && !(_hasList && position == -1))
            _legacy.Set(PropertyValue.Of(PropertyTags.RenderingPosition, position));
        TnefStreamReader.Fill(_legacy, bag);
        return _attachment;
    }

    /// <summary>Type (2 bytes), position in the text (4), width (2), height (2), flags (4).</summary>
    private void RendData(ReadOnlySpan<byte> data, int at)
    {
        if (data.Length < 14)
        {
            context.Warn(TnefWarningKind.InvalidAttribute, at);
            return;
        }
        _isOle = BinaryPrimitives.ReadUInt16LittleEndian(data) is TypeOle or TypePicture;
        _position = BinaryPrimitives.ReadInt32LittleEndian(data[2..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(data[10..]) == MacBinary)
            _legacy.Set(PropertyValue.Of(PropertyTags.AttachEncoding, MacBinaryEncoding.ToArray()));
    }

    private void Text(PropertyTag tag, ReadOnlySpan<byte> data) => _legacy.Set(PropertyValue.Of(tag, TnefPropertyReader.CodePageOf(data, encoding)));

    private void Date(PropertyTag tag, ReadOnlySpan<byte> data, int at)
    {
        if (TnefDate.Read(data) is { } time)
            _legacy.Set(PropertyValue.Of(tag, time));
        else if (data.ContainsAnyExcept((byte)0))
            context.Warn(TnefWarningKind.InvalidAttribute, at);
    }
}
