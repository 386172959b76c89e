// [MS-OXCMAIL] 2.2.3.1 and 2.2.3.2: header fields to properties of the message.
using System.Text;
using Rialto.Content.Junk;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

internal static class MimeHeaderProperties
{
    /// <summary>The id that the Keywords name has in every message of this conversion.</summary>
    private const ushort KeywordsId = 0x8000;

    private static readonly PropertyName Keywords = new(new Guid("00020329-0000-0000-C000-000000000046"), "Keywords");

    public static void Set(MimePart message, MessageFacts facts, PropertyMessage result)
    {
        var bag = result.Properties;
        bag.Set(PropertyValue.Of(PropertyTags.MessageClass, facts.MessageClass));
        bag.Set(PropertyValue.Of(PropertyTags.Subject, facts.Subject));
        bag.Set(PropertyValue.Of(PropertyTags.SubjectPrefix, facts.SubjectPrefix));
        bag.Set(PropertyValue.Of(PropertyTags.NormalizedSubject, facts.NormalizedSubject));
        bag.Set(PropertyValue.Of(PropertyTags.ConversationTopic, facts.ConversationTopic));
        bag.Set(PropertyValue.Of(PropertyTags.ConversationIndex, facts.ConversationIndex));
        bag.Set(PropertyValue.Of(PropertyTags.Importance, facts.Importance));
        // [MS-OXCMAIL] 2.2.3.2.4: -1 non-urgent, 0 normal, 1 urgent.
        bag.Set(PropertyValue.Of(PropertyTags.Priority, facts.Importance - 1));
        bag.Set(PropertyValue.Of(PropertyTags.Sensitivity, facts.Sensitivity));
        bag.Set(PropertyValue.Of(PropertyTags.DisplayTo, facts.DisplayTo));
        bag.Set(PropertyValue.Of(PropertyTags.DisplayCc, facts.DisplayCc));
        bag.Set(PropertyValue.Of(PropertyTags.DisplayBcc, facts.DisplayBcc));
        MimeToProperties.SetIfAny(bag, PropertyTags.InternetMessageId, facts.MessageId);
        MimeToProperties.SetIfAny(bag, PropertyTags.InReplyToId, facts.InReplyTo);
        MimeToProperties.SetIfAny(bag, PropertyTags.InternetReferences, facts.References);
        if (facts.Date is { } date)
            bag.Set(PropertyValue.Of(PropertyTags.ClientSubmitTime, FileTime.From(date)));
        SetPeople(facts, bag);
        SetTimes(message, bag);
        SetOthers(message, facts, bag);
        SetKeywords(message, result);
        bag.Set(PropertyValue.Of(PropertyTags.TransportMessageHeaders, MailCharset.DecodeUndeclared(message.RawHeader).Replace("\0", "", StringComparison.Ordinal)));
    }

    private static void SetPeople(MessageFacts facts, PropertyBag bag)
    {
        if (facts.Sender is { } sender)
        {
            bag.Set(PropertyValue.Of(PropertyTags.SenderName, sender.Display));
            bag.Set(PropertyValue.Of(PropertyTags.SenderAddressType, "SMTP"));
            bag.Set(PropertyValue.Of(PropertyTags.SenderEmailAddress, sender.Address));
            bag.Set(PropertyValue.Of(PropertyTags.SenderSmtpAddress, sender.Address));
            bag.Set(PropertyValue.Of(PropertyTags.SenderEntryId, MimeRecipients.EntryId(sender)));
            bag.Set(PropertyValue.Of(PropertyTags.SenderSearchKey, MimeRecipients.SearchKey(sender)));
        }
        if (facts.From is { } from)
        {
            bag.Set(PropertyValue.Of(PropertyTags.SentRepresentingName, from.Display));
            bag.Set(PropertyValue.Of(PropertyTags.SentRepresentingAddressType, "SMTP"));
            bag.Set(PropertyValue.Of(PropertyTags.SentRepresentingEmailAddress, from.Address));
            bag.Set(PropertyValue.Of(PropertyTags.SentRepresentingSmtpAddress, from.Address));
            bag.Set(PropertyValue.Of(PropertyTags.SentRepresentingEntryId, MimeRecipients.EntryId(from)));
            bag.Set(PropertyValue.Of(PropertyTags.SentRepresentingSearchKey, MimeRecipients.SearchKey(from)));
        }
        if (facts.ReplyTo.Count > 0)
        {
            bag.Set(PropertyValue.Of(PropertyTags.ReplyRecipientNames, string.Join(";", facts.ReplyTo.Select(a => a.Display))));
            bag.Set(PropertyValue.Of(PropertyTags.ReplyRecipientEntries, FlatEntryList.Write([.. facts.ReplyTo.Select(MimeRecipients.EntryId)])));
        }
    }

