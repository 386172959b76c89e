// [MS-OXOMSG] 2.2.1.48-2.2.1.58 sender and represented sender; [MS-OXCDATA] 2.2.5.2 address book EntryIDs; [MS-OXCPRPT] 2.2.1.9 search keys.
using System.Text;
using Rialto.Directory;
using Rialto.Model;

namespace Rialto.Delivery;

/// <summary>The properties of one who sends, in the message that is sent.</summary>
internal sealed record PartyProperties(PropertyTag Name, PropertyTag AddressType, PropertyTag EmailAddress, PropertyTag EntryId, PropertyTag SearchKey, PropertyTag SmtpAddress)
{
    public static PartyProperties Sender { get; } = new(
        PropertyTags.SenderName, PropertyTags.SenderAddressType, PropertyTags.SenderEmailAddress, PropertyTags.SenderEntryId, PropertyTags.SenderSearchKey,
        PropertyTags.SenderSmtpAddress);

    public static PartyProperties Representing { get; } = new(
        PropertyTags.SentRepresentingName, PropertyTags.SentRepresentingAddressType, PropertyTags.SentRepresentingEmailAddress, PropertyTags.SentRepresentingEntryId,
        PropertyTags.SentRepresentingSearchKey, PropertyTags.SentRepresentingSmtpAddress);

    /// <summary>Where read receipts go. 2.2.1.30, 2.2.2.24-2.2.2.28.</summary>
    public static PartyProperties ReadReceipt { get; } = new(
        PropertyTags.ReadReceiptName, PropertyTags.ReadReceiptAddressType, PropertyTags.ReadReceiptEmailAddress, PropertyTags.ReadReceiptEntryId,
        PropertyTags.ReadReceiptSearchKey, PropertyTags.ReadReceiptSmtpAddress);

    /// <summary>Names a directory object as the party.</summary>
    public void Set(PropertyBag bag, Recipient party)
    {
        var type = party is Group ? AddressBookEntryType.DistributionList : AddressBookEntryType.LocalMailUser;
        bag.Set(PropertyValue.Of(Name, party.DisplayName));
        bag.Set(PropertyValue.Of(AddressType, "EX"));
        bag.Set(PropertyValue.Of(EmailAddress, party.LegacyExchangeDn));
        bag.Set(PropertyValue.Of(EntryId, new AddressBookEntryId(type, party.LegacyExchangeDn).ToArray()));
        bag.Set(PropertyValue.Of(SearchKey, Encoding.ASCII.GetBytes($"EX:{party.LegacyExchangeDn.ToUpperInvariant()}\0")));
        bag.Set(PropertyValue.Of(SmtpAddress, party.PrimaryAddress));
    }

    /// <summary>Whether the message says who it is.</summary>
    public bool IsIn(PropertyBag bag) =>
        bag.GetBinary(EntryId) is { Length: > 0 } || bag.GetString(EmailAddress) is { Length: > 0 } || bag.GetString(SmtpAddress) is { Length: > 0 };

    /// <summary>The SMTP address that the message tells of the party; null when it tells none, or none that leads anywhere.</summary>
    public string? SmtpOf(PropertyBag bag, DirectorySnapshot directory) =>
        PartyAddress.Resolve(bag.GetBinary(EntryId), bag.GetString(AddressType), bag.GetString(EmailAddress), bag.GetString(SmtpAddress), directory);
}
