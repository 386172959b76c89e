using Rialto.Directory;

namespace Rialto.Ldap.Client;

/// <summary>Which of their attributes is which of ours.</summary>
internal sealed class SourceMapping
{
    /// <summary>Ours, and theirs in order of preference. Those of inetOrgPerson and of Active Directory.</summary>
    private static readonly (string Ours, string[] Theirs)[] Usual =
    [
        ("displayName", ["displayName", "cn"]),
        ("givenName", ["givenName"]),
        ("sn", ["sn"]),
        ("initials", ["initials"]),
        ("title", ["title"]),
        ("department", ["department", "ou", "departmentNumber"]),
        ("company", ["company", "o"]),
        ("physicalDeliveryOfficeName", ["physicalDeliveryOfficeName", "roomNumber"]),
        ("telephoneNumber", ["telephoneNumber"]),
        ("mobile", ["mobile"]),
        ("homePhone", ["homePhone"]),
        ("facsimileTelephoneNumber", ["facsimileTelephoneNumber"]),
        ("pager", ["pager"]),
        ("street", ["streetAddress", "street"]),
        ("postOfficeBox", ["postOfficeBox"]),
        ("l", ["l"]),
        ("st", ["st"]),
        ("postalCode", ["postalCode"]),
        ("co", ["co"]),
        ("wWWHomePage", ["wWWHomePage"]),
        ("info", ["info"]),
        ("phoneticGivenName", ["msDS-PhoneticFirstName"]),
        ("phoneticSurname", ["msDS-PhoneticLastName"]),
        ("phoneticDisplayName", ["msDS-PhoneticDisplayName"]),
        ("logonName", ["sAMAccountName", "uid"]),
    ];

    private readonly Dictionary<string, string[]> rows;

    public SourceMapping(LdapSourceOptions options)
    {
        rows = Usual.ToDictionary(u => u.Ours, u => u.Theirs, StringComparer.OrdinalIgnoreCase);
        foreach (var (ours, theirs) in options.Attributes)
        {
            if (!DirectoryAttributes.IsKnown(ours)) throw new LdapSourceException($"externalDirectory.attributes: there is no attribute \"{ours}\" here.");
            rows[ours] = theirs.Length == 0 ? [] : [theirs];
        }
    }

    /// <summary>All of theirs that are to be asked for, those for identity and links among them.</summary>
    public string[] Asked =>
    [
        .. rows.Values.SelectMany(t => t).Concat(
        [
            "cn", "mail", "proxyAddresses", "entryUUID", "objectGUID", "objectClass", "userAccountControl", "manager", "member", "uniqueMember", "memberOf", "mailNickname", "jpegPhoto", "thumbnailPhoto", "modifyTimestamp",
        ]).Distinct(StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>The entry's identity; null when it has none that survives renaming.</summary>
    public static string? IdOf(RemoteEntry entry) =>
        entry.Bytes("objectGUID") is [{ Length: 16 } guid, ..] ? Convert.ToHexStringLower(guid) : entry.Text("entryUUID")?.ToLowerInvariant();

    /// <summary>The object with what the entry says; what it does not say is cleared.</summary>
    public T Apply<T>(T recipient, RemoteEntry entry)
        where T : Recipient
    {
        foreach (var (ours, theirs) in rows)
        {
            if (ours == "logonName" && recipient is not Account) continue;
            var value = theirs.Select(entry.Text).FirstOrDefault(v => !string.IsNullOrEmpty(v));
            if (value is null && ours is "displayName" or "alias" or "mail") continue;
            if (ours == "logonName" && (value is null || !IsLogonName(value))) continue;
            recipient = DirectoryAttributes.With(recipient, ours, value);
        }

        return recipient;
    }

    /// <summary>An entry's addresses, the first one the primary.</summary>
    public static List<string> AddressesOf(RemoteEntry entry)
    {
        var all = new List<string>();
        if (entry.Texts("proxyAddresses").FirstOrDefault(p => p.StartsWith("SMTP:", StringComparison.Ordinal)) is { } primary) all.Add(primary[5..]);
        all.AddRange(entry.Texts("mail"));
        all.AddRange(entry.Texts("proxyAddresses").Where(p => p.StartsWith("smtp:", StringComparison.Ordinal)).Select(p => p[5..]));
        return [.. all.Where(a => SmtpAddress.TryParse(a, out _)).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static bool IsLogonName(string value) => value.Length <= 64 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
