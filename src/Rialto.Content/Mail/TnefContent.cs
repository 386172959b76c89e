// [MS-OXCMAIL] 2.1.3.2.26 and 2.2.3.6: mail that carries its properties in a winmail.dat; [MS-OXTNEF].
using System.Text;
using Rialto.Content.Bodies;
using Rialto.Content.Mime;
using Rialto.Content.Tnef;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>A message in transport-neutral encapsulation, made one with the mail that brought it.</summary>
internal static class TnefContent
{
    /// <summary>The encapsulated message; null where the part holds none, or one of another message that someone forwarded with this one.</summary>
    public static PropertyMessage? Read(MimePart message, MimePart part)
    {
        var tnef = TnefReader.Read(TransferDecoder.Decode(part.Encoding, part.RawBody));
        if (!tnef.IsTnef)
            return null;
        if (message.TryFindHeader("X-MS-TNEF-Correlator"u8, out var field) && tnef.Message.Properties.GetBinary(PropertyTags.TnefCorrelationKey) is { Length: > 0 } key
            && !message.RawValue(field).SequenceEqual(key.AsSpan().TrimEnd((byte)0)))
        {
            return null;
        }
        return tnef.Message;
    }

    public static string? ClassOf(PropertyMessage? tnef) => tnef?.Properties.GetString(PropertyTags.MessageClass) is { Length: > 0 } messageClass ? messageClass : null;

    public static string TextOf(PropertyMessage tnef) => MessageBodies.Of(tnef.Properties).Text;

    /// <summary>
    /// Adds the encapsulated properties and attachments to what the header has given. Who sent the message to whom, when and under which id is the header's to say;
    /// everything else is better known to the encapsulation.
    /// </summary>
    public static void Merge(PropertyMessage tnef, PropertyMessage result, ConversionScope scope)
    {
        var bag = result.Properties;
        var body = tnef.Properties;
        if (body.TryGet(PropertyTags.Html.Id, out _) || body.TryGet(PropertyTags.RtfCompressed.Id, out _) || body.TryGet(PropertyTags.Body.Id, out _))
        {
            // Plain text that the mail brings along is that of the encapsulated RTF.
            bag.Remove(PropertyTags.Html.Id);
            bag.Remove(PropertyTags.NativeBody.Id);
            bag.Remove(PropertyTags.InternetCodepage.Id);
            if (!body.TryGet(PropertyTags.RtfInSync.Id, out _) && body.TryGet(PropertyTags.RtfCompressed.Id, out _) && !body.TryGet(PropertyTags.Html.Id, out _))
                bag.Set(PropertyValue.Of(PropertyTags.RtfInSync, true));
        }
        var names = tnef.NamedProperties;
        foreach (ref readonly var value in body.Span)
        {
            if (!BelongsToHeader(value.Tag.Id, bag))
                Set(value, bag, names, result, scope);
        }
        foreach (var attachment in tnef.Attachments)
        {
            var copy = new PropertyAttachment { Embedded = attachment.Embedded is null ? null : Renamed(attachment.Embedded, names, scope) };
            foreach (ref readonly var value in attachment.Properties.Span)
                Set(value, copy.Properties, names, result, scope);
            copy.Properties.Set(PropertyValue.Of(PropertyTags.AttachNumber, result.Attachments.Count));
            result.Attachments.Add(copy);
        }
    }

    /// <summary>A message and all within it, with the names of this conversion.</summary>
    private static PropertyMessage Renamed(PropertyMessage message, Dictionary<ushort, PropertyName> outer, ConversionScope scope)
    {
        var names = message.NamedProperties.Count > 0 ? message.NamedProperties : outer;
        var result = new PropertyMessage();
        foreach (ref readonly var value in message.Properties.Span)
            Set(value, result.Properties, names, result, scope);
        foreach (var recipient in message.Recipients)
        {
            var row = new PropertyRecipient();
            foreach (ref readonly var value in recipient.Properties.Span)
                Set(value, row.Properties, names, result, scope);
            result.Recipients.Add(row);
        }
        foreach (var attachment in message.Attachments)
        {
            var copy = new PropertyAttachment { Embedded = attachment.Embedded is null ? null : Renamed(attachment.Embedded, names, scope) };
            foreach (ref readonly var value in attachment.Properties.Span)
                Set(value, copy.Properties, names, result, scope);
            result.Attachments.Add(copy);
        }
        return result;
    }

    private static void Set(PropertyValue value, PropertyBag bag, Dictionary<ushort, PropertyName> names, PropertyMessage owner, ConversionScope scope)
    {
        if (!value.Tag.IsNamed)
            bag.Set(value);
        else if (names.TryGetValue(value.Tag.Id, out var name))
            bag.Set(value.WithTag(scope.TagOf(owner, name, value.Tag.Type)));
    }

    private static bool BelongsToHeader(ushort tag, PropertyBag header)
    {
        return tag switch
        {
            _ when tag == PropertyTags.TransportMessageHeaders.Id || tag == PropertyTags.InternetMessageId.Id || tag == PropertyTags.DisplayTo.Id || tag == PropertyTags.DisplayCc.Id
                || tag == PropertyTags.DisplayBcc.Id || tag == PropertyTags.HasAttachments.Id || tag == PropertyTags.MessageFlags.Id || tag == PropertyTags.EntryId.Id
                || tag == PropertyTags.RecordKey.Id || tag == PropertyTags.ParentEntryId.Id || tag == PropertyTags.MessageDeliveryTime.Id || tag == PropertyTags.TnefCorrelationKey.Id => true,
            _ when tag == PropertyTags.Subject.Id || tag == PropertyTags.SubjectPrefix.Id || tag == PropertyTags.NormalizedSubject.Id || tag == PropertyTags.ConversationTopic.Id =>
                !string.IsNullOrEmpty(header.GetString(PropertyTags.Subject)),
            _ when IsOf(PartyTags.Sender, tag) || IsOf(PartyTags.SentRepresenting, tag) || IsOf(PartyTags.OriginalSender, tag) || tag == PropertyTags.ClientSubmitTime.Id || tag == PropertyTags.ConversationIndex.Id => header.TryGet(tag, out _),
            _ => false,
        };
    }

    private static bool IsOf(PartyTags party, ushort id) => id == party.Name.Id || id == party.AddressType.Id || id == party.EmailAddress.Id || id == party.EntryId.Id || id == party.SearchKey.Id
        || id == party.Smtp?.Id;

    /// <summary>PidTagTnefCorrelationKey of a message that is to be encapsulated: its id with a NUL, as gateways have always had it.</summary>
    public static byte[] KeyOf(string messageId) => Encoding.ASCII.GetBytes(messageId + "\0");
}
