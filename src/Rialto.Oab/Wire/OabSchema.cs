// [MS-OXOAB] 2.9.2.1 header properties, 2.9.2.2 object properties, 2.9.4 flags.
using System.Collections.Immutable;
using Rialto.Model;

namespace Rialto.Oab.Wire;

/// <summary>How a property is used when the client is online, so that it behaves the same offline. [MS-OXOAB] 2.9.4.</summary>
[Flags]
public enum OabColumnUse : uint
{
    None = 0,

    /// <summary>Names are resolved by it.</summary>
    NameResolution = 1,

    /// <summary>Objects are found by it; every record has one.</summary>
    PrimaryKey = 2,
}

/// <summary>A property of the records of a file.</summary>
public readonly record struct OabColumn(PropertyTag Tag, OabColumnUse Use = OabColumnUse.None);

/// <summary>The properties that version 4 files have.</summary>
public static class OabSchema
{
    /// <summary>Of the file's own record.</summary>
    public static ImmutableArray<OabColumn> Header { get; } =
    [
        new(PropertyTags.OfflineAddressBookName),
        new(PropertyTags.OfflineAddressBookDistinguishedName),
        new(PropertyTags.OfflineAddressBookSequence),
        new(PropertyTags.OfflineAddressBookContainerGuid),
    ];

    /// <summary>Of the file's own record where the organisation has departments.</summary>
    public static ImmutableArray<OabColumn> HeaderWithDepartments { get; } = [.. Header, new(PropertyTags.AddressBookHierarchicalRootDepartment)];

    /// <summary>
    /// Of the objects. The first two are the keys, the others stand in the order that the specification lists them in; the last one says what was cut.
    /// Distinguished names are 8-bit text, everything that people write is Unicode.
    /// </summary>
    public static ImmutableArray<OabColumn> Objects { get; } =
    [
        new(PropertyTags.EmailAddress.WithType(PropertyType.String8), OabColumnUse.PrimaryKey),
        new(PropertyTags.SmtpAddress, OabColumnUse.PrimaryKey),
        new(PropertyTags.DisplayName, OabColumnUse.NameResolution),
        new(PropertyTags.Account, OabColumnUse.NameResolution),
        new(PropertyTags.Surname, OabColumnUse.NameResolution),
        new(PropertyTags.GivenName, OabColumnUse.NameResolution),
        new(PropertyTags.AddressBookProxyAddresses, OabColumnUse.NameResolution),
        new(PropertyTags.OfficeLocation, OabColumnUse.NameResolution),
        new(PropertyTags.DisplayType),
        new(PropertyTags.ObjectType),
        new(PropertyTags.SendRichInfo),
        new(PropertyTags.BusinessTelephoneNumber),
        new(PropertyTags.Initials),
        new(PropertyTags.StreetAddress),
        new(PropertyTags.Locality),
        new(PropertyTags.StateOrProvince),
        new(PropertyTags.PostalCode),
        new(PropertyTags.Country),
        new(PropertyTags.Title),
        new(PropertyTags.CompanyName),
        new(PropertyTags.Assistant),
        new(PropertyTags.DepartmentName),
        new(PropertyTags.AddressBookTargetAddress),
        new(PropertyTags.HomeTelephoneNumber),
        new(PropertyTags.Business2TelephoneNumbers),
        new(PropertyTags.Home2TelephoneNumbers),
        new(PropertyTags.PrimaryFaxNumber),
        new(PropertyTags.MobileTelephoneNumber),
        new(PropertyTags.AssistantTelephoneNumber),
        new(PropertyTags.PagerTelephoneNumber),
        new(PropertyTags.Comment),
        new(PropertyTags.UserCertificate),
        new(PropertyTags.UserX509Certificate),
        new(PropertyTags.AddressBookX509Certificate),
        new(PropertyTags.AddressBookHomeMessageDatabase),
        new(PropertyTags.AddressBookManagerDistinguishedName),
        new(PropertyTags.AddressBookPhoneticDisplayName, OabColumnUse.NameResolution),
        new(PropertyTags.AddressBookPhoneticGivenName),
        new(PropertyTags.AddressBookPhoneticSurname),
        new(PropertyTags.AddressBookPhoneticCompanyName),
        new(PropertyTags.AddressBookPhoneticDepartmentName),
        new(PropertyTags.Tag7BitDisplayName),
        new(PropertyTags.DisplayTypeEx),
        new(PropertyTags.AddressBookRoomCapacity),
        new(PropertyTags.AddressBookObjectGuid),
        new(PropertyTags.AddressBookDistributionListMemberCount),
        new(PropertyTags.AddressBookDistributionListExternalMemberCount),
        new(PropertyTags.ThumbnailPhoto),
        new(PropertyTags.OfflineAddressBookTruncatedProperties),
    ];

    /// <summary>Where a property stands among those of the objects; -1 where it is not there.</summary>
    public static int IndexOf(PropertyTag tag)
    {
        for (var i = 0; i < Objects.Length; i++)
        {
            if (Objects[i].Tag.Id == tag.Id)
                return i;
        }
        return -1;
    }
}
