// RFC 4519 3, RFC 2798 3, [MS-ADSC] (user, group, contact); RFC 4512 2.4.
using Rialto.Directory;

namespace Rialto.Ldap.Schema;

/// <summary>Object classes: which each kind of recipient has, and what they are for the schema.</summary>
internal static class ClassTable
{
    private static readonly string[] Person = ["top", "person", "organizationalPerson", "inetOrgPerson", "user"];
    private static readonly string[] Contact = ["top", "person", "organizationalPerson", "inetOrgPerson", "contact"];
    private static readonly string[] Groups = ["top", "groupOfNames", "group"];
    private static readonly string[] Folder = ["top", "publicFolder"];

    public static readonly string[] Domain = ["top", "domain", "dcObject", "organization"];
    public static readonly string[] Container = ["top", "organizationalUnit"];
    public static readonly string[] Subschema = ["top", "subentry", "subschema"];

    /// <summary>Name, identifier, superior, kind, what an entry must have and may have besides.</summary>
    private static readonly (string Name, string Oid, string Superior, string Kind, string Must, string May)[] Definitions =
    [
        ("top", "2.5.6.0", "", "ABSTRACT", "objectClass", ""),
        ("person", "2.5.6.6", "top", "STRUCTURAL", "cn", "sn $ userPassword $ telephoneNumber $ description"),
        ("organizationalPerson", "2.5.6.7", "person", "STRUCTURAL", "", "title $ facsimileTelephoneNumber $ street $ postOfficeBox $ postalCode $ physicalDeliveryOfficeName $ ou $ st $ l"),
        ("inetOrgPerson", "2.16.840.1.113730.3.2.2", "organizationalPerson", "STRUCTURAL", "",
            "givenName $ displayName $ initials $ uid $ mail $ mobile $ pager $ homePhone $ o $ manager $ jpegPhoto $ userCertificate $ userSMIMECertificate"),
        ("user", "1.2.840.113556.1.5.9", "inetOrgPerson", "STRUCTURAL", "",
            "sAMAccountName $ userPrincipalName $ userAccountControl $ mailNickname $ proxyAddresses $ legacyExchangeDN $ objectGUID $ thumbnailPhoto $ department $ company $ co $ info $ wWWHomePage $ "
            + "otherTelephone $ otherHomePhone $ telephoneAssistant $ msExchAssistantName $ msExchMailboxGuid $ msExchHideFromAddressLists $ msExchRecipientDisplayType $ msExchRecipientTypeDetails $ "
            + "msExchResourceCapacity $ msDS-PhoneticDisplayName $ msDS-PhoneticFirstName $ msDS-PhoneticLastName $ msDS-PhoneticCompanyName $ msDS-PhoneticDepartment $ otherMailbox"),
        ("contact", "1.2.840.113556.1.5.15", "inetOrgPerson", "STRUCTURAL", "", "mailNickname $ proxyAddresses $ targetAddress $ legacyExchangeDN $ objectGUID $ department $ company $ co $ info"),
        ("groupOfNames", "2.5.6.9", "top", "STRUCTURAL", "cn", "member $ owner $ description $ o $ ou"),
        ("group", "1.2.840.113556.1.5.8", "groupOfNames", "STRUCTURAL", "", "displayName $ uid $ mail $ mailNickname $ proxyAddresses $ legacyExchangeDN $ objectGUID $ groupType $ sAMAccountName"),
        ("publicFolder", "1.2.840.113556.1.3.20", "top", "STRUCTURAL", "cn", "displayName $ uid $ mail $ mailNickname $ proxyAddresses $ legacyExchangeDN $ objectGUID"),
        ("domain", "0.9.2342.19200300.100.4.13", "top", "STRUCTURAL", "dc", "o $ description"),
        ("dcObject", "1.3.6.1.4.1.1466.344", "top", "AUXILIARY", "dc", ""),
        ("organization", "2.5.6.4", "top", "STRUCTURAL", "o", "description"),
        ("organizationalUnit", "2.5.6.5", "top", "STRUCTURAL", "ou", "description"),
        ("subschema", "2.5.20.1", "top", "AUXILIARY", "", "attributeTypes $ objectClasses $ ldapSyntaxes $ matchingRules"),
    ];

    public static string[] Of(Recipient recipient) => OfKind(recipient.Kind);

    public static string[] OfKind(DirectoryKind kind) => kind switch
    {
        DirectoryKind.Group => Groups,
        DirectoryKind.ExternalContact => Contact,
        DirectoryKind.MailPublicFolder => Folder,
        _ => Person,
    };

    public static IEnumerable<string> Describe() => Definitions.Select(d =>
        $"( {d.Oid} NAME '{d.Name}'{(d.Superior.Length > 0 ? $" SUP {d.Superior}" : "")} {d.Kind}{(d.Must.Length > 0 ? $" MUST ( {d.Must} )" : "")}{(d.May.Length > 0 ? $" MAY ( {d.May} )" : "")} )");

    /// <summary>What an entry of the class must or may have, its superiors' attributes included; nothing for a class that is not known.</summary>
    public static IEnumerable<LdapAttribute> AttributesOf(string name)
    {
        while (Array.FindIndex(Definitions, d => d.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || d.Oid == name) is >= 0 and var at)
        {
            foreach (var attribute in $"{Definitions[at].Must} {Definitions[at].May}".Split([' ', '$'], StringSplitOptions.RemoveEmptyEntries))
            {
                if (AttributeTable.Find(attribute) is { } known) yield return known;
            }

            name = Definitions[at].Superior;
        }
    }

    /// <summary>A class by its name or identifier is one of those the kind has.</summary>
    public static bool Has(DirectoryKind kind, string name)
    {
        foreach (var definition in Definitions)
        {
            if (definition.Oid == name) name = definition.Name;
        }

        return OfKind(kind).Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>What an added entry of these classes becomes; null: nothing that can stand here.</summary>
    public static DirectoryKind? KindOf(IReadOnlyCollection<string> classes)
    {
        if (Any("group", "groupOfNames", "groupOfUniqueNames", "posixGroup", "distributionList")) return DirectoryKind.Group;
        if (Any("contact")) return DirectoryKind.ExternalContact;
        return Any("person", "organizationalPerson", "inetOrgPerson", "user", "account", "posixAccount", "mailRecipient") ? DirectoryKind.Account : null;

        bool Any(params string[] names) => names.Any(n => classes.Contains(n, StringComparer.OrdinalIgnoreCase));
    }
}
