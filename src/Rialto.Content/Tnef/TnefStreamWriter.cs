// [MS-OXTNEF] 2.1.3.3 attributes, 2.2.3 the writer's handling of them.
using System.Text;
using Rialto.Content.Mime;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.Tnef;

/// <summary>
/// One stream: version and code page first (2.2.2), the attributes that old readers know, then everything in property lists, attachments last and in each of them
/// the property list last (2.2.3.15). What is in both is exact in the list.
/// </summary>
internal static class TnefStreamWriter
{
    private const uint Version = 0x00010000;
    private const int Ole = 6;

    private static readonly ushort[] AttachmentData = [PropertyIds.AttachDataBinary];

    private static readonly ushort[] MessageObjects = [PropertyIds.MessageRecipients, PropertyIds.MessageAttachments];

    public static byte[] Write(PropertyMessage message, TnefWriterOptions options)
    {
        var writer = new WireWriter(4096);
        Stream(ref writer, message, options, null, 0);
        var bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }

    private static void Stream(ref WireWriter writer, PropertyMessage message, TnefWriterOptions options, TnefNames? outer, int depth)
    {
        var names = new TnefNames(message.NamedProperties, outer);
        var encoding = MailCharset.Find(options.CodePage) is { IsSingleByte: true } or { CodePage: 932 or 936 or 949 or 950 } ? MailCharset.Find(options.CodePage)! : MailCharset.Windows1252;
        var bag = message.Properties;
        writer.WriteUInt32(TnefReader.Signature);
        writer.WriteUInt16(options.Key);

        var at = Begin(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.TnefVersion);
        writer.WriteUInt32(Version);
        End(ref writer, at);
        at = Begin(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.OemCodepage);
        writer.WriteUInt32((uint)encoding.CodePage);
        writer.WriteUInt32(0);
        End(ref writer, at);

        Legacy(ref writer, bag, encoding, isEmbedded: depth > 0);

        if (message.Recipients.Count > 0 && (depth > 0 || options.IncludeRecipients))
            Recipients(ref writer, message, names);
        at = Begin(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.MsgProps);
        TnefPropertyWriter.WriteList(ref writer, bag, names, MessageObjects);
        End(ref writer, at);

        foreach (var attachment in message.Attachments)
            Attachment(ref writer, attachment, encoding, options, names, depth);
    }

    private static void Legacy(ref WireWriter writer, PropertyBag bag, Encoding encoding, bool isEmbedded)
    {
        var messageClass = bag.GetString(PropertyTags.MessageClass) ?? "";
        if (messageClass.Length > 0)
            Text(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.MessageClass, TnefMessageClass.ToLegacy(messageClass), encoding);
        if (bag.GetString(PropertyTags.OriginalMessageClass) is { Length: > 0 } original)
            Text(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.OriginalMessageClass, TnefMessageClass.ToLegacy(original), encoding);
        if (bag.TryGet(PropertyTags.Priority.Id, out var priority) && priority.Type == PropertyType.Integer32)
        {
            var at = Begin(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.Priority);
            writer.WriteUInt16(priority.AsInt32() switch { > 0 => 1, < 0 => 3, _ => 2 });
            End(ref writer, at);
        }
        // 2.2.3.5: an embedded message has its subject in the list alone.
        if (!isEmbedded && bag.GetString(PropertyTags.Subject) is { } subject)
            Text(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.Subject, subject, encoding);
        Date(ref writer, bag, TnefAttributeReader.MessageLevel, TnefAttributeTag.DateSent, PropertyTags.ClientSubmitTime);
        Date(ref writer, bag, TnefAttributeReader.MessageLevel, TnefAttributeTag.DateModified, PropertyTags.LastModificationTime);
        Key(ref writer, bag, TnefAttributeTag.MessageId, PropertyTags.SearchKey);
        Key(ref writer, bag, TnefAttributeTag.ParentId, PropertyTags.ParentKey);
        if (isEmbedded)
            Received(ref writer, bag, encoding);
        if (TnefMessageClass.IsMeeting(messageClass))
            Meeting(ref writer, bag, messageClass, encoding);
    }

