using System.Globalization;

namespace Rialto.Directory;

/// <summary>
/// The attributes by name, as filters and the command line call them; the names are those of LDAP schemas (RFC 4519, RFC 2798) where there is one.
/// Names ignore case. <c>custom.NAME</c> is a custom attribute.
/// </summary>
public static class DirectoryAttributes
{
    private const string CustomPrefix = "custom.";

    private sealed record Row(string Name, Func<DirectoryObject, IReadOnlyList<string>> Get, Func<DirectoryObject, string?, DirectoryObject?>? Set);

    /// <summary>The texts of <see cref="ContactDetails"/>; filled while the rows are made, so it stands before them.</summary>
    private static readonly List<(string Name, Func<ContactDetails, string?> Get)> Details = [];

    private static readonly Dictionary<string, Row> Rows = new[]
    {
        new Row("kind", o => [o.Kind.ToString()], null),
        new Row("id", o => [o.Id.ToString()], null),
        new Row("displayName", o => One(o.DisplayName), (o, v) => o with { DisplayName = v ?? "" }),
        OfRecipient("alias", r => r.Alias, (r, v) => r with { Alias = v ?? "" }),
        OfRecipient("mail", r => r.PrimaryAddress, (r, v) => r with { PrimaryAddress = v ?? "" }),
        new Row("proxyAddresses", o => o is Recipient r ? [r.PrimaryAddress, .. r.FurtherAddresses] : [], null),
        OfRecipient("legacyExchangeDN", r => r.LegacyExchangeDn, null),
        OfRecipient("hidden", r => Text(r.HiddenFromAddressLists), (r, v) => Flag(v) is { } flag ? r with { HiddenFromAddressLists = flag } : null),
        Detail("givenName", d => d.GivenName, (d, v) => d with { GivenName = v }),
        Detail("sn", d => d.Surname, (d, v) => d with { Surname = v }),
        Detail("initials", d => d.Initials, (d, v) => d with { Initials = v }),
        Detail("title", d => d.Title, (d, v) => d with { Title = v }),
        Detail("department", d => d.Department, (d, v) => d with { Department = v }),
        Detail("company", d => d.Company, (d, v) => d with { Company = v }),
        Detail("physicalDeliveryOfficeName", d => d.Office, (d, v) => d with { Office = v }),
        Detail("telephoneNumber", d => d.BusinessPhone, (d, v) => d with { BusinessPhone = v }),
        Detail("otherTelephone", d => d.BusinessPhone2, (d, v) => d with { BusinessPhone2 = v }),
        Detail("mobile", d => d.MobilePhone, (d, v) => d with { MobilePhone = v }),
        Detail("homePhone", d => d.HomePhone, (d, v) => d with { HomePhone = v }),
        Detail("otherHomePhone", d => d.HomePhone2, (d, v) => d with { HomePhone2 = v }),
        Detail("facsimileTelephoneNumber", d => d.Fax, (d, v) => d with { Fax = v }),
        Detail("pager", d => d.Pager, (d, v) => d with { Pager = v }),
        Detail("telephoneAssistant", d => d.AssistantPhone, (d, v) => d with { AssistantPhone = v }),
        Detail("otherPhone", d => d.OtherPhone, (d, v) => d with { OtherPhone = v }),
        Detail("street", d => d.Street, (d, v) => d with { Street = v }),
        Detail("postOfficeBox", d => d.PostOfficeBox, (d, v) => d with { PostOfficeBox = v }),
        Detail("l", d => d.City, (d, v) => d with { City = v }),
        Detail("st", d => d.StateOrProvince, (d, v) => d with { StateOrProvince = v }),
        Detail("postalCode", d => d.PostalCode, (d, v) => d with { PostalCode = v }),
        Detail("co", d => d.Country, (d, v) => d with { Country = v }),
        Detail("assistant", d => d.Assistant, (d, v) => d with { Assistant = v }),
        Detail("info", d => d.Notes, (d, v) => d with { Notes = v }),
        Detail("wWWHomePage", d => d.WebPage, (d, v) => d with { WebPage = v }),
        Detail("phoneticDisplayName", d => d.PhoneticDisplayName, (d, v) => d with { PhoneticDisplayName = v }),
        Detail("phoneticGivenName", d => d.PhoneticGivenName, (d, v) => d with { PhoneticGivenName = v }),
        Detail("phoneticSurname", d => d.PhoneticSurname, (d, v) => d with { PhoneticSurname = v }),
        Detail("phoneticCompany", d => d.PhoneticCompany, (d, v) => d with { PhoneticCompany = v }),
        Detail("phoneticDepartment", d => d.PhoneticDepartment, (d, v) => d with { PhoneticDepartment = v }),
        Detail("telexNumber", d => d.Telex, (d, v) => d with { Telex = v }),
        Detail("homePostalAddress", d => d.HomeStreet, (d, v) => d with { HomeStreet = v }),
        Detail("mailTip", d => d.MailTips, (d, v) => d with { MailTips = v }),
        new Row("seniority", o => o is Recipient { Details.Seniority: { } s } ? One(s.ToString(CultureInfo.InvariantCulture)) : [], SetSeniority),
        new Row("isDepartment", o => o is Group { IsDepartment: true } ? One("true") : [], (o, v) => o is Group g && Flag(v ?? "false") is { } f ? g with { IsDepartment = f } : null),
        new Row("logonName", o => o is Account a ? One(a.EffectiveLogonName) : [], (o, v) => o is Account a ? a with { LogonName = v ?? "" } : null),
        new Row("administrator", o => o is Account a ? One(Text(a.IsAdministrator)) : [], (o, v) => o is Account a && Flag(v) is { } f ? a with { IsAdministrator = f } : null),
        new Row("loginEnabled", o => o is Account a ? One(Text(a.LoginEnabled)) : [], (o, v) => o is Account a && Flag(v) is { } f ? a with { LoginEnabled = f } : null),
        new Row("mailboxEnabled", o => o is MailboxRecipient m ? One(Text(m.MailboxEnabled)) : [], (o, v) => o is MailboxRecipient m && Flag(v) is { } f ? m with { MailboxEnabled = f } : null),
        new Row("locale", o => o is MailboxRecipient m ? One(m.Locale) : [], (o, v) => o is MailboxRecipient m ? m with { Locale = v } : null),
        new Row("timeZone", o => o is MailboxRecipient m ? One(m.TimeZone) : [], (o, v) => o is MailboxRecipient m ? m with { TimeZone = v } : null),
        new Row("capacity", o => o is ResourceMailbox { Capacity: { } c } ? One(c.ToString(CultureInfo.InvariantCulture)) : [], SetCapacity),
        new Row("filter", o => o is Group g ? One(g.Filter) : [], (o, v) => o is Group g ? g with { Filter = v } : null),
        new Row("externalAddress", o => o is ExternalContact c ? One(c.ExternalAddress) : [], (o, v) => o is ExternalContact c ? c with { ExternalAddress = v ?? "" } : null),
    }.ToDictionary(r => r.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Other names in use for the same attributes.</summary>
    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["surname"] = "sn",
        ["mailNickname"] = "alias",
        ["address"] = "mail",
        ["office"] = "physicalDeliveryOfficeName",
        ["phone"] = "telephoneNumber",
        ["fax"] = "facsimileTelephoneNumber",
        ["streetAddress"] = "street",
        ["city"] = "l",
        ["state"] = "st",
        ["country"] = "co",
        ["notes"] = "info",
        ["sAMAccountName"] = "logonName",
        ["msDS-HABSeniorityIndex"] = "seniority",
        ["msExchSenderHintTranslations"] = "mailTip",
        ["msOrg-IsOrganizational"] = "isDepartment",
    };

