namespace Rialto.Directory;

/// <summary>Which texts of a recipient stand in which field of the index.</summary>
internal static class RecipientTexts
{
    public static int Collect(Recipient recipient, ref (SearchFields Field, string Text)[] into)
    {
        var count = 0;
        var d = recipient.Details;
        Put(ref into, SearchFields.DisplayName, recipient.DisplayName);
        Put(ref into, SearchFields.CommonName, CommonName(recipient));
        Put(ref into, SearchFields.GivenName, d.GivenName);
        Put(ref into, SearchFields.Surname, d.Surname);
        Put(ref into, SearchFields.Alias, recipient.Alias);
        if (recipient is Account { LogonName.Length: > 0 } account) Put(ref into, SearchFields.LogonName, account.LogonName);
        Put(ref into, SearchFields.PrimaryAddress, recipient.PrimaryAddress);
        foreach (var address in recipient.FurtherAddresses) Put(ref into, SearchFields.FurtherAddress, address);
        if (recipient is ExternalContact contact && !contact.ExternalAddress.Equals(contact.PrimaryAddress, StringComparison.OrdinalIgnoreCase))
            Put(ref into, SearchFields.FurtherAddress, contact.ExternalAddress);
        Put(ref into, SearchFields.BusinessPhone, d.BusinessPhone);
        Put(ref into, SearchFields.BusinessPhone, d.BusinessPhone2);
        Put(ref into, SearchFields.MobilePhone, d.MobilePhone);
        Put(ref into, SearchFields.Title, d.Title);
        Put(ref into, SearchFields.Department, d.Department);
        Put(ref into, SearchFields.Company, d.Company);
        Put(ref into, SearchFields.Office, d.Office);
        Put(ref into, SearchFields.City, d.City);
        Put(ref into, SearchFields.PhoneticDisplayName, d.PhoneticDisplayName);
        Put(ref into, SearchFields.PhoneticGivenName, d.PhoneticGivenName);
        Put(ref into, SearchFields.PhoneticSurname, d.PhoneticSurname);
        Put(ref into, SearchFields.PhoneticCompany, d.PhoneticCompany);
        Put(ref into, SearchFields.PhoneticDepartment, d.PhoneticDepartment);
        return count;

        void Put(ref (SearchFields, string)[] list, SearchFields field, string? text)
        {
            if (string.IsNullOrEmpty(text)) return;
            if (count == list.Length) Array.Resize(ref list, count * 2);
            list[count++] = (field, text);
        }
    }

    /// <summary>The custom attribute; null where the display name stands in for it.</summary>
    public static string? CommonName(Recipient recipient) =>
        !recipient.CustomAttributes.IsEmpty && recipient.CustomAttributes.TryGetValue("cn", out var name) && name != recipient.DisplayName ? name : null;

    /// <summary>
    /// The fields whose words ambiguous name resolution looks at, [MS-ADTS] 3.1.1.3.1.3.1 and Exchange's own: names, alias, addresses, office, reading aids.
    /// </summary>
    public const SearchFields Ambiguous = SearchFields.DisplayName | SearchFields.CommonName | SearchFields.GivenName | SearchFields.Surname | SearchFields.Alias | SearchFields.LogonName
        | SearchFields.Address | SearchFields.Office | SearchFields.PhoneticDisplayName | SearchFields.PhoneticGivenName | SearchFields.PhoneticSurname
        | SearchFields.PhoneticCompany | SearchFields.PhoneticDepartment;

    public const SearchFields Phones = SearchFields.BusinessPhone | SearchFields.MobilePhone;
}
