// [MS-OXCMAIL] 2.2.3.1: addressees, 2.2.3.7.1 recipients of reports; [MS-OXOMSG] 2.2.3.1 PidTagRecipientType.
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

internal static class MimeRecipients
{
    public static void Add(MessageFacts facts, PropertyMessage result, ConversionScope scope)
    {
        var count = Math.Min(facts.Recipients.Count, scope.Options.MaxRecipients);
        for (var i = 0; i < count; i++)
        {
            var (kind, address) = facts.Recipients[i];
            var bag = Row(kind, scope.PartyOf(address), i);
            if (facts.Delivery is { } delivery && i < delivery.Recipients.Count)
                SetReport(bag, delivery.Recipients[i], facts);
            result.Recipients.Add(new PropertyRecipient { Properties = bag });
        }
    }

    private static PropertyBag Row(MailRecipientKind kind, MailParty party, int order)
    {
        var bag = new PropertyBag();
        bag.Set(PropertyValue.Of(PropertyTags.RecipientType, (int)kind));
        bag.Set(PropertyValue.Of(PropertyTags.DisplayName, party.Name));
        bag.Set(PropertyValue.Of(PropertyTags.RecipientDisplayName, party.Name));
        bag.Set(PropertyValue.Of(PropertyTags.TransmittableDisplayName, party.Name));
        bag.Set(PropertyValue.Of(PropertyTags.AddressType, party.AddressType));
        bag.Set(PropertyValue.Of(PropertyTags.EmailAddress, party.Address));
        bag.Set(PropertyValue.Of(PropertyTags.SmtpAddress, party.Smtp));
        bag.Set(PropertyValue.Of(PropertyTags.EntryId, party.EntryId));
        bag.Set(PropertyValue.Of(PropertyTags.SearchKey, party.SearchKey()));
        bag.Set(PropertyValue.Of(PropertyTags.ObjectType, party.ObjectType));
        bag.Set(PropertyValue.Of(PropertyTags.DisplayType, party.DisplayType));
        bag.Set(PropertyValue.Of(PropertyTags.RecipientOrder, order));
        return bag;
    }

    private static void SetReport(PropertyBag bag, DeliveryStatusRecipient recipient, MessageFacts facts)
    {
        var (diagnostic, reason) = DeliveryReasons.Of(recipient.StatusCode);
        bag.Set(PropertyValue.Of(PropertyTags.NonDeliveryReportStatusCode, recipient.StatusCode));
        bag.Set(PropertyValue.Of(PropertyTags.NonDeliveryReportDiagCode, diagnostic));
        bag.Set(PropertyValue.Of(PropertyTags.NonDeliveryReportReasonCode, reason));
        MimeToProperties.SetIfAny(bag, PropertyTags.RemoteMessageTransferAgent, recipient.RemoteMta);
        MimeToProperties.SetIfAny(bag, PropertyTags.SupplementaryInfo, recipient.SupplementaryInfo);
        if (facts.Date is not { } date)
            return;
        bag.Set(PropertyValue.Of(PropertyTags.ReportTime, FileTime.From(date)));
        if (recipient.Action == DeliveryAction.Delivered)
            bag.Set(PropertyValue.Of(PropertyTags.DeliverTime, FileTime.From(date)));
    }
}
