// RFC 4519, RFC 4524 (mail, manager, uid …), RFC 2798 (inetOrgPerson), [MS-OXLDAP] 2.2 (what clients ask for), [MS-ADA1] to [MS-ADA3] (Active Directory's identifiers), RFC 4530, RFC 4512 3.4.
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Rialto.Directory;
using Rialto.Ldap.Tree;

namespace Rialto.Ldap.Schema;

/// <summary>Every attribute type of recipients, one row each. Names ignore case; what has no row is a custom attribute.</summary>
internal static class AttributeTable
{
    private const string Ad = "1.2.840.113556.1.4.";
    private const string AdOld = "1.2.840.113556.1.2.";

    public static readonly LdapAttribute ObjectClass = new("objectClass", "2.5.4.0", LdapSyntax.Identifier)
    {
        IsSingle = false,
        Texts = (_, r) => ClassTable.Of(r),
    };

    public static readonly LdapAttribute Ambiguous = new("anr", Ad + "1208") { IsOperational = true };

    /// <summary>Active Directory's coarse class: <c>person</c> or <c>group</c>. Shown and compared by its short name.</summary>
    public static readonly LdapAttribute ObjectCategory = new("objectCategory", Ad + "782", LdapSyntax.Identifier) { Text = r => r is Group ? "group" : r is MailPublicFolder ? "publicFolder" : "person" };

    public static readonly LdapAttribute UserPassword = new("userPassword", "2.5.4.35", LdapSyntax.Octets) { IsSingle = false };

    public static readonly LdapAttribute DistinguishedName = new("distinguishedName", "2.5.4.49", LdapSyntax.Name)
    {
        Texts = (v, r) => [v.DnOf(r)],
        Lookup = (v, dn) => One(v.FindRecipient(dn)),
    };

    public static readonly LdapAttribute Member = new("member", "2.5.4.31", LdapSyntax.Name)
    {
        IsSingle = false,
        Texts = (v, r) => r is Group g && v.SeesMembers(g) ? Names(v, g.Members) : [],
        Lookup = (v, dn) => v.FindRecipient(dn) is { } member ? GroupsOf(v, member) : [],
        Set = (v, r, values) => r is Group g ? g with { Members = Ids(v, values) } : throw NotHere("member", r),
    };

