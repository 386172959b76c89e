using System.Globalization;

namespace Rialto.Directory;

/// <summary>
/// What the address book shows of a person, room or contact. Every member may be null. What few people have stands in an array of its own that the others do without:
/// an organisation has a hundred thousand of these in memory.
/// </summary>
public sealed record ContactDetails
{
    private const int RareCount = 25;

    private string?[]? rare;
    private string? givenName;
    private string? surname;
    private string? title;
    private string? department;
    private string? company;
    private string? office;
    private string? city;

    /// <summary>Nothing known; shared by all objects that have no details.</summary>
    public static ContactDetails None { get; } = new();

    public string? GivenName { get => givenName; init => givenName = value; }
    public string? Surname { get => surname; init => surname = value; }
    public string? Initials { get => Rare(0); init => SetRare(0, value); }
    public string? Title { get => title; init => title = value; }
    public string? Department { get => department; init => department = value; }
    public string? Company { get => company; init => company = value; }
    public string? Office { get => office; init => office = value; }

    public string? BusinessPhone { get; init; }
    public string? BusinessPhone2 { get => Rare(1); init => SetRare(1, value); }
    public string? MobilePhone { get; init; }
    public string? HomePhone { get => Rare(2); init => SetRare(2, value); }
    public string? HomePhone2 { get => Rare(3); init => SetRare(3, value); }
    public string? Fax { get => Rare(4); init => SetRare(4, value); }
    public string? Pager { get => Rare(5); init => SetRare(5, value); }
    public string? AssistantPhone { get => Rare(6); init => SetRare(6, value); }
    public string? OtherPhone { get => Rare(7); init => SetRare(7, value); }

    public string? Street { get => Rare(8); init => SetRare(8, value); }
    public string? PostOfficeBox { get => Rare(9); init => SetRare(9, value); }
    public string? City { get => city; init => city = value; }
    public string? StateOrProvince { get => Rare(10); init => SetRare(10, value); }
    public string? PostalCode { get => Rare(11); init => SetRare(11, value); }
    public string? Country { get => Rare(12); init => SetRare(12, value); }

    /// <summary>Name of the assistant, as text.</summary>
    public string? Assistant { get => Rare(13); init => SetRare(13, value); }

    /// <summary>Id of the manager's object.</summary>
    public Guid? ManagerId { get; init; }

    public string? Notes { get => Rare(14); init => SetRare(14, value); }
    public string? WebPage { get => Rare(15); init => SetRare(15, value); }

    /// <summary>Reading aids of the names, in Japanese and the like.</summary>
    public string? PhoneticDisplayName { get => Rare(16); init => SetRare(16, value); }
    public string? PhoneticGivenName { get => Rare(17); init => SetRare(17, value); }
    public string? PhoneticSurname { get => Rare(18); init => SetRare(18, value); }
    public string? PhoneticCompany { get => Rare(19); init => SetRare(19, value); }
    public string? PhoneticDepartment { get => Rare(20); init => SetRare(20, value); }

    public string? Telex { get => Rare(21); init => SetRare(21, value); }
    public string? HomeStreet { get => Rare(22); init => SetRare(22, value); }

    /// <summary>What whoever writes to it is told first, a line a language: <c>en-US:Back on Monday.</c></summary>
    public string? MailTips { get => Rare(23); init => SetRare(23, value); }

    /// <summary>Its place among the members of a department: whoever has more stands higher.</summary>
    public int? Seniority
    {
        get => int.TryParse(Rare(24), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index) ? index : null;
        init => SetRare(24, value?.ToString(CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public bool Equals(ContactDetails? other) =>
        other is not null && GivenName == other.GivenName && Surname == other.Surname && Title == other.Title && Department == other.Department && Company == other.Company
        && Office == other.Office && BusinessPhone == other.BusinessPhone && MobilePhone == other.MobilePhone && City == other.City && ManagerId == other.ManagerId && SameRare(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(GivenName, Surname, Title, Department, BusinessPhone, MobilePhone, City);

    /// <summary>Keeps one string of texts that many people have. Called before the object is visible to anybody.</summary>
    internal void Share()
    {
        if (ReferenceEquals(this, None)) return;
        givenName = SharedTexts.Of(givenName);
        surname = SharedTexts.Of(surname);
        title = SharedTexts.Of(title);
        department = SharedTexts.Of(department);
        company = SharedTexts.Of(company);
        office = SharedTexts.Of(office);
        city = SharedTexts.Of(city);
    }

    private bool SameRare(ContactDetails other)
    {
        if (ReferenceEquals(rare, other.rare)) return true;
        for (var i = 0; i < RareCount; i++)
        {
            if (Rare(i) != other.Rare(i)) return false;
        }

        return true;
    }

    private string? Rare(int index) => rare?[index];

    /// <summary>A copy of a record has the same array: it is never written after it was made.</summary>
    private void SetRare(int index, string? value)
    {
        if (value == Rare(index)) return;
        var changed = rare is null ? new string?[RareCount] : (string?[])rare.Clone();
        changed[index] = value;
        rare = Array.TrueForAll(changed, v => v is null) ? null : changed;
    }
}