    private static void SetTimes(MimePart message, PropertyBag bag)
    {
        SetTime(message, MimeHeaderId.ReplyBy, PropertyTags.ReplyTime, bag);
        SetTime(message, MimeHeaderId.DeferredDelivery, PropertyTags.DeferredDeliveryTime, bag);
        SetTime(message, MimeHeaderId.Expires, PropertyTags.ExpiryTime, bag);
        SetTime(message, MimeHeaderId.ExpiryDate, PropertyTags.ExpiryTime, bag);
    }

    private static void SetTime(MimePart message, MimeHeaderId id, PropertyTag tag, PropertyBag bag)
    {
        if (message.TryFindHeader(id, out var field) && MailDate.Parse(message.RawValue(field)) is { } time)
            bag.Set(PropertyValue.Of(tag, FileTime.From(time)));
    }

    private static void SetOthers(MimePart message, MessageFacts facts, PropertyBag bag)
    {
        if (facts.ReadReceiptRequested)
            bag.Set(PropertyValue.Of(PropertyTags.ReadReceiptRequested, true));
        if (message.HasHeader(MimeHeaderId.ReturnReceiptTo))
            bag.Set(PropertyValue.Of(PropertyTags.OriginatorDeliveryReportRequested, true));
        MimeToProperties.SetIfAny(bag, PropertyTags.ListHelp, MessageFacts.Text(message, MimeHeaderId.ListHelp));
        MimeToProperties.SetIfAny(bag, PropertyTags.ListSubscribe, MessageFacts.Text(message, MimeHeaderId.ListSubscribe));
        MimeToProperties.SetIfAny(bag, PropertyTags.ListUnsubscribe, MessageFacts.Text(message, MimeHeaderId.ListUnsubscribe));
        if (message.HasHeader(MimeHeaderId.AutoResponseSuppress))
            bag.Set(PropertyValue.Of(PropertyTags.AutoResponseSuppress, Suppressed(MessageFacts.Text(message, MimeHeaderId.AutoResponseSuppress))));
        // Whoever accepts mail from outside takes the field off: it is believed here.
        if (message.TryFindHeader("X-MS-Exchange-Organization-SCL"u8, out var scl) && SpamConfidenceLevel.Parse(Encoding.Latin1.GetString(message.RawValue(scl))) is { } level)
            bag.Set(PropertyValue.Of(PropertyTags.ContentFilterSpamConfidenceLevel, level));
    }

    /// <summary>X-Auto-Response-Suppress to its bits. [MS-OXCMAIL] 2.2.3.2.14, [MS-OXOMSG] 2.2.1.77.</summary>
    private static int Suppressed(string value)
    {
        var bits = 0;
        foreach (var word in value.Split(',', StringSplitOptions.TrimEntries))
        {
            bits |= word.ToUpperInvariant() switch
            {
                "ALL" => -1,
                "DR" => 1,
                "NDR" => 2,
                "RN" => 4,
                "NRN" => 8,
                "OOF" => 16,
                "AUTOREPLY" => 32,
                _ => 0,
            };
        }
        return bits;
    }

    private static void SetKeywords(MimePart message, PropertyMessage result)
    {
        var text = MessageFacts.Text(message, MimeHeaderId.Keywords);
        if (text.Length == 0)
            return;
        var words = text.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return;
        result.NamedProperties[KeywordsId] = Keywords;
        result.Properties.Set(PropertyValue.OfArray(new PropertyTag(KeywordsId, PropertyType.MultipleString), words));
    }
}