    /// <summary>The names of all attributes, without custom ones.</summary>
    public static IReadOnlyCollection<string> Names => Rows.Keys;

    /// <summary>The texts among details, by attribute name.</summary>
    internal static IReadOnlyList<(string Name, Func<ContactDetails, string?> Get)> DetailTexts => Details;

    /// <summary>Whether there is such an attribute.</summary>
    public static bool IsKnown(string name) => IsCustom(name) || Find(name) is not null;

    /// <summary>The values; none where the object has no such attribute.</summary>
    public static IReadOnlyList<string> Get(DirectoryObject from, string name)
    {
        if (IsCustom(name)) return from.CustomAttributes.TryGetValue(name[CustomPrefix.Length..], out var value) ? One(value) : [];
        return Find(name)?.Get(from) ?? [];
    }

    /// <summary>A copy with the attribute set, or cleared with null.</summary>
    /// <exception cref="DirectoryException">There is no such attribute, the object cannot have it, it is read-only, or the value does not fit it.</exception>
    public static T With<T>(T target, string name, string? value)
        where T : DirectoryObject
    {
        if (IsCustom(name))
        {
            var key = name[CustomPrefix.Length..];
            return target with { CustomAttributes = value is null ? target.CustomAttributes.Remove(key) : target.CustomAttributes.SetItem(key, value) };
        }

        var row = Find(name) ?? throw new DirectoryException(DirectoryError.UnknownAttribute, $"There is no attribute \"{name}\". Known are: {string.Join(", ", Names)}, custom.NAME.");
        if (row.Set is null) throw new DirectoryException(DirectoryError.UnknownAttribute, $"The attribute \"{row.Name}\" cannot be set this way.");
        return (T)(row.Set(target, string.IsNullOrEmpty(value) ? null : value)
            ?? throw new DirectoryException(DirectoryError.UnknownAttribute, $"The attribute \"{row.Name}\" of a {target.Kind} cannot be \"{value}\": flags are true or false, numbers are whole."));
    }

    private static bool IsCustom(string name) => name.Length > CustomPrefix.Length && name.StartsWith(CustomPrefix, StringComparison.OrdinalIgnoreCase);

    private static Row? Find(string name) => Rows.GetValueOrDefault(Synonyms.GetValueOrDefault(name, name));

    private static Row OfRecipient(string name, Func<Recipient, string> get, Func<Recipient, string?, Recipient?>? set) =>
        new(name, o => o is Recipient r ? One(get(r)) : [], set is null ? null : (o, v) => o is Recipient r ? set(r, v) : null);

    private static Row Detail(string name, Func<ContactDetails, string?> get, Func<ContactDetails, string?, ContactDetails> set)
    {
        Details.Add((name, get));
        return new(name, o => o is Recipient r ? One(get(r.Details)) : [], (o, v) => o is Recipient r ? r with { Details = set(r.Details, v) } : null);
    }

    private static DirectoryObject? SetCapacity(DirectoryObject o, string? v) => o switch
    {
        ResourceMailbox m when v is null => m with { Capacity = null },
        ResourceMailbox m when int.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var n) => m with { Capacity = n },
        _ => null,
    };

    private static DirectoryObject? SetSeniority(DirectoryObject o, string? v) => o switch
    {
        Recipient r when v is null => r with { Details = r.Details with { Seniority = null } },
        Recipient r when int.TryParse(v, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) => r with { Details = r.Details with { Seniority = n } },
        _ => null,
    };

    private static IReadOnlyList<string> One(string? value) => string.IsNullOrEmpty(value) ? [] : [value];

    private static string Text(bool value) => value ? "true" : "false";

    private static bool? Flag(string? value) => bool.TryParse(value, out var flag) ? flag : null;
}