    /// <summary>What the header of a mail tells of the outermost message and nothing else of an embedded one.</summary>
    private static void Received(ref WireWriter writer, PropertyBag bag, Encoding encoding)
    {
        Date(ref writer, bag, TnefAttributeReader.MessageLevel, TnefAttributeTag.DateRecd, PropertyTags.MessageDeliveryTime);
        if (bag.TryGet(PropertyTags.MessageFlags.Id, out var flags) && flags.Type == PropertyType.Integer32)
        {
            var at = Begin(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.MessageStatus);
            writer.WriteByte(TnefMessageStatus.FromFlags(flags.AsInt32()));
            End(ref writer, at);
        }
        if (TnefAddress.Of(bag, PropertyTags.SenderName, PropertyTags.SenderAddressType, PropertyTags.SenderEmailAddress) is { Fits: true } sender)
        {
            var at = Begin(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.From);
            sender.WriteTriple(ref writer, encoding);
            End(ref writer, at);
        }
    }

    private static void Meeting(ref WireWriter writer, PropertyBag bag, string messageClass, Encoding encoding)
    {
        Date(ref writer, bag, TnefAttributeReader.MessageLevel, TnefAttributeTag.DateStart, PropertyTags.StartDate);
        Date(ref writer, bag, TnefAttributeReader.MessageLevel, TnefAttributeTag.DateEnd, PropertyTags.EndDate);
        if (bag.TryGet(PropertyTags.OwnerAppointmentId.Id, out var id) && id.Type == PropertyType.Integer32)
        {
            var at = Begin(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.AidOwner);
            writer.WriteInt32(id.AsInt32());
            End(ref writer, at);
        }
        if (bag.TryGet(PropertyTags.ResponseRequested.Id, out var requested) && requested.Type == PropertyType.Boolean)
        {
            var at = Begin(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.RequestRes);
            writer.WriteUInt16(requested.AsBoolean() ? (ushort)1 : (ushort)0);
            End(ref writer, at);
        }
        var represented = TnefAddress.Of(bag, PropertyTags.SentRepresentingName, PropertyTags.SentRepresentingAddressType, PropertyTags.SentRepresentingEmailAddress);
        var owner = TnefMessageClass.OwnerIsReceiver(messageClass)
            ? TnefAddress.Of(bag, PropertyTags.ReceivedRepresentingName, PropertyTags.ReceivedRepresentingAddressType, PropertyTags.ReceivedRepresentingEmailAddress)
            : represented;
        if (owner is { Fits: true } named)
        {
            var at = Begin(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.Owner);
            named.WriteCounted(ref writer, encoding);
            End(ref writer, at);
        }
        if (represented is { Fits: true } sender)
        {
            var at = Begin(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.SentFor);
            sender.WriteCounted(ref writer, encoding);
            End(ref writer, at);
        }
    }

    private static void Recipients(ref WireWriter writer, PropertyMessage message, TnefNames names)
    {
        var at = Begin(ref writer, TnefAttributeReader.MessageLevel, TnefAttributeTag.RecipTable);
        writer.WriteUInt32((uint)message.Recipients.Count);
        foreach (var recipient in message.Recipients)
            TnefPropertyWriter.WriteList(ref writer, recipient.Properties, names, default);
        End(ref writer, at);
    }

