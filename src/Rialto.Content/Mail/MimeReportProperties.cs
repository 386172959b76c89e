// [MS-OXCMAIL] 2.2.3.7: delivery status and message disposition notifications; [MS-OXOMSG] 2.2.2 properties of reports.
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

internal static class MimeReportProperties
{
    public static void Set(MimePart message, MessageFacts facts, PropertyMessage result, ConversionScope scope)
    {
        var bag = result.Properties;
        if (facts.Date is { } date)
            bag.Set(PropertyValue.Of(PropertyTags.ReportTime, FileTime.From(date)));
        // A report goes to whoever sent the message that it is about.
        if (DeliveryStatus.ActionOf(facts.MessageClass) is not null && MailAddress.ParseAll(message, MimeHeaderId.To, 1) is [{ Address.Length: > 0 } sender])
            PartyTags.OriginalSender.Set(bag, scope.PartyOf(sender));
        if (facts.Delivery is { } delivery)
        {
            MimeToProperties.SetIfAny(bag, PropertyTags.ReportingMessageTransferAgent, delivery.ReportingMta);
            if (delivery.CorrelationKey is { } key)
                bag.Set(PropertyValue.Of(PropertyTags.ParentKey, key));
        }
        if (facts.Notification is { } notification)
        {
            MimeToProperties.SetIfAny(bag, PropertyTags.OriginalMessageId, notification.OriginalMessageId);
            MimeToProperties.SetIfAny(bag, PropertyTags.ReportDisposition, notification.Type);
            MimeToProperties.SetIfAny(bag, PropertyTags.ReportDispositionMode, notification.Mode);
            if (notification.CorrelationKey is { } key)
                bag.Set(PropertyValue.Of(PropertyTags.ParentKey, key));
        }
        if (facts.Content.Returned is { } returned)
            SetOriginal(returned.Embedded ?? MimeMessage.Parse(TransferDecoder.Decode(returned.Encoding, returned.RawBody)).Root, bag, scope);
    }

    /// <summary>What the returned message, or its header alone, tells of the original.</summary>
    private static void SetOriginal(MimePart original, PropertyBag bag, ConversionScope scope)
    {
        MimeToProperties.SetIfAny(bag, PropertyTags.OriginalSubject, SubjectText.Limit(MessageFacts.Text(original, MimeHeaderId.Subject)));
        if (!bag.TryGet(PropertyTags.OriginalMessageId.Id, out _))
            MimeToProperties.SetIfAny(bag, PropertyTags.OriginalMessageId, MessageFacts.Text(original, MimeHeaderId.MessageId));
        if (MailDate.Parse(original.RawValue(MimeHeaderId.Date)) is { } sent)
            bag.Set(PropertyValue.Of(PropertyTags.OriginalSubmitTime, FileTime.From(sent)));
        if (MailAddress.ParseAll(original, MimeHeaderId.From, 1) is [var from])
            PartyTags.OriginalSentRepresenting.Set(bag, scope.PartyOf(from));
        MimeToProperties.SetIfAny(bag, PropertyTags.OriginalDisplayTo, Display(original, MimeHeaderId.To));
        MimeToProperties.SetIfAny(bag, PropertyTags.OriginalDisplayCc, Display(original, MimeHeaderId.Cc));
    }

    private static string Display(MimePart message, MimeHeaderId id) => string.Join("; ", MailAddress.ParseAll(message, id, 1000).Select(a => a.Display));
}
