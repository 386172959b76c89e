// [MS-OXOABK] 2.2.4 properties of mail users and contacts, 2.2.3.9 and 2.2.4.10-2.2.4.13 phonetic names, 2.2.9 of resources.
using Rialto.Model;

namespace Rialto.Directory.AddressBook;

/// <summary>What is known of a person or room: names, phones, address, photo, certificates.</summary>
internal static class DetailProperties
{
    private const int ExtensionAttributes = 15;

    public static IEnumerable<AddressBookProperty> All =>
    [
        Text(PropertyTags.GivenName, static d => d.GivenName, static (d, v) => d with { GivenName = v }),
        Text(PropertyTags.Surname, static d => d.Surname, static (d, v) => d with { Surname = v }),
        Text(PropertyTags.Initials, static d => d.Initials, static (d, v) => d with { Initials = v }),
        Text(PropertyTags.Title, static d => d.Title, static (d, v) => d with { Title = v }) with { IsAdministrators = true },
        Text(PropertyTags.DepartmentName, static d => d.Department, static (d, v) => d with { Department = v }) with { IsAdministrators = true },
        Text(PropertyTags.CompanyName, static d => d.Company, static (d, v) => d with { Company = v }) with { IsAdministrators = true },
        Text(PropertyTags.OfficeLocation, static d => d.Office, static (d, v) => d with { Office = v }),
        Text(PropertyTags.BusinessTelephoneNumber, static d => d.BusinessPhone, static (d, v) => d with { BusinessPhone = v }),
        Text(PropertyTags.PrimaryTelephoneNumber, static d => d.BusinessPhone, static (d, v) => d with { BusinessPhone = v }),
        Texts(PropertyTags.Business2TelephoneNumbers, static d => d.BusinessPhone2, static (d, v) => d with { BusinessPhone2 = v }),
        Text(PropertyTags.HomeTelephoneNumber, static d => d.HomePhone, static (d, v) => d with { HomePhone = v }),
        Texts(PropertyTags.Home2TelephoneNumbers, static d => d.HomePhone2, static (d, v) => d with { HomePhone2 = v }),
        Text(PropertyTags.MobileTelephoneNumber, static d => d.MobilePhone, static (d, v) => d with { MobilePhone = v }),
        Text(PropertyTags.PrimaryFaxNumber, static d => d.Fax, static (d, v) => d with { Fax = v }),
        Text(PropertyTags.PagerTelephoneNumber, static d => d.Pager, static (d, v) => d with { Pager = v }),
        Text(PropertyTags.AssistantTelephoneNumber, static d => d.AssistantPhone, static (d, v) => d with { AssistantPhone = v }),
        Text(PropertyTags.OtherTelephoneNumber, static d => d.OtherPhone, static (d, v) => d with { OtherPhone = v }),
        Text(PropertyTags.StreetAddress, static d => d.Street, static (d, v) => d with { Street = v }),
        Text(PropertyTags.PostOfficeBox, static d => d.PostOfficeBox, static (d, v) => d with { PostOfficeBox = v }),
        Text(PropertyTags.Locality, static d => d.City, static (d, v) => d with { City = v }),
        Text(PropertyTags.StateOrProvince, static d => d.StateOrProvince, static (d, v) => d with { StateOrProvince = v }),
        Text(PropertyTags.PostalCode, static d => d.PostalCode, static (d, v) => d with { PostalCode = v }),
        Text(PropertyTags.Country, static d => d.Country, static (d, v) => d with { Country = v }),
        Text(PropertyTags.Assistant, static d => d.Assistant, static (d, v) => d with { Assistant = v }),
        Text(PropertyTags.Comment, static d => d.Notes, static (d, v) => d with { Notes = v }),
        Text(PropertyTags.BusinessHomePage, static d => d.WebPage, static (d, v) => d with { WebPage = v }),
        Text(PropertyTags.TelexNumber, static d => d.Telex, static (d, v) => d with { Telex = v }),
        Text(PropertyTags.HomeAddressStreet, static d => d.HomeStreet, static (d, v) => d with { HomeStreet = v }),
        Text(PropertyTags.AddressBookPhoneticDisplayName, static d => d.PhoneticDisplayName, static (d, v) => d with { PhoneticDisplayName = v }),
        Text(PropertyTags.AddressBookPhoneticGivenName, static d => d.PhoneticGivenName, static (d, v) => d with { PhoneticGivenName = v }),
        Text(PropertyTags.AddressBookPhoneticSurname, static d => d.PhoneticSurname, static (d, v) => d with { PhoneticSurname = v }),
        Text(PropertyTags.AddressBookPhoneticCompanyName, static d => d.PhoneticCompany, static (d, v) => d with { PhoneticCompany = v }),
        Text(PropertyTags.AddressBookPhoneticDepartmentName, static d => d.PhoneticDepartment, static (d, v) => d with { PhoneticDepartment = v }),
        new(PropertyTags.AddressBookRoomCapacity)
        {
            Get = static e => e.Recipient is ResourceMailbox { Capacity: { } capacity } ? PropertyValue.Of(PropertyTags.AddressBookRoomCapacity, capacity) : default,
        },
        new(PropertyTags.AddressBookRoomDescription)
        {
            Get = static e => e.Recipient is ResourceMailbox && e.Recipient.Details.Notes is { Length: > 0 } notes ? PropertyValue.Of(PropertyTags.AddressBookRoomDescription, notes) : default,
        },
        new(PropertyTags.ThumbnailPhoto) { Blob = AddressBookBlob.Photo },
        new(PropertyTags.UserX509Certificate) { Blob = AddressBookBlob.Certificates },
        new(PropertyTags.AddressBookX509Certificate) { Blob = AddressBookBlob.Certificates },
        .. Enumerable.Range(1, ExtensionAttributes).Select(Extension),
    ];

    private static AddressBookProperty Text(PropertyTag tag, Func<ContactDetails, string?> get, Func<ContactDetails, string?, ContactDetails> set) => new(tag)
    {
        Get = e => get(e.Recipient.Details) is { Length: > 0 } text ? PropertyValue.Of(tag, text) : default,
        Set = (recipient, value) => TryText(value, out var text) ? recipient with { Details = set(recipient.Details, text) } : null,
    };

    /// <summary>A property of several values, of which the directory keeps one.</summary>
    private static AddressBookProperty Texts(PropertyTag tag, Func<ContactDetails, string?> get, Func<ContactDetails, string?, ContactDetails> set) => new(tag)
    {
        Get = e => get(e.Recipient.Details) is { Length: > 0 } text ? PropertyValue.OfArray(tag, new[] { text }) : default,
        Set = (recipient, value) => TryText(value, out var text) ? recipient with { Details = set(recipient.Details, text) } : null,
    };

    /// <summary>extensionAttribute1 to 15: the custom attributes of those names. Administrators' alone.</summary>
    private static AddressBookProperty Extension(int number)
    {
        PropertyRegistry.TryFind($"PidTagAddressBookExtensionAttribute{number}", out PropertyTag tag);
        var name = $"extensionAttribute{number}";
        return new(tag) { Get = e => e.Recipient.CustomAttributes.TryGetValue(name, out var text) && text.Length > 0 ? PropertyValue.Of(tag, text) : default };
    }

    private static bool TryText(PropertyValue value, out string? text)
    {
        text = value.Reference switch
        {
            string { Length: > 0 } one => one,
            string[] { Length: 1 } several => several[0],
            _ => null,
        };
        return text is not null || value.IsAbsent || value.Reference is "" or string[] { Length: 0 };
    }
}
