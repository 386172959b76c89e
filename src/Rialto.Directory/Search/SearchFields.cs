namespace Rialto.Directory;

/// <summary>The attributes of recipients that are indexed for search; several at once where any of them may match.</summary>
[Flags]
public enum SearchFields
{
    /// <summary>None: matches nothing.</summary>
    None = 0,

    /// <summary>What people see.</summary>
    DisplayName = 1 << 0,

    /// <summary>The custom attribute <c>cn</c>, or the display name of an object that has none.</summary>
    CommonName = 1 << 1,

    /// <summary>First name.</summary>
    GivenName = 1 << 2,

    /// <summary>Family name.</summary>
    Surname = 1 << 3,

    /// <summary>Alias.</summary>
    Alias = 1 << 4,

    /// <summary>Log-on name, or the alias of an account that has none.</summary>
    LogonName = 1 << 5,

    /// <summary>The primary address.</summary>
    PrimaryAddress = 1 << 6,

    /// <summary>Further addresses, a contact's outside address among them.</summary>
    FurtherAddress = 1 << 7,

    /// <summary>Business phones. Spaces, hyphens and brackets do not count.</summary>
    BusinessPhone = 1 << 8,

    /// <summary>Mobile phone, compared like business phones.</summary>
    MobilePhone = 1 << 9,

    /// <summary>Title.</summary>
    Title = 1 << 10,

    /// <summary>Department.</summary>
    Department = 1 << 11,

    /// <summary>Company.</summary>
    Company = 1 << 12,

    /// <summary>Office.</summary>
    Office = 1 << 13,

    /// <summary>City.</summary>
    City = 1 << 14,

    /// <summary>Reading aid of the display name.</summary>
    PhoneticDisplayName = 1 << 15,

    /// <summary>Reading aid of the first name.</summary>
    PhoneticGivenName = 1 << 16,

    /// <summary>Reading aid of the family name.</summary>
    PhoneticSurname = 1 << 17,

    /// <summary>Reading aid of the company.</summary>
    PhoneticCompany = 1 << 18,

    /// <summary>Reading aid of the department.</summary>
    PhoneticDepartment = 1 << 19,

    /// <summary>Every address.</summary>
    Address = PrimaryAddress | FurtherAddress,

    /// <summary>Every field.</summary>
    All = (1 << 20) - 1,
}

/// <summary>How a text is compared with a field; case, accents, width and kana never count.</summary>
public enum SearchMatch
{
    /// <summary>The whole value.</summary>
    Exact,

    /// <summary>The value starts with the text.</summary>
    Prefix,

    /// <summary>The text stands anywhere in the value.</summary>
    Substring,
}
