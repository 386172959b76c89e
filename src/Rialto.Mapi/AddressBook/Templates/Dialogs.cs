// [MS-OXOABKT] 3.1.4: the dialogs that clients show objects of each kind in, and make addresses with.
using Rialto.Directory.AddressBook;
using Rialto.Model;

namespace Rialto.Mapi.AddressBook.Templates;

/// <summary>The dialogs of one language.</summary>
internal static class Dialogs
{
    private const uint Line = 15;
    private const uint TextHeight = 8;
    private const uint EditHeight = 12;
    private const uint Left = 10;
    private const uint Middle = 195;
    private const uint LabelWidth = 55;
    private const uint EditWidth = 115;
    private const uint PageWidth = 370;
    private const uint AnyLength = 1_024;
    private const string AnyCharacter = "*";

    /// <summary>The dialog of that kind of object; null where there is none.</summary>
    public static IReadOnlyList<DialogControl>? Of(DisplayType type, Labels labels) => type switch
    {
        DisplayType.MailUser or DisplayType.RemoteMailUser or DisplayType.Organization => Person(labels),
        DisplayType.DistributionList => Group(labels),
        DisplayType.Agent => Agent(labels),
        DisplayType.Forum => Folder(labels),
        DisplayType.Search => Search(labels),
        _ => null,
    };

    /// <summary>The dialog that an SMTP address is made with: its name and itself.</summary>
    public static IReadOnlyList<DialogControl> NewAddress(Labels labels) =>
    [
        Page(labels.Internet),
        .. Field(Left, 12, labels.Display, PropertyTags.DisplayName, PageWidth - LabelWidth - 20, ControlFlags.Editable | ControlFlags.AcceptDbcs),
        .. Field(Left, 12 + Line + 3, labels.MailAddress, PropertyTags.EmailAddress, PageWidth - LabelWidth - 20, ControlFlags.Editable | ControlFlags.Required),
    ];

    private static IReadOnlyList<DialogControl> Person(Labels labels) =>
    [
        Page(labels.General),
        new(ControlType.GroupBox, 5, PageWidth, 5, 52, Text: labels.Name),
        .. Field(Left, 15, labels.First, PropertyTags.GivenName),
        .. Field(Middle, 15, labels.Last, PropertyTags.Surname),
        .. Field(Left, 15 + Line, labels.Display, PropertyTags.DisplayName),
        .. Field(Middle, 15 + Line, labels.Alias, PropertyTags.Account),
        .. Field(Left, 65, labels.Address, PropertyTags.StreetAddress, EditWidth, ControlFlags.Multiline, 27),
        .. Field(Middle, 65, labels.Title, PropertyTags.Title),
        .. Field(Middle, 65 + Line, labels.Company, PropertyTags.CompanyName),
        .. Field(Left, 95, labels.City, PropertyTags.Locality),
        .. Field(Middle, 95, labels.Department, PropertyTags.DepartmentName),
        .. Field(Left, 95 + Line, labels.State, PropertyTags.StateOrProvince),
        .. Field(Middle, 95 + Line, labels.Office, PropertyTags.OfficeLocation),
        .. Field(Left, 95 + 2 * Line, labels.Zip, PropertyTags.PostalCode),
        .. Field(Middle, 95 + 2 * Line, labels.Assistant, PropertyTags.Assistant),
        .. Field(Left, 95 + 3 * Line, labels.Country, PropertyTags.Country),
        .. Field(Middle, 95 + 3 * Line, labels.Phone, PropertyTags.BusinessTelephoneNumber),
        Page(labels.Organization),
        .. List(10, 30, labels.Manager, PropertyTags.AddressBookManager),
        .. List(60, 110, labels.Reports, PropertyTags.AddressBookReports),
        Page(labels.Phones),
        new(ControlType.GroupBox, 5, PageWidth, 5, 75, Text: labels.Numbers),
        .. Field(Left, 15, labels.Business, PropertyTags.BusinessTelephoneNumber),
        .. Field(Middle, 15, labels.Home, PropertyTags.HomeTelephoneNumber),
        .. Field(Left, 15 + Line, labels.Business2, PropertyTags.Business2TelephoneNumbers.WithType(PropertyType.String8)),
        .. Field(Middle, 15 + Line, labels.Home2, PropertyTags.Home2TelephoneNumbers.WithType(PropertyType.String8)),
        .. Field(Left, 15 + 2 * Line, labels.Fax, PropertyTags.PrimaryFaxNumber),
        .. Field(Middle, 15 + 2 * Line, labels.Mobile, PropertyTags.MobileTelephoneNumber),
        .. Field(Left, 15 + 3 * Line, labels.AssistantPhone, PropertyTags.AssistantTelephoneNumber),
        .. Field(Middle, 15 + 3 * Line, labels.Pager, PropertyTags.PagerTelephoneNumber),
        .. Notes(labels, 88),
        Page(labels.MemberOf),
        .. List(10, 160, labels.Memberships, MemberOf),
        Page(labels.Addresses),
        .. Addresses(labels),
    ];

