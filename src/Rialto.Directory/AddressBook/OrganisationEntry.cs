// [MS-OXOABK] 2.2.7: the Organization object, which clients find by its DN and read the hierarchy of departments from.
namespace Rialto.Directory.AddressBook;

/// <summary>The organisation as the address book shows it: an object in no list, with a DN and a number like the others'.</summary>
internal sealed record OrganisationEntry : Recipient
{
    private OrganisationEntry()
    {
    }

    /// <inheritdoc/>
    public override DirectoryKind Kind => DirectoryKind.Organisation;

    /// <summary>Where clients find it: what every DN of the organisation begins with.</summary>
    public static string DnOf(Organisation organisation) => "/o=" + organisation.Name;

    public static OrganisationEntry Of(Organisation organisation) => new()
    {
        Id = organisation.Id, Version = organisation.Version, DisplayName = organisation.DisplayName, LegacyExchangeDn = DnOf(organisation), HiddenFromAddressLists = true,
    };

    /// <summary>The department at the top; null where there is no hierarchy of departments.</summary>
    public static Group? RootDepartment(DirectorySnapshot directory) =>
        directory.Organisation?.RootDepartmentId is { } id && directory.Find<Group>(id) is { IsDepartment: true } root ? root : null;
}