    private static void Attachment(ref WireWriter writer, PropertyAttachment attachment, Encoding encoding, TnefWriterOptions options, TnefNames names, int depth)
    {
        const byte level = TnefAttributeReader.AttachmentLevel;
        var bag = attachment.Properties;
        bag.TryGet(PropertyIds.AttachDataBinary, out var data);
        var isOle = attachment.Embedded is null && (data.Type == PropertyType.Object || bag.GetInt32(PropertyTags.AttachMethod) == Ole);

        var at = Begin(ref writer, level, TnefAttributeTag.AttachRendData);
        writer.WriteUInt16(isOle ? (ushort)2 : (ushort)1);
        writer.WriteInt32(bag.GetInt32(PropertyTags.RenderingPosition, -1));
        // Outlook gives its icons' size here, and none for objects that draw themselves.
        writer.WriteUInt16(isOle ? ushort.MaxValue : (ushort)32);
        writer.WriteUInt16(isOle ? ushort.MaxValue : (ushort)32);
        writer.WriteUInt32(bag.GetBinary(PropertyTags.AttachEncoding) is { } form && TnefAttachmentReader.MacBinaryEncoding.SequenceEqual(form) ? 1u : 0u);
        End(ref writer, at);

        if ((bag.GetString(PropertyTags.AttachFilename) ?? bag.GetString(PropertyTags.AttachLongFilename)) is { } title)
            Text(ref writer, level, TnefAttributeTag.AttachTitle, title, encoding);
        Date(ref writer, bag, level, TnefAttributeTag.AttachCreateDate, PropertyTags.CreationTime);
        Date(ref writer, bag, level, TnefAttributeTag.AttachModifyDate, PropertyTags.LastModificationTime);
        if (bag.GetString(PropertyTags.AttachTransportName) is { } transport)
            Text(ref writer, level, TnefAttributeTag.AttachTransportFilename, transport, encoding);
        if (bag.GetBinary(PropertyTags.AttachRendering) is { } rendering)
        {
            at = Begin(ref writer, level, TnefAttributeTag.AttachMetaFile);
            writer.Write(rendering);
            End(ref writer, at);
        }
        if (attachment.Embedded is null && data is { Type: PropertyType.Binary, Reference: byte[] content })
        {
            at = Begin(ref writer, level, TnefAttributeTag.AttachData);
            writer.Write(content);
            End(ref writer, at);
        }

        at = Begin(ref writer, level, TnefAttributeTag.Attachment);
        var count = TnefPropertyWriter.BeginList(ref writer);
        // An object's data has no attribute of its own: it goes into the list.
        var inList = attachment.Embedded is null && data.Type == PropertyType.Object;
        var written = TnefPropertyWriter.WriteValues(ref writer, bag, names, inList ? default(ReadOnlySpan<ushort>) : AttachmentData);
        if (attachment.Embedded is { } embedded && depth < options.MaxDepth)
        {
            Embedded(ref writer, embedded, options, names, depth);
            written++;
        }
        writer.PatchUInt32(count, written);
        End(ref writer, at);
    }

    private static void Embedded(ref WireWriter writer, PropertyMessage message, TnefWriterOptions options, TnefNames names, int depth)
    {
        writer.WriteUInt32(PropertyTags.AttachDataObject.Value);
        writer.WriteUInt32(1);
        var sizeAt = writer.Position;
        writer.WriteUInt32(0);
        writer.WriteGuid(TnefInterfaces.Message);
        Stream(ref writer, message, options, names, depth + 1);
        var size = writer.Position - sizeAt - 4;
        writer.PatchUInt32(sizeAt, (uint)size);
        TnefPropertyWriter.Pad(ref writer, size);
    }

    private static void Text(ref WireWriter writer, byte level, TnefAttributeTag tag, string text, Encoding encoding)
    {
        var at = Begin(ref writer, level, tag);
        writer.WriteEncodedZ(text, encoding);
        End(ref writer, at);
    }

    private static void Date(ref WireWriter writer, PropertyBag bag, byte level, TnefAttributeTag tag, PropertyTag property)
    {
        if (bag.GetTime(property) is not { } time)
            return;
        var at = Begin(ref writer, level, tag);
        TnefDate.Write(ref writer, time);
        End(ref writer, at);
    }

    private static void Key(ref WireWriter writer, PropertyBag bag, TnefAttributeTag tag, PropertyTag property)
    {
        // Only keys as stores make them, 16 bytes, are told in hexadecimal.
        if (bag.GetBinary(property) is not { Length: 16 } key)
            return;
        var at = Begin(ref writer, TnefAttributeReader.MessageLevel, tag);
        writer.WriteEncodedZ(Convert.ToHexString(key), Encoding.ASCII);
        End(ref writer, at);
    }

    private static int Begin(ref WireWriter writer, byte level, TnefAttributeTag tag)
    {
        writer.WriteByte(level);
        writer.WriteUInt32((uint)tag);
        writer.WriteUInt32(0);
        return writer.Position;
    }

    private static void End(ref WireWriter writer, int start)
    {
        writer.PatchUInt32(start - 4, (uint)(writer.Position - start));
        writer.WriteUInt16(TnefAttributeReader.ChecksumOf(writer.Written[start..]));
    }
}
