// [MS-OXCDATA] 2.12 restrictions over a message that is being delivered; [MS-OXOMSG] 2.2.1 properties that depend on who receives it.
using System.Text;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Delivery;

/// <summary>
/// A message as one mailbox's rules see it: its properties under the mailbox's ids of names, what only the mailbox knows of it, and what earlier rules have set.
/// People of the own organisation are found by their SMTP address and by their address-book name alike, since clients write either into conditions.
/// </summary>
internal sealed class RuleSource(
    IncomingMessage message, PreparedMessage prepared, MailboxSession mailbox, MailboxRecipient owner, DirectorySnapshot directory, FileTime received, int postmarkCredit) : IPropertySource
{
    private const int To = 1, Cc = 2, Bcc = 3;
    private const int MessageHasAttachments = 0x10;

    private bool? toMe, ccMe, anyMe, isPostmarked;

    /// <summary>What rules have set.</summary>
    public PropertyBag Tags { get; } = new(4);

    public bool TryGet(PropertyTag tag, out PropertyValue value)
    {
        if (Tags.TryGet(tag.Id, out value)) return true;
        if (tag.IsNamed)
        {
            var bag = message.Properties.Properties;
            return mailbox.GetPropertyName(tag.Id) is { } name && message.Names.TryGetValue(name, out var id) && bag.TryGet(id, out value);
        }

        switch (tag.Id)
        {
            case PropertyIds.MessageClass:
                value = PropertyValue.Of(PropertyTags.MessageClass, message.CarriedClass ?? prepared.Facts.MessageClass);
                return true;
            case PropertyIds.Subject:
                value = PropertyValue.Of(PropertyTags.Subject, prepared.Facts.SubjectPrefix + prepared.Facts.NormalizedSubject);
                return true;
            case PropertyIds.MessageSize:
                value = PropertyValue.Of(PropertyTags.MessageSize, (int)Math.Min(int.MaxValue, prepared.MimeSize));
                return true;
            case PropertyIds.HasAttachments:
                value = PropertyValue.Of(PropertyTags.HasAttachments, prepared.Facts.HasAttachments);
                return true;
            case PropertyIds.MessageFlags:
                value = PropertyValue.Of(PropertyTags.MessageFlags, prepared.Facts.HasAttachments ? MessageHasAttachments : 0);
                return true;
            case PropertyIds.MessageDeliveryTime:
                value = PropertyValue.Of(PropertyTags.MessageDeliveryTime, received);
                return true;
            case PropertyIds.ContentFilterSpamConfidenceLevel:
                return TryGetConfidence(out value);
            case PropertyIds.MessageToMe:
                value = PropertyValue.Of(PropertyTags.MessageToMe, toMe ??= NamesMe(To));
                return true;
            case PropertyIds.MessageCcMe:
                value = PropertyValue.Of(PropertyTags.MessageCcMe, ccMe ??= NamesMe(Cc));
                return true;
            case PropertyIds.MessageRecipientMe:
                value = PropertyValue.Of(PropertyTags.MessageRecipientMe, anyMe ??= NamesMe(To) || NamesMe(Cc) || NamesMe(Bcc));
                return true;
            default:
                return message.Properties.Properties.TryGet(tag.Id, out value);
        }
    }

    public IEnumerable<IPropertySource> SubObjects(PropertyTag subObject) => subObject.Id switch
    {
        PropertyIds.MessageRecipients => message.Properties.Recipients.Select(r => (IPropertySource)new RecipientSource(this, r.Properties)),
        PropertyIds.MessageAttachments => message.Properties.Attachments.Select(a => (IPropertySource)new PropertyBagSource(a.Properties)),
        _ => [],
    };

    public bool? Decide(Restriction term) => Decide(term, message.Properties.Properties);

    /// <summary>How likely the message is junk, with the credit of its postmark.</summary>
    private bool TryGetConfidence(out PropertyValue value)
    {
        if (!message.Properties.Properties.TryGet(PropertyIds.ContentFilterSpamConfidenceLevel, out value)) return false;
        if (postmarkCredit > 0 && value.Type == PropertyType.Integer32 && value.AsInt32() is > 0 and var level && (isPostmarked ??= MessagePostmark.IsValid(message.Header, owner, directory)))
        {
            value = PropertyValue.Of(PropertyTags.ContentFilterSpamConfidenceLevel, Math.Max(0, level - postmarkCredit));
            // What is delivered says the same as what it was judged by.
            Tags.Set(value);
        }

        return true;
    }

    private bool NamesMe(int kind)
    {
        foreach (var recipient in message.Properties.Recipients)
        {
            if ((recipient.Properties.GetInt32(PropertyTags.RecipientType) & 0xF) == kind && recipient.Properties.GetString(PropertyTags.SmtpAddress) is { } address
                && directory.FindByAddress(address)?.Id == owner.Id) return true;
        }

        return false;
    }

    /// <summary>A term about a person holds for either form of the address; "not equal" for both.</summary>
    private bool? Decide(Restriction term, PropertyBag bag)
    {
        var tag = term switch
        {
            PropertyRestriction property => property.Tag,
            ContentRestriction content => content.Tag,
            _ => default,
        };
        var smtp = tag.Id switch
        {
            PropertyIds.SenderSearchKey or PropertyIds.SenderEmailAddress or PropertyIds.SenderAddressType or PropertyIds.SenderEntryId => PropertyTags.SenderSmtpAddress,
            PropertyIds.SentRepresentingSearchKey or PropertyIds.SentRepresentingEmailAddress or PropertyIds.SentRepresentingAddressType or PropertyIds.SentRepresentingEntryId =>
                PropertyTags.SentRepresentingSmtpAddress,
            PropertyIds.SearchKey or PropertyIds.EmailAddress or PropertyIds.AddressType or PropertyIds.EntryId => PropertyTags.SmtpAddress,
            _ => default,
        };
        if (smtp.Value == 0 || bag.GetString(smtp) is not { } address || directory.FindByAddress(address) is not { LegacyExchangeDn.Length: > 0 } person) return null;
        var inBook = new PropertyBag([ExchangeForm(tag, person.LegacyExchangeDn)]);
        var outside = new PropertyBag([SmtpForm(tag, address, bag)]);
        var isNegative = term is PropertyRestriction { Operator: RelationalOperator.NotEqual };
        foreach (var form in (ReadOnlySpan<PropertyBag>)[bag, inBook, outside])
        {
            if (RestrictionEvaluator.Matches(term, form) != isNegative) return !isNegative;
        }

        return isNegative;
    }

    private static PropertyValue ExchangeForm(PropertyTag tag, string dn) => tag.Id switch
    {
        PropertyIds.SenderSearchKey or PropertyIds.SentRepresentingSearchKey or PropertyIds.SearchKey =>
            PropertyValue.Of(tag.WithType(PropertyType.Binary), Encoding.ASCII.GetBytes("EX:" + dn.ToUpperInvariant() + "\0")),
        PropertyIds.SenderEntryId or PropertyIds.SentRepresentingEntryId or PropertyIds.EntryId =>
            PropertyValue.Of(tag.WithType(PropertyType.Binary), new AddressBookEntryId(AddressBookEntryType.LocalMailUser, dn).ToArray()),
        PropertyIds.SenderAddressType or PropertyIds.SentRepresentingAddressType or PropertyIds.AddressType => PropertyValue.Of(tag.WithType(PropertyType.String), "EX"),
        _ => PropertyValue.Of(tag.WithType(PropertyType.String), dn),
    };

    private static PropertyValue SmtpForm(PropertyTag tag, string address, PropertyBag bag) => tag.Id switch
    {
        PropertyIds.SenderSearchKey or PropertyIds.SentRepresentingSearchKey or PropertyIds.SearchKey =>
            PropertyValue.Of(tag.WithType(PropertyType.Binary), Encoding.UTF8.GetBytes("SMTP:" + address.ToUpperInvariant() + "\0")),
        PropertyIds.SenderEntryId or PropertyIds.SentRepresentingEntryId or PropertyIds.EntryId =>
            PropertyValue.Of(tag.WithType(PropertyType.Binary), bag.GetBinary(tag.WithType(PropertyType.Binary)) ?? []),
        PropertyIds.SenderAddressType or PropertyIds.SentRepresentingAddressType or PropertyIds.AddressType => PropertyValue.Of(tag.WithType(PropertyType.String), "SMTP"),
        _ => PropertyValue.Of(tag.WithType(PropertyType.String), address),
    };

    private sealed class RecipientSource(RuleSource source, PropertyBag bag) : IPropertySource
    {
        public bool TryGet(PropertyTag tag, out PropertyValue value) => bag.TryGet(tag.Id, out value);

        public IEnumerable<IPropertySource> SubObjects(PropertyTag subObject) => [];

        public bool? Decide(Restriction term) => source.Decide(term, bag);
    }
}
