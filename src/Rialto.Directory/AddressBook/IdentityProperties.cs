// [MS-OXOABK] 2.2.3 properties of all objects, 2.2.4.37 server, 2.2.4.39, 2.2.6.5, 2.2.7 the organisation and departments; [MS-OXNSPI] 3.1.4.2 required properties.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Rialto.Model;

namespace Rialto.Directory.AddressBook;

/// <summary>What an object is and is called.</summary>
internal static class IdentityProperties
{
    /// <summary>AB_RECIPIENTS and AB_UNMODIFIABLE: members can be mailed to, and are not changed by adding to the container. [MS-OXOABK] 2.2.2.1.</summary>
    public const int ContentFlags = 0x00000001 | 0x00000008;

    private static readonly byte[] Provider = EntryIdProviders.AddressBook.ToByteArray();

    public static IEnumerable<AddressBookProperty> All =>
    [
        Of(PropertyTags.ObjectType, static e => PropertyValue.Of(PropertyTags.ObjectType, DisplayTypes.ObjectTypeOf(e.Recipient))),
        Of(PropertyTags.DisplayType, static e => PropertyValue.Of(PropertyTags.DisplayType, (int)DisplayTypes.Of(e.Recipient))),
        Of(PropertyTags.DisplayTypeEx, static e => PropertyValue.Of(PropertyTags.DisplayTypeEx, DisplayTypes.ExtendedOf(e.Recipient))),
        Of(PropertyTags.AddressBookDisplayTypeExtended, static e => PropertyValue.Of(PropertyTags.AddressBookDisplayTypeExtended, DisplayTypes.ExtendedOf(e.Recipient))),
        Of(PropertyTags.InitialDetailsPane, static _ => PropertyValue.Of(PropertyTags.InitialDetailsPane, 0)),
        // Of an object its own number: clients make explicit tables of it.
        Of(PropertyTags.AddressBookContainerId, static e => PropertyValue.Of(PropertyTags.AddressBookContainerId, (int)e.Number)),
        Of(PropertyTags.EntryId, EntryId),
        Of(PropertyTags.RecordKey, static e => PropertyValue.Of(PropertyTags.RecordKey, Permanent(e))),
        Of(PropertyTags.Templateid, static e => PropertyValue.Of(PropertyTags.Templateid, Permanent(e))),
        Of(PropertyTags.OriginalEntryId, static e => PropertyValue.Of(PropertyTags.OriginalEntryId, Permanent(e))),
        Of(PropertyTags.InstanceKey, InstanceKey),
        Of(PropertyTags.SearchKey, static e => PropertyValue.Of(PropertyTags.SearchKey, SearchKey(e.Recipient))),
        Of(PropertyTags.MappingSignature, static _ => PropertyValue.Of(PropertyTags.MappingSignature, Provider)),
        Of(PropertyTags.AddressType, static _ => PropertyValue.Of(PropertyTags.AddressType, "EX")),
        Of(PropertyTags.EmailAddress, static e => Text(PropertyTags.EmailAddress, e.Recipient.LegacyExchangeDn)),
        Of(PropertyTags.AddressBookObjectDistinguishedName, static e => Text(PropertyTags.AddressBookObjectDistinguishedName, e.Recipient.LegacyExchangeDn)),
        Of(PropertyTags.SmtpAddress, static e => Text(PropertyTags.SmtpAddress, e.Recipient.PrimaryAddress)),
        Of(PropertyTags.Account, static e => Text(PropertyTags.Account, e.Recipient.Alias)),
        Of(PropertyTags.AddressBookProxyAddresses, static e =>
            e.Recipient.PrimaryAddress.Length > 0 ? PropertyValue.OfArray(PropertyTags.AddressBookProxyAddresses, ProxyAddresses(e.Recipient)) : default),
        Of(PropertyTags.AddressBookTargetAddress, static e => e.Recipient is ExternalContact c ? PropertyValue.Of(PropertyTags.AddressBookTargetAddress, "SMTP:" + c.ExternalAddress) : default),
        Of(PropertyTags.AddressBookObjectGuid, static e => PropertyValue.Of(PropertyTags.AddressBookObjectGuid, e.Recipient.Id.ToByteArray())),
        Of(PropertyTags.AddressBookIsMaster, static _ => PropertyValue.Of(PropertyTags.AddressBookIsMaster, false)),
        Of(PropertyTags.SendRichInfo, static e => PropertyValue.Of(PropertyTags.SendRichInfo, e.Recipient is not ExternalContact)),
        Of(PropertyTags.Tag7BitDisplayName, static e => PropertyValue.Of(PropertyTags.Tag7BitDisplayName, SevenBit(e.Recipient))),
        Of(PropertyTags.TransmittableDisplayName, static e => Text(PropertyTags.TransmittableDisplayName, e.Recipient.DisplayName)),
        Of(PropertyTags.MessageHandlingSystemCommonName, static e => Text(PropertyTags.MessageHandlingSystemCommonName, RecipientTexts.CommonName(e.Recipient) ?? e.Recipient.DisplayName)),
        Of(PropertyTags.DisplayName, static e => Text(PropertyTags.DisplayName, e.Recipient.DisplayName)) with { Set = SetDisplayName, IsAdministrators = true },
        Of(PropertyTags.ContainerFlags, static e => e.Recipient is Group ? PropertyValue.Of(PropertyTags.ContainerFlags, ContentFlags) : default),
        Of(PropertyTags.AddressBookHomeMessageDatabase, HomeDatabase),
        Of(PropertyTags.AddressBookOrganizationalUnitRootDistinguishedName, static e => e.Recipient is MailboxRecipient && e.Book.Directory.Organisation is { } organisation
            ? PropertyValue.Of(PropertyTags.AddressBookOrganizationalUnitRootDistinguishedName, OrganisationEntry.DnOf(organisation)) : default),
        Of(PropertyTags.AddressBookHierarchicalIsHierarchicalGroup, static e =>
            e.Recipient is Group { IsDepartment: true } ? PropertyValue.Of(PropertyTags.AddressBookHierarchicalIsHierarchicalGroup, true) : default),
        Of(PropertyTags.AddressBookSeniorityIndex, static e =>
            e.Recipient.Details.Seniority is { } index ? PropertyValue.Of(PropertyTags.AddressBookSeniorityIndex, index) : default),
        Of(PropertyTags.AddressBookSenderHintTranslations, static e => e.Recipient.Details.MailTips is { Length: > 0 } tips
            ? PropertyValue.OfArray(PropertyTags.AddressBookSenderHintTranslations, tips.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) : default),
        // Nothing here waits for somebody's leave before it is delivered.
        Of(PropertyTags.AddressBookModerationEnabled, static e => e.Recipient is OrganisationEntry ? default : PropertyValue.Of(PropertyTags.AddressBookModerationEnabled, false)),
        // The lists that rooms are looked for in.
        Of(PropertyTags.AddressBookRoomContainers, static e =>
            e.Recipient is OrganisationEntry ? PropertyValue.OfArray(PropertyTags.AddressBookRoomContainers, new[] { AddressBookList.Rooms.Dn }) : default),
    ];

