using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>What the address book shows of a person, room or contact. Every member may be null.</summary>
public sealed record ContactDetails
{
    /// <summary>Nothing known; shared by all objects that have no details.</summary>
    public static ContactDetails None { get; } = new();

    public string? GivenName { get; init; }
    public string? Surname { get; init; }
    public string? Initials { get; init; }
    public string? Title { get; init; }
    public string? Department { get; init; }
    public string? Company { get; init; }
    public string? Office { get; init; }

    public string? BusinessPhone { get; init; }
    public string? BusinessPhone2 { get; init; }
    public string? MobilePhone { get; init; }
    public string? HomePhone { get; init; }
    public string? HomePhone2 { get; init; }
    public string? Fax { get; init; }
    public string? Pager { get; init; }
    public string? AssistantPhone { get; init; }
    public string? OtherPhone { get; init; }

    public string? Street { get; init; }
    public string? PostOfficeBox { get; init; }
    public string? City { get; init; }
    public string? StateOrProvince { get; init; }
    public string? PostalCode { get; init; }
    public string? Country { get; init; }

    /// <summary>Name of the assistant, as text.</summary>
    public string? Assistant { get; init; }

    /// <summary>Id of the manager's object.</summary>
    public Guid? ManagerId { get; init; }

    public string? Notes { get; init; }
    public string? WebPage { get; init; }

    /// <summary>Reading aids of the names, in Japanese and the like.</summary>
    public string? PhoneticDisplayName { get; init; }
    public string? PhoneticGivenName { get; init; }
    public string? PhoneticSurname { get; init; }
    public string? PhoneticCompany { get; init; }
    public string? PhoneticDepartment { get; init; }
}