    public static readonly LdapAttribute[] All =
    [
        ObjectClass,
        new("cn", "2.5.4.3", LdapSyntax.Text, "commonName", "name")
        {
            Text = r => !r.CustomAttributes.IsEmpty && r.CustomAttributes.TryGetValue("cn", out var cn) ? cn : r.DisplayName,
            Fields = SearchFields.CommonName,
            FieldsAreExact = true,
            Set = (_, r, v) => Custom(r, "cn", v),
        },
        Detail("sn", "2.5.4.4", d => d.Surname, SearchFields.Surname, "surname"),
        Detail("givenName", "2.5.4.42", d => d.GivenName, SearchFields.GivenName, "gn"),
        new("displayName", "2.16.840.1.113730.3.1.241", LdapSyntax.Text, "display-name") { Text = r => r.DisplayName, Fields = SearchFields.DisplayName, FieldsAreExact = true, Set = Directory("displayName") },
        Detail("initials", "2.5.4.43", d => d.Initials),
        new("uid", "0.9.2342.19200300.100.1.1", LdapSyntax.Text, "userid") { Text = r => r.Alias, Fields = SearchFields.Alias, FieldsAreExact = true, Set = Directory("alias") },
        new("mail", "0.9.2342.19200300.100.1.3", LdapSyntax.Text, "rfc822Mailbox") { Text = r => r.PrimaryAddress, Fields = SearchFields.PrimaryAddress, FieldsAreExact = true, Set = Directory("mail") },
        Detail("telephoneNumber", "2.5.4.20", d => d.BusinessPhone, SearchFields.BusinessPhone, syntax: LdapSyntax.Phone),
        Detail("mobile", "0.9.2342.19200300.100.1.41", d => d.MobilePhone, SearchFields.MobilePhone, "mobileTelephoneNumber", syntax: LdapSyntax.Phone, exact: true),
        Detail("title", "2.5.4.12", d => d.Title, SearchFields.Title),
        Detail("ou", "2.5.4.11", d => d.Department, SearchFields.Department, "organizationalUnitName"),
        Detail("department", AdOld + "141", d => d.Department, SearchFields.Department, "departmentNumber"),
        Detail("o", "2.5.4.10", d => d.Company, SearchFields.Company, "organizationName"),
        Detail("company", AdOld + "146", d => d.Company, SearchFields.Company),
        Detail("physicalDeliveryOfficeName", "2.5.4.19", d => d.Office, SearchFields.Office, "roomNumber"),
        Detail("l", "2.5.4.7", d => d.City, SearchFields.City, "localityName"),
        Detail("st", "2.5.4.8", d => d.StateOrProvince, SearchFields.None, "stateOrProvinceName"),
        Detail("street", "2.5.4.9", d => d.Street, SearchFields.None, "streetAddress"),
        Detail("postalCode", "2.5.4.17", d => d.PostalCode),
        Detail("postOfficeBox", "2.5.4.18", d => d.PostOfficeBox),
        Detail("co", AdOld + "131", d => d.Country, SearchFields.None, "friendlyCountryName"),
        Detail("homePhone", "0.9.2342.19200300.100.1.20", d => d.HomePhone, SearchFields.None, "homeTelephoneNumber", syntax: LdapSyntax.Phone),
        Detail("otherHomePhone", AdOld + "277", d => d.HomePhone2, syntax: LdapSyntax.Phone),
        Detail("otherTelephone", AdOld + "18", d => d.BusinessPhone2, SearchFields.BusinessPhone, syntax: LdapSyntax.Phone, exact: false),
        Detail("facsimileTelephoneNumber", "2.5.4.23", d => d.Fax, SearchFields.None, "fax", syntax: LdapSyntax.Phone),
        Detail("pager", "0.9.2342.19200300.100.1.42", d => d.Pager, SearchFields.None, "pagerTelephoneNumber", syntax: LdapSyntax.Phone),
        Detail("telephoneAssistant", AdOld + "79", d => d.AssistantPhone, syntax: LdapSyntax.Phone),
        Detail("msExchAssistantName", AdOld + "444", d => d.Assistant),
        Detail("info", AdOld + "81", d => d.Notes, SearchFields.None, "comment"),
        Detail("wWWHomePage", AdOld + "464", d => d.WebPage, SearchFields.None, "url", "labeledURI"),
        Detail("msDS-PhoneticDisplayName", Ad + "1946", d => d.PhoneticDisplayName, SearchFields.PhoneticDisplayName),
        Detail("msDS-PhoneticFirstName", Ad + "1942", d => d.PhoneticGivenName, SearchFields.PhoneticGivenName),
        Detail("msDS-PhoneticLastName", Ad + "1943", d => d.PhoneticSurname, SearchFields.PhoneticSurname),
        Detail("msDS-PhoneticCompanyName", Ad + "1945", d => d.PhoneticCompany, SearchFields.PhoneticCompany),
        Detail("msDS-PhoneticDepartment", Ad + "1944", d => d.PhoneticDepartment, SearchFields.PhoneticDepartment),
        new("mailNickname", AdOld + "447") { Text = r => r.Alias, Fields = SearchFields.Alias, FieldsAreExact = true, Set = Directory("alias") },
        new("sAMAccountName", Ad + "221") { Text = r => r is Account a ? a.EffectiveLogonName : r.Alias, Fields = SearchFields.LogonName | SearchFields.Alias, Set = SetLogonName },
        new("userPrincipalName", Ad + "656")
        {
            Text = r => r is Account a ? $"{a.EffectiveLogonName}@{a.PrimaryAddress.AsSpan(a.PrimaryAddress.LastIndexOf('@') + 1)}" : null,
            Lookup = (v, name) => One(v.Directory.FindByLogin(name)),
        },
        new("proxyAddresses", AdOld + "210")
        {
            IsSingle = false,
            Texts = (_, r) => Proxies(r),
            Fields = SearchFields.Address,
            Lookup = (v, address) => One(ByProxy(v.Directory, address)),
            Set = SetProxies,
        },
        new("otherMailbox", Ad + "651") { IsSingle = false, Texts = (_, r) => r.FurtherAddresses, Fields = SearchFields.FurtherAddress },
        new("targetAddress", AdOld + "352") { Text = r => r is ExternalContact c ? "SMTP:" + c.ExternalAddress : null },
        new("legacyExchangeDN", Ad + "655") { Text = r => r.LegacyExchangeDn, Lookup = (v, dn) => One(v.Directory.FindByLegacyDn(dn)) },
        new("manager", "0.9.2342.19200300.100.1.10", LdapSyntax.Name)
        {
            Texts = (v, r) => r.Details.ManagerId is { } id && v.Directory.Find<Recipient>(id) is { } m && v.Sees(m) ? [v.DnOf(m)] : [],
            Lookup = (v, dn) => v.FindRecipient(dn) is { } m ? v.Tree.ReportsOf(v.Directory, m.Id) : [],
            Set = (v, r, values) => r with { Details = r.Details with { ManagerId = values.Count == 0 ? null : Ids(v, values)[0] } },
        },
        new("directReports", AdOld + "436", LdapSyntax.Name, "reports") { IsSingle = false, IsOperational = true, Texts = (v, r) => v.Tree.ReportsOf(v.Directory, r.Id).Where(v.Sees).Select(v.DnOf) },
        Member,
        new("memberOf", AdOld + "102", LdapSyntax.Name)
        {
            IsSingle = false,
            IsOperational = true,
            Texts = (v, r) => GroupsOf(v, r).Where(g => v.Sees(g) && (g is not Group x || v.SeesMembers(x))).Select(v.DnOf),
            Lookup = (v, dn) => v.FindRecipient(dn) is Group g && v.SeesMembers(g) ? g.Members.Select(v.Directory.Find<Recipient>).OfType<Recipient>() : [],
        },
        new("owner", "2.5.4.32", LdapSyntax.Name, "managedBy")
        {
            IsSingle = false,
            Texts = (v, r) => r is Group g ? Names(v, g.Owners) : [],
            Set = (v, r, values) => r is Group g ? g with { Owners = Ids(v, values) } : throw NotHere("owner", r),
        },
        new("jpegPhoto", "0.9.2342.19200300.100.1.60", LdapSyntax.Octets, "photo") { IsSingle = false, IsPhoto = true },
        new("thumbnailPhoto", "2.16.840.1.113730.3.1.35", LdapSyntax.Octets) { IsPhoto = true },
        new("userCertificate", "2.5.4.36", LdapSyntax.Octets) { IsSingle = false, IsCertificate = true },
        new("userSMIMECertificate", "2.16.840.1.113730.3.1.40", LdapSyntax.Octets) { IsSingle = false, IsCertificate = true },
        Kept("description", "2.5.4.13"),
        Kept("employeeNumber", "2.16.840.1.113730.3.1.3"),
        Kept("employeeID", Ad + "35"),
        Kept("employeeType", "2.16.840.1.113730.3.1.4"),
        Kept("postalAddress", "2.5.4.16"),
        Kept("preferredLanguage", "2.16.840.1.113730.3.1.39"),
        ObjectCategory,
        new("msExchHideFromAddressLists", AdOld + "73", LdapSyntax.Boolean)
        {
            Text = r => r.HiddenFromAddressLists ? "TRUE" : null,
            Set = (_, r, v) => r with { HiddenFromAddressLists = v.Count > 0 && v[0].Equals("TRUE", StringComparison.OrdinalIgnoreCase) },
        },
        new("msExchMailboxGuid", Ad + "7000.102.11058", LdapSyntax.Octets) { Octets = (_, r) => r is MailboxRecipient m ? [m.MailboxGuid.ToByteArray()] : [] },
        new("msExchRecipientDisplayType", Ad + "7000.102.50730", LdapSyntax.Integer) { Text = DisplayType },
        new("msExchRecipientTypeDetails", Ad + "7000.102.50855", LdapSyntax.Integer) { Text = TypeDetails },
        new("msExchResourceCapacity", Ad + "7000.102.50807", LdapSyntax.Integer)
        {
            Text = r => (r as ResourceMailbox)?.Capacity?.ToString(CultureInfo.InvariantCulture),
            Set = (_, r, v) => DirectoryAttributes.With(r, "capacity", v.Count == 0 ? null : v[0]),
        },
        new("userAccountControl", Ad + "8", LdapSyntax.Integer) { Text = r => r is Account a ? a.LoginEnabled ? "512" : "514" : null, Set = SetAccountControl },
        new("groupType", Ad + "750", LdapSyntax.Integer) { Text = r => r is Group ? "8" : null },
        new("objectGUID", Ad + "2", LdapSyntax.Octets) { Octets = (_, r) => [r.Id.ToByteArray()] },
        DistinguishedName,
        new("entryUUID", "1.3.6.1.1.16.4") { IsOperational = true, Text = r => r.Id.ToString(), Lookup = (v, id) => Guid.TryParse(id, out var guid) ? One(v.Directory.Find<Recipient>(guid)) : [] },
        new("entryDN", "1.3.6.1.1.20", LdapSyntax.Name) { IsOperational = true, Texts = (v, r) => [v.DnOf(r)], Lookup = (v, dn) => One(v.FindRecipient(dn)) },
        new("structuralObjectClass", "2.5.21.9", LdapSyntax.Identifier) { IsOperational = true, Text = r => ClassTable.Of(r)[^1] },
        new("subschemaSubentry", "2.5.18.10", LdapSyntax.Name) { IsOperational = true, Text = _ => "cn=Subschema" },
        new("hasSubordinates", "2.5.18.9", LdapSyntax.Boolean) { IsOperational = true, Text = _ => "FALSE" },
        new("numSubordinates", "1.3.6.1.4.1.453.16.2.103", LdapSyntax.Integer) { IsOperational = true, Text = _ => "0" },
        Time("createTimestamp", "2.5.18.1", r => r.CreatedAt, "yyyyMMddHHmmss'Z'"),
        Time("modifyTimestamp", "2.5.18.2", r => r.ModifiedAt, "yyyyMMddHHmmss'Z'"),
        Time("whenCreated", AdOld + "2", r => r.CreatedAt, "yyyyMMddHHmmss'.0Z'"),
        Time("whenChanged", AdOld + "3", r => r.ModifiedAt, "yyyyMMddHHmmss'.0Z'"),
        new("uSNChanged", AdOld + "120", LdapSyntax.Integer) { IsOperational = true, Text = r => r.Version.ToString(CultureInfo.InvariantCulture) },
        Ambiguous,
        UserPassword,
    ];

