// [MS-OXCMAIL] 2.6 recipient property groups; [MS-OXCDATA] 2.2.5.1 one-off EntryIDs; [MS-OXCPRPT] 2.2.1.9 search keys.
using System.Text;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>An entry of the address book that a conversion may use in place of a bare SMTP address.</summary>
public sealed record DirectoryAddress(string DisplayName, string LegacyDn, string SmtpAddress, AddressBookEntryType Type = AddressBookEntryType.LocalMailUser);

/// <summary>Someone who sends or receives: a name, an address of some type, the SMTP address, and the EntryID that says all of it.</summary>
internal sealed record MailParty(string Name, string AddressType, string Address, string Smtp, byte[] EntryId)
{
    /// <summary>MAPI_MAILUSER 6, MAPI_DISTLIST 8. [MS-OXOABK] 2.2.3.10.</summary>
    public int ObjectType { get; init; } = 6;

    /// <summary>DT_MAILUSER 0, DT_DISTLIST 1. [MS-OXOABK] 2.2.3.11.</summary>
    public int DisplayType { get; init; }

    public static MailParty OneOff(string name, string type, string address, string smtp) =>
        new(name, type, address, smtp, new OneOffEntryId(name, type, address, OneOffFlags.Unicode | OneOffFlags.NoRichText | OneOffFlags.DoNotLookUp).ToArray());

    /// <summary>Type ":" address in upper case, ended by a NUL.</summary>
    public byte[] SearchKey()
    {
        var key = new byte[AddressType.Length + Address.Length + 2];
        var length = Encoding.ASCII.GetBytes(AddressType, key);
        key[length++] = (byte)':';
        length += Encoding.ASCII.GetBytes(Address, key.AsSpan(length));
        Ascii.ToUpperInPlace(key.AsSpan(0, length), out _);
        return key;
    }
}

/// <summary>The properties that describe one party of a message. Not every group has an SMTP address.</summary>
internal sealed record PartyTags(PropertyTag Name, PropertyTag AddressType, PropertyTag EmailAddress, PropertyTag EntryId, PropertyTag SearchKey, PropertyTag? Smtp)
{
    public static PartyTags Sender { get; } = new(PropertyTags.SenderName, PropertyTags.SenderAddressType, PropertyTags.SenderEmailAddress,
        PropertyTags.SenderEntryId, PropertyTags.SenderSearchKey, PropertyTags.SenderSmtpAddress);

    public static PartyTags SentRepresenting { get; } = new(PropertyTags.SentRepresentingName, PropertyTags.SentRepresentingAddressType, PropertyTags.SentRepresentingEmailAddress,
        PropertyTags.SentRepresentingEntryId, PropertyTags.SentRepresentingSearchKey, PropertyTags.SentRepresentingSmtpAddress);

    public static PartyTags ReadReceipt { get; } = new(PropertyTags.ReadReceiptName, PropertyTags.ReadReceiptAddressType, PropertyTags.ReadReceiptEmailAddress,
        PropertyTags.ReadReceiptEntryId, PropertyTags.ReadReceiptSearchKey, PropertyTags.ReadReceiptSmtpAddress);

    public static PartyTags OriginalSender { get; } = new(PropertyTags.OriginalSenderName, PropertyTags.OriginalSenderAddressType, PropertyTags.OriginalSenderEmailAddress,
        PropertyTags.OriginalSenderEntryId, PropertyTags.OriginalSenderSearchKey, null);

    public static PartyTags OriginalSentRepresenting { get; } = new(PropertyTags.OriginalSentRepresentingName, PropertyTags.OriginalSentRepresentingAddressType,
        PropertyTags.OriginalSentRepresentingEmailAddress, PropertyTags.OriginalSentRepresentingEntryId, PropertyTags.OriginalSentRepresentingSearchKey, null);

    public static PartyTags ReceivedBy { get; } = new(PropertyTags.ReceivedByName, PropertyTags.ReceivedByAddressType, PropertyTags.ReceivedByEmailAddress,
        PropertyTags.ReceivedByEntryId, PropertyTags.ReceivedBySearchKey, PropertyTags.ReceivedBySmtpAddress);

    public void Set(PropertyBag bag, MailParty party)
    {
        bag.Set(PropertyValue.Of(Name, party.Name));
        bag.Set(PropertyValue.Of(AddressType, party.AddressType));
        bag.Set(PropertyValue.Of(EmailAddress, party.Address));
        bag.Set(PropertyValue.Of(EntryId, party.EntryId));
        bag.Set(PropertyValue.Of(SearchKey, party.SearchKey()));
        if (Smtp is { } smtp && party.Smtp.Length > 0)
            bag.Set(PropertyValue.Of(smtp, party.Smtp));
    }
}
