// [MS-OXTNEF] 2.1.3.3 attributes, 2.3.3 the reader's handling of them.
using System.Buffers.Binary;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Tnef;

/// <summary>
/// One stream. What the legacy attributes say is collected apart and only fills what the property lists leave open: the lists are exact, where attributes
/// cut times to local seconds and text to a code page. [MS-OXTNEF] 2.3.1.
/// </summary>
internal ref struct TnefStreamReader
{
    private readonly TnefReadContext _context;
    private readonly int _offset;
    private readonly PropertyMessage _message;
    private readonly PropertyBag _legacy = new(8);
    private readonly Encoding _encoding;
    private readonly int _codePage;
    private ReadOnlySpan<byte> _owner;
    private TnefAttachmentReader? _attachment;

    private TnefStreamReader(int codePage, int offset, TnefReadContext context)
    {
        _codePage = codePage;
        _offset = offset;
        _context = context;
        _encoding = context.EncodingOf(codePage, offset);
        _message = new PropertyMessage { NamedProperties = context.Names };
    }

    public static TnefMessage Read(ReadOnlySpan<byte> stream, int offset, TnefReadContext context)
    {
        var attributes = new TnefAttributeReader(stream);
        if (!attributes.IsTnef)
        {
            context.Warn(TnefWarningKind.NotTnef, offset);
            return new TnefMessage { Message = new PropertyMessage { NamedProperties = context.Names }, Warnings = context.Warnings };
        }
        var reader = new TnefStreamReader(CodePageOf(stream), offset, context);
        while (attributes.Next())
        {
            if (attributes.IsTruncated)
                context.Warn(TnefWarningKind.Truncated, offset + attributes.Offset);
            else if (attributes.Checksum != TnefAttributeReader.ChecksumOf(attributes.Data))
                context.Warn(TnefWarningKind.WrongChecksum, offset + attributes.Offset);
            if (!reader.Attribute(attributes))
                break;
        }
        if (!attributes.IsTruncated && attributes.Position < stream.Length)
            context.Warn(TnefWarningKind.TrailingGarbage, offset + attributes.Position);
        reader.Finish();
        return new TnefMessage { Message = reader._message, Key = attributes.Key, CodePage = reader._codePage, Warnings = context.Warnings };
    }

    /// <summary>The code page holds for the whole stream, wherever its attribute stands. A look at the headers alone finds it.</summary>
    private static int CodePageOf(ReadOnlySpan<byte> stream)
    {
        var attributes = new TnefAttributeReader(stream);
        while (attributes.Next())
        {
            if (attributes is { Tag: TnefAttributeTag.OemCodepage, Data.Length: >= 4 } && BinaryPrimitives.ReadInt32LittleEndian(attributes.Data) is > 0 and < 65536 and var codePage)
                return codePage;
        }
        return 0;
    }

    private bool Attribute(TnefAttributeReader attribute)
    {
        var at = _offset + attribute.Offset;
        if (attribute.Level == TnefAttributeReader.MessageLevel)
        {
            if (!MessageAttribute(attribute.Tag, attribute.Data, at))
                _context.Warn(TnefWarningKind.UnknownAttribute, at);
            return true;
        }
        if (attribute.Tag == TnefAttributeTag.AttachRendData || _attachment is null)
        {
            FinishAttachment();
            if (!_context.TakeAttachment())
            {
                _context.Warn(TnefWarningKind.TooMany, at);
                return false;
            }
            _attachment = new TnefAttachmentReader(_encoding, _context);
        }
        if (!_attachment.Attribute(attribute.Tag, attribute.Data, at))
            _context.Warn(TnefWarningKind.UnknownAttribute, at);
        return true;
    }

    private bool MessageAttribute(TnefAttributeTag tag, ReadOnlySpan<byte> data, int at)
    {
        switch (tag)
        {
            case TnefAttributeTag.TnefVersion:
            case TnefAttributeTag.OemCodepage:
            case TnefAttributeTag.None:
                return true;
            case TnefAttributeTag.MsgProps:
                new TnefPropertyReader(data, at, _encoding, _context).ReadList(_message.Properties);
                return true;
            case TnefAttributeTag.RecipTable:
                Recipients(data, at);
                return true;
            case TnefAttributeTag.MessageClass:
                _legacy.Set(PropertyValue.Of(PropertyTags.MessageClass, TnefMessageClass.FromLegacy(Text(data))));
                return true;
            case TnefAttributeTag.OriginalMessageClass:
                _legacy.Set(PropertyValue.Of(PropertyTags.OriginalMessageClass, TnefMessageClass.FromLegacy(Text(data))));
                return true;
            case TnefAttributeTag.Subject:
                _legacy.Set(PropertyValue.Of(PropertyTags.Subject, Text(data)));
                return true;
            case TnefAttributeTag.Body:
                _legacy.Set(PropertyValue.Of(PropertyTags.Body, Text(data)));
                return true;
            case TnefAttributeTag.DateSent:
                Date(PropertyTags.ClientSubmitTime, data, at);
                return true;
            case TnefAttributeTag.DateRecd:
                Date(PropertyTags.MessageDeliveryTime, data, at);
                return true;
            case TnefAttributeTag.DateModified:
                Date(PropertyTags.LastModificationTime, data, at);
                return true;
            case TnefAttributeTag.DateStart:
                Date(PropertyTags.StartDate, data, at);
                return true;
            case TnefAttributeTag.DateEnd:
                Date(PropertyTags.EndDate, data, at);
                return true;
            case TnefAttributeTag.MessageId:
                Key(PropertyTags.SearchKey, data, at);
                return true;
            case TnefAttributeTag.ParentId:
                Key(PropertyTags.ParentKey, data, at);
                return true;
            case TnefAttributeTag.ConversationId:
                Key(PropertyTags.ConversationKey, data, at);
                return true;
            case TnefAttributeTag.Priority:
                Number(PropertyTags.Priority, data, 2, at, static value => value switch { 1 => 1, 3 => -1, _ => 0 });
                return true;
            case TnefAttributeTag.MessageStatus:
                Number(PropertyTags.MessageFlags, data, 1, at, TnefMessageStatus.ToFlags);
                return true;
            case TnefAttributeTag.AidOwner:
                Number(PropertyTags.OwnerAppointmentId, data, 4, at, static value => value);
                return true;
            case TnefAttributeTag.RequestRes:
                if (data.Length >= 2)
                    _legacy.Set(PropertyValue.Of(PropertyTags.ResponseRequested, BinaryPrimitives.ReadUInt16LittleEndian(data) != 0));
                else
                    _context.Warn(TnefWarningKind.InvalidAttribute, at);
                return true;
            case TnefAttributeTag.From:
                if (TnefAddress.ReadTriple(data, _encoding) is { } sender)
                    sender.Set(_legacy, PropertyTags.SenderName, PropertyTags.SenderAddressType, PropertyTags.SenderEmailAddress, PropertyTags.SenderEntryId);
                else
                    _context.Warn(TnefWarningKind.InvalidAttribute, at);
                return true;
            case TnefAttributeTag.SentFor:
                if (TnefAddress.ReadCounted(data, _encoding) is { } represented)
                    SetRepresented(represented);
                else
                    _context.Warn(TnefWarningKind.InvalidAttribute, at);
                return true;
            case TnefAttributeTag.Owner:
                // Whom it names depends on the message class, which may come later.
                _owner = data;
                return true;
            case TnefAttributeTag.Delegate:
                _legacy.Set(PropertyValue.Of(PropertyTags.ReceivedRepresentingEntryId, data.ToArray()));
                return true;
            default:
                return false;
        }
    }

    private readonly void Recipients(ReadOnlySpan<byte> data, int at)
    {
        var reader = new TnefPropertyReader(data, at, _encoding, _context);
        var count = reader.ReadCount();
        for (uint i = 0; i < count && reader.Remaining > 0; i++)
        {
            if (!_context.TakeRecipient())
            {
                _context.Warn(TnefWarningKind.TooMany, at);
                return;
            }
            // Most of what a hostile table holds are empty rows: they cost nothing.
            var recipient = new PropertyRecipient { Properties = new PropertyBag(0) };
            var whole = reader.ReadList(recipient.Properties);
            if (whole || recipient.Properties.Count > 0)
                _message.Recipients.Add(recipient);
            if (!whole)
                return;
        }
    }

    private void FinishAttachment()
    {
        if (_attachment is not null)
            _message.Attachments.Add(_attachment.Finish());
        _attachment = null;
    }

    private void Finish()
    {
        FinishAttachment();
        if (!_owner.IsEmpty && TnefAddress.ReadCounted(_owner, _encoding) is { } owner)
        {
            var messageClass = _message.Properties.GetString(PropertyTags.MessageClass) ?? _legacy.GetString(PropertyTags.MessageClass) ?? "";
            if (TnefMessageClass.OwnerIsReceiver(messageClass))
            {
                var bag = new PropertyBag();
                owner.Set(bag, PropertyTags.ReceivedRepresentingName, PropertyTags.ReceivedRepresentingAddressType, PropertyTags.ReceivedRepresentingEmailAddress, PropertyTags.ReceivedRepresentingEntryId);
                Fill(bag, _legacy);
            }
            else
            {
                var bag = new PropertyBag();
                owner.Set(bag, PropertyTags.SentRepresentingName, PropertyTags.SentRepresentingAddressType, PropertyTags.SentRepresentingEmailAddress, PropertyTags.SentRepresentingEntryId);
                Fill(bag, _legacy);
            }
        }
        Fill(_legacy, _message.Properties);
    }

    private readonly void SetRepresented(TnefAddress address) =>
        address.Set(_legacy, PropertyTags.SentRepresentingName, PropertyTags.SentRepresentingAddressType, PropertyTags.SentRepresentingEmailAddress, PropertyTags.SentRepresentingEntryId);

    private readonly string Text(ReadOnlySpan<byte> data) => TnefPropertyReader.CodePageOf(data, _encoding);

    private readonly void Date(PropertyTag tag, ReadOnlySpan<byte> data, int at)
    {
        if (TnefDate.Read(data) is { } time)
            _legacy.Set(PropertyValue.Of(tag, time));
        else if (data.ContainsAnyExcept((byte)0))
            _context.Warn(TnefWarningKind.InvalidAttribute, at);
    }

    /// <summary>[MS-OXTNEF] 2.1.3.3.7: keys as hexadecimal digits.</summary>
    private readonly void Key(PropertyTag tag, ReadOnlySpan<byte> data, int at)
    {
        var digits = data.TrimEnd((byte)0);
        var key = new byte[digits.Length / 2];
        if (digits.Length > 0 && (digits.Length & 1) == 0 && Convert.FromHexString(digits, key, out _, out _) == System.Buffers.OperationStatus.Done)
            _legacy.Set(PropertyValue.Of(tag, key));
        else if (digits.Length > 0)
            _context.Warn(TnefWarningKind.InvalidAttribute, at);
    }

    private readonly void Number(PropertyTag tag, ReadOnlySpan<byte> data, int size, int at, Func<int, int> map)
    {
        if (data.Length < size)
        {
            _context.Warn(TnefWarningKind.InvalidAttribute, at);
            return;
        }
        var value = size switch
        {
            1 => data[0],
            2 => BinaryPrimitives.ReadInt16LittleEndian(data),
            _ => BinaryPrimitives.ReadInt32LittleEndian(data),
        };
        _legacy.Set(PropertyValue.Of(tag, map(value)));
    }

    /// <summary>Sets what is not there yet.</summary>
    internal static void Fill(PropertyBag from, PropertyBag into)
    {
        foreach (var value in from.Span)
        {
            if (!into.TryGet(value.Tag.Id, out _))
                into.Set(value);
        }
    }
}