    private static IReadOnlyList<DialogControl> Group(Labels labels) =>
    [
        Page(labels.General),
        .. Field(Left, 10, labels.Display, PropertyTags.DisplayName),
        .. Field(Middle, 10, labels.Alias, PropertyTags.Account),
        .. List(30, 25, labels.Owner, PropertyTags.AddressBookOwner),
        .. List(72, 70, labels.Members + ":", PropertyTags.AddressBookMember),
        .. Notes(labels, 158),
        Page(labels.MemberOf),
        .. List(10, 160, labels.Memberships, MemberOf),
        Page(labels.Addresses),
        .. Addresses(labels),
    ];

    private static IReadOnlyList<DialogControl> Agent(Labels labels) =>
    [
        Page(labels.General),
        .. Field(Left, 10, labels.Display, PropertyTags.DisplayName),
        .. Field(Middle, 10, labels.Alias, PropertyTags.Account),
        .. Notes(labels, 30),
        Page(labels.Addresses),
        .. Addresses(labels),
    ];

    private static IReadOnlyList<DialogControl> Folder(Labels labels) =>
    [
        Page(labels.Folder),
        .. Field(Left, 10, labels.Display, PropertyTags.DisplayName),
        .. Field(Middle, 10, labels.Alias, PropertyTags.Account),
        .. Notes(labels, 30),
        Page(labels.MemberOf),
        .. List(10, 160, labels.Memberships, MemberOf),
        Page(labels.Addresses),
        .. Addresses(labels),
    ];

    private static IReadOnlyList<DialogControl> Search(Labels labels) =>
    [
        Page(labels.FindNames),
        .. Sought(Left, 10, labels.First, PropertyTags.GivenName),
        .. Sought(Middle, 10, labels.Last, PropertyTags.Surname),
        .. Sought(Left, 10 + Line, labels.Display, PropertyTags.DisplayName),
        .. Sought(Middle, 10 + Line, labels.Alias, PropertyTags.Account),
        .. Sought(Left, 10 + 2 * Line, labels.Title, PropertyTags.Title),
        .. Sought(Middle, 10 + 2 * Line, labels.Company, PropertyTags.CompanyName),
        .. Sought(Left, 10 + 3 * Line, labels.Department, PropertyTags.DepartmentName),
        .. Sought(Middle, 10 + 3 * Line, labels.Office, PropertyTags.OfficeLocation),
        .. Sought(Left, 10 + 4 * Line, labels.City, PropertyTags.Locality),
    ];

    private static PropertyTag MemberOf => new(PropertyIds.AddressBookIsMemberOfDistributionList, PropertyType.Object);

    private static DialogControl Page(string text) => new(ControlType.Page, 0, 0, 0, 0, Text: text);

    private static DialogControl[] Sought(uint x, uint y, string label, PropertyTag property) => Field(x, y, label, property, EditWidth, ControlFlags.Editable | ControlFlags.AcceptDbcs);

    /// <summary>A label and what it labels.</summary>
    private static DialogControl[] Field(uint x, uint y, string label, PropertyTag property, uint width = EditWidth, ControlFlags flags = ControlFlags.None, uint height = EditHeight) =>
    [
        new(ControlType.Label, x, LabelWidth, y + 2, TextHeight, Text: label),
        new(ControlType.Edit, x + LabelWidth + 2, width, y, height, flags, property.WithType(PropertyType.String8), AnyLength, AnyCharacter),
    ];

    private static DialogControl[] Notes(Labels labels, uint y) =>
    [
        new(ControlType.Label, Left, PageWidth - 20, y, TextHeight, Text: labels.Notes),
        new(ControlType.Edit, Left, PageWidth - 20, y + 10, 40, ControlFlags.Multiline, PropertyTags.Comment.WithType(PropertyType.String8), AnyLength, AnyCharacter),
    ];

    private static DialogControl[] List(uint y, uint height, string label, PropertyTag property) =>
    [
        new(ControlType.Label, Left, PageWidth - 20, y, TextHeight, Text: label),
        new(ControlType.ListBox, Left, PageWidth - 20, y + 10, height, ControlFlags.None, property.WithType(PropertyType.Object)),
    ];

    private static DialogControl[] Addresses(Labels labels) =>
    [
        new(ControlType.Label, Left, PageWidth - 20, 10, TextHeight, Text: labels.MailAddresses),
        new(ControlType.MultipleListBox, Left, PageWidth - 20, 20, 160, ControlFlags.None, PropertyTags.AddressBookProxyAddresses.WithType(PropertyType.MultipleString8)),
    ];
}