    /// <summary>What the addresses are called in PidTagAddressBookProxyAddresses: the primary one with its type in capitals. [MS-OXOABK] 2.2.3.23.</summary>
    public static string[] ProxyAddresses(Recipient recipient) =>
    [
        "SMTP:" + recipient.PrimaryAddress,
        .. recipient.FurtherAddresses.Select(a => "smtp:" + a),
        .. recipient.FurtherLegacyDns.Select(d => "X500:" + d),
    ];

    private static AddressBookProperty Of(PropertyTag tag, Func<AddressBookEntry, PropertyValue> get) => new(tag) { Get = get };

    private static PropertyValue Text(PropertyTag tag, string text) => text.Length > 0 ? PropertyValue.Of(tag, text) : default;

    private static PropertyValue EntryId(AddressBookEntry e) => PropertyValue.Of(
        PropertyTags.EntryId, e.IsEphemeral ? AddressBookEntryIds.Ephemeral(e.Book.ServerGuid, DisplayTypes.Of(e.Recipient), e.Number) : Permanent(e));

    private static byte[] Permanent(AddressBookEntry e) => AddressBookEntryIds.Permanent(DisplayTypes.Of(e.Recipient), e.Recipient.LegacyExchangeDn);

    private static PropertyValue InstanceKey(AddressBookEntry e)
    {
        var key = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(key, e.Number);
        return PropertyValue.Of(PropertyTags.InstanceKey, key);
    }

    private static byte[] SearchKey(Recipient recipient) => Encoding.Latin1.GetBytes("EX:" + recipient.LegacyExchangeDn.ToUpperInvariant() + '\0');

    /// <summary>The name without what seven bits cannot carry: marks taken off, and the alias where something is left.</summary>
    private static string SevenBit(Recipient recipient)
    {
        var name = recipient.DisplayName;
        if (Ascii.IsValid(name)) return name;
        var plain = new StringBuilder(name.Length);
        foreach (var c in SearchText.WellFormed(name).Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark) plain.Append(c);
        }

        var text = plain.ToString();
        return Ascii.IsValid(text) ? text : recipient.Alias;
    }

    /// <summary>Where the mailbox is: clients take the server's name out of it. The server of a mailbox is called by its own address.</summary>
    private static PropertyValue HomeDatabase(AddressBookEntry e)
    {
        if (e.Recipient is not MailboxRecipient { MailboxEnabled: true } mailbox || e.Book.Directory.Organisation is not { } organisation) return default;
        var domain = mailbox.PrimaryAddress[(mailbox.PrimaryAddress.LastIndexOf('@') + 1)..];
        return PropertyValue.Of(
            PropertyTags.AddressBookHomeMessageDatabase,
            $"{LegacyDn.Base(organisation.Name)}/cn=Configuration/cn=Servers/cn={mailbox.MailboxGuid:D}@{domain}/cn=Microsoft Private MDB");
    }

    private static Recipient? SetDisplayName(Recipient recipient, PropertyValue value) =>
        value.Reference is string { Length: > 0 } name ? recipient with { DisplayName = name } : null;
}