    /// <summary>Attributes that entries of the tree itself have, for the schema.</summary>
    public static readonly LdapAttribute[] OfTree =
    [
        new("dc", "0.9.2342.19200300.100.1.25", LdapSyntax.Text, "domainComponent"),
        new("namingContexts", "1.3.6.1.4.1.1466.101.120.5", LdapSyntax.Name) { IsSingle = false, IsOperational = true },
        new("supportedLDAPVersion", "1.3.6.1.4.1.1466.101.120.15", LdapSyntax.Integer) { IsSingle = false, IsOperational = true },
        new("supportedControl", "1.3.6.1.4.1.1466.101.120.13", LdapSyntax.Identifier) { IsSingle = false, IsOperational = true },
        new("supportedExtension", "1.3.6.1.4.1.1466.101.120.7", LdapSyntax.Identifier) { IsSingle = false, IsOperational = true },
        new("supportedFeatures", "1.3.6.1.4.1.4203.1.3.5", LdapSyntax.Identifier) { IsSingle = false, IsOperational = true },
        new("supportedSASLMechanisms", "1.3.6.1.4.1.1466.101.120.14") { IsSingle = false, IsOperational = true },
        new("attributeTypes", "2.5.21.5") { IsSingle = false, IsOperational = true },
        new("objectClasses", "2.5.21.6") { IsSingle = false, IsOperational = true },
        new("ldapSyntaxes", "1.3.6.1.4.1.1466.101.120.16") { IsSingle = false, IsOperational = true },
        new("matchingRules", "2.5.21.4") { IsSingle = false, IsOperational = true },
    ];

    private static readonly Dictionary<string, LdapAttribute> ByName = Index();

    /// <summary>
    /// The attribute of a description. Of options only <c>;binary</c> is known, where values are certificates (RFC 4522 3, RFC 4523 2); with any other, languages among them, a description is
    /// one that nothing has (RFC 4512 2.5.2, RFC 3866 2.3). Null: none of these.
    /// </summary>
    public static LdapAttribute? Find(ReadOnlySpan<char> description)
    {
        var semicolon = description.IndexOf(';');
        var name = semicolon < 0 ? description : description[..semicolon];
        if (!ByName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var found)) return null;
        return semicolon < 0 || (found.IsCertificate && description[semicolon..].Equals(";binary", StringComparison.OrdinalIgnoreCase)) ? found : null;
    }

    /// <summary>Whether a name has the form of an attribute's; only such become custom attributes.</summary>
    public static bool IsDescriptor(ReadOnlySpan<char> name)
    {
        if (name.Length is 0 or > 64 || !char.IsAsciiLetter(name[0])) return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-') return false;
        }

        return true;
    }

    /// <summary>A copy with a custom attribute; several values are kept on lines of their own.</summary>
    public static Recipient Custom(Recipient recipient, string name, IReadOnlyList<string> values) =>
        recipient with { CustomAttributes = values.Count == 0 ? recipient.CustomAttributes.Remove(name) : recipient.CustomAttributes.SetItem(name, string.Join('\n', values)) };

    /// <summary>The custom attribute's values; a name in any case finds it.</summary>
    public static string[] CustomValues(Recipient recipient, string name)
    {
        if (recipient.CustomAttributes.IsEmpty) return [];
        if (recipient.CustomAttributes.TryGetValue(name, out var value)) return value.Split('\n');
        foreach (var (key, other) in recipient.CustomAttributes)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase)) return other.Split('\n');
        }

        return [];
    }

    private static Dictionary<string, LdapAttribute> Index()
    {
        var all = new Dictionary<string, LdapAttribute>(StringComparer.OrdinalIgnoreCase);
        foreach (var attribute in All.Concat(OfTree))
        {
            all.Add(attribute.Name, attribute);
            all.TryAdd(attribute.Oid, attribute);
            foreach (var alias in attribute.Aliases) all.TryAdd(alias, attribute);
        }

        return all;
    }

    private static LdapAttribute Detail(string name, string oid, Func<ContactDetails, string?> get, SearchFields fields = SearchFields.None, string? alias = null, string? alias2 = null, LdapSyntax syntax = LdapSyntax.Text, bool exact = true) =>
        new(name, oid, syntax, [.. new[] { alias, alias2 }.OfType<string>()])
        {
            Text = r => get(r.Details),
            Fields = fields,
            FieldsAreExact = exact && fields is not (SearchFields.None or SearchFields.BusinessPhone),
            Set = Directory(name switch
            {
                "ou" => "department",
                "o" => "company",
                "msExchAssistantName" => "assistant",
                "msDS-PhoneticDisplayName" => "phoneticDisplayName",
                "msDS-PhoneticFirstName" => "phoneticGivenName",
                "msDS-PhoneticLastName" => "phoneticSurname",
                "msDS-PhoneticCompanyName" => "phoneticCompany",
                "msDS-PhoneticDepartment" => "phoneticDepartment",
                _ => name,
            }),
        };

    private static Func<LdapView, Recipient, IReadOnlyList<string>, Recipient> Directory(string attribute) =>
        (_, recipient, values) => DirectoryAttributes.With(recipient, attribute, values.Count == 0 ? null : values[0]);

    /// <summary>A known attribute that the directory has no member for: kept among the custom ones.</summary>
    private static LdapAttribute Kept(string name, string oid) => new(name, oid)
    {
        IsSingle = false,
        Texts = (_, r) => CustomValues(r, name),
        Set = (_, r, v) => Custom(r, name, v),
    };

    private static LdapAttribute Time(string name, string oid, Func<Recipient, uint> get, string form) => new(name, oid, LdapSyntax.Time)
    {
        IsOperational = true,
        Text = r => get(r) is > 0 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString(form, CultureInfo.InvariantCulture) : null,
    };

    private static IEnumerable<Recipient> One(Recipient? recipient) => recipient is null ? [] : [recipient];

    private static IEnumerable<string> Names(LdapView view, ImmutableArray<Guid> ids)
    {
        foreach (var id in ids)
        {
            if (view.Directory.Find<Recipient>(id) is { } recipient && view.Sees(recipient)) yield return view.DnOf(recipient);
        }
    }

    private static ImmutableArray<Guid> Ids(LdapView view, IReadOnlyList<string> names)
    {
        var ids = ImmutableArray.CreateBuilder<Guid>(names.Count);
        foreach (var name in names)
        {
            var found = view.FindRecipient(name) ?? throw new LdapException(Wire.ResultCode.ConstraintViolation, $"There is no entry {name}.");
            ids.Add(found.Id);
        }

        return ids.DrainToImmutable();
    }

    private static IEnumerable<Recipient> GroupsOf(LdapView view, Recipient recipient) =>
        view.Directory.DirectGroupsOf(recipient).Select(view.Directory.Find<Recipient>).OfType<Recipient>();

    private static IEnumerable<string> Proxies(Recipient recipient)
    {
        if (recipient.PrimaryAddress.Length > 0) yield return "SMTP:" + recipient.PrimaryAddress;
        foreach (var address in recipient.FurtherAddresses) yield return "smtp:" + address;
        foreach (var dn in recipient.FurtherLegacyDns) yield return "X500:" + dn;
    }

    private static Recipient? ByProxy(DirectorySnapshot directory, string address)
    {
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        var type = colon < 0 ? "smtp" : address[..colon].ToLowerInvariant();
        var rest = address[(colon + 1)..];
        return type switch
        {
            "smtp" => directory.FindByAddress(rest),
            "x500" or "ex" => directory.FindByLegacyDn(rest),
            _ => null,
        };
    }

    /// <summary>SMTP: is the primary address, smtp: further ones, X500: further legacy names.</summary>
    private static Recipient SetProxies(LdapView view, Recipient recipient, IReadOnlyList<string> values)
    {
        string? primary = null;
        var further = ImmutableArray.CreateBuilder<string>();
        var legacy = ImmutableArray.CreateBuilder<string>();
        foreach (var value in values)
        {
            var colon = value.IndexOf(':', StringComparison.Ordinal);
            var rest = value[(colon + 1)..];
            if (colon < 0 || value.StartsWith("smtp:", StringComparison.Ordinal)) further.Add(rest);
            else if (value.StartsWith("SMTP:", StringComparison.Ordinal)) primary = rest;
            else if (value.StartsWith("x500:", StringComparison.OrdinalIgnoreCase)) legacy.Add(rest);
            else if (value.StartsWith("smtp:", StringComparison.OrdinalIgnoreCase)) further.Add(rest);

            // Addresses of other kinds (SIP, X400) have no meaning here and are left out.
        }

        return recipient with { PrimaryAddress = primary ?? recipient.PrimaryAddress, FurtherAddresses = further.DrainToImmutable(), FurtherLegacyDns = legacy.DrainToImmutable() };
    }

    private static Recipient SetLogonName(LdapView view, Recipient recipient, IReadOnlyList<string> values) =>
        recipient is Account a ? a with { LogonName = values.Count == 0 || values[0].Equals(a.Alias, StringComparison.OrdinalIgnoreCase) ? "" : values[0] } : recipient;

    /// <summary>Of the flags only ACCOUNTDISABLE (2) has a meaning here.</summary>
    private static Recipient SetAccountControl(LdapView view, Recipient recipient, IReadOnlyList<string> values)
    {
        if (recipient is not Account a) return recipient;
        var flags = values.Count > 0 && int.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? n : 512;
        return a with { LoginEnabled = (flags & 2) == 0 };
    }

    private static LdapException NotHere(string attribute, Recipient recipient) => new(Wire.ResultCode.ObjectClassViolation, $"A {recipient.Kind} has no {attribute}.");

    private static string DisplayType(Recipient recipient) => recipient switch
    {
        Group { IsDynamic: true } => "3",
        Group => "1",
        MailPublicFolder => "2",
        ExternalContact => "6",
        Room => "7",
        Equipment => "8",
        SharedMailbox => "0",
        _ => "1073741824",
    };

    private static string TypeDetails(Recipient recipient) => recipient switch
    {
        SharedMailbox => "4",
        Room => "16",
        Equipment => "32",
        ExternalContact => "64",
        Group { IsDynamic: true } => "512",
        Group => "256",
        MailPublicFolder => "1024",
        _ => "1",
    };
}
