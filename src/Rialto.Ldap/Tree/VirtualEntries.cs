// RFC 4512 5.1 (root DSE), 4.2 (subschema), RFC 2247 (domain entries); [MS-ADTS] 3.1.1.3.2 for the names that Active Directory's clients look for.
using Rialto.Directory;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tree;

/// <summary>An entry that is no recipient: its name and texts.</summary>
internal sealed class VirtualEntry(string dn)
{
    public string Dn { get; } = dn;

    /// <summary>By the attribute's own name.</summary>
    public Dictionary<string, string[]> Values { get; } = new(StringComparer.OrdinalIgnoreCase);

    public string[] this[string name]
    {
        init => Values[name] = value;
    }
}

/// <summary>Makes the entries of the tree itself.</summary>
internal static class VirtualEntries
{
    public static VirtualEntry Root(LdapView view, IEnumerable<string> controls, IEnumerable<string> extensions, IEnumerable<string> mechanisms) => new("")
    {
        ["objectClass"] = ["top"],
        ["namingContexts"] = [.. view.Domains.Select(d => d.Dn).Order(StringComparer.Ordinal)],
        ["defaultNamingContext"] = view.DefaultDomain is { } d ? [d.Dn] : [],
        ["rootDomainNamingContext"] = view.DefaultDomain is { } r ? [r.Dn] : [],
        ["configurationNamingContext"] = ConfigurationEntries.DnOf(view) is { } c ? [c] : [],
        ["subschemaSubentry"] = ["cn=Subschema"],
        ["supportedLDAPVersion"] = ["3"],
        ["supportedControl"] = [.. controls],
        ["supportedExtension"] = [.. extensions],

        // RFC 3673 (all operational attributes), RFC 4529 (attributes by class), RFC 4526 (true and false filters), RFC 4525 (increment).
        ["supportedFeatures"] = ["1.3.6.1.4.1.4203.1.5.1", "1.3.6.1.4.1.4203.1.5.2", "1.3.6.1.4.1.4203.1.5.3", "1.3.6.1.1.14"],
        ["supportedSASLMechanisms"] = [.. mechanisms],
        ["vendorName"] = ["Rialto"],
        ["vendorVersion"] = [typeof(VirtualEntries).Assembly.GetName().Version!.ToString(3)],
    };

    public static VirtualEntry Subschema() => new("cn=Subschema")
    {
        ["cn"] = ["Subschema"],
        ["objectClass"] = ClassTable.Subschema,
        ["attributeTypes"] = [.. AttributeTable.All.Concat(AttributeTable.OfTree).DistinctBy(a => a.Oid).Select(Describe)],
        ["objectClasses"] = [.. ClassTable.Describe()],
        ["ldapSyntaxes"] = [.. Syntaxes.Values.Distinct().Select(s => $"( {s} )")],
        ["matchingRules"] =
        [
            "( 2.5.13.2 NAME 'caseIgnoreMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
            "( 2.5.13.4 NAME 'caseIgnoreSubstringsMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.58 )",
            "( 2.5.13.3 NAME 'caseIgnoreOrderingMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
            "( 2.5.13.0 NAME 'objectIdentifierMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.38 )",
            "( 2.5.13.1 NAME 'distinguishedNameMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )",
            "( 2.5.13.13 NAME 'booleanMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 )",
            "( 2.5.13.14 NAME 'integerMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )",
            "( 2.5.13.15 NAME 'integerOrderingMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )",
            "( 2.5.13.17 NAME 'octetStringMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )",
            "( 2.5.13.20 NAME 'telephoneNumberMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.50 )",
            "( 2.5.13.21 NAME 'telephoneNumberSubstringsMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.58 )",
            "( 2.5.13.27 NAME 'generalizedTimeMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 )",
            "( 2.5.13.28 NAME 'generalizedTimeOrderingMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 )",
            "( 1.2.840.113556.1.4.803 NAME 'bitAndMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )",
            "( 1.2.840.113556.1.4.804 NAME 'bitOrMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )",
        ],
    };

    public static VirtualEntry Of(LdapDomain domain, string organisation) => new(domain.Dn)
    {
        ["objectClass"] = ClassTable.Domain,
        ["dc"] = [domain.Domain.Name.Split('.')[0]],
        ["o"] = [organisation],
        ["distinguishedName"] = [domain.Dn],
        ["entryUUID"] = [domain.Domain.Id.ToString()],
        ["entryDN"] = [domain.Dn],
        ["structuralObjectClass"] = ["domain"],
        ["subschemaSubentry"] = ["cn=Subschema"],
        ["hasSubordinates"] = ["TRUE"],
    };

    public static VirtualEntry Of(LdapContainer container) => new(container.Dn)
    {
        ["objectClass"] = ClassTable.Container,
        ["ou"] = [container.Name],
        ["distinguishedName"] = [container.Dn],
        ["entryDN"] = [container.Dn],
        ["structuralObjectClass"] = ["organizationalUnit"],
        ["subschemaSubentry"] = ["cn=Subschema"],
        ["hasSubordinates"] = ["TRUE"],
    };

    private static readonly Dictionary<LdapSyntax, string> Syntaxes = new()
    {
        [LdapSyntax.Text] = "1.3.6.1.4.1.1466.115.121.1.15",
        [LdapSyntax.Phone] = "1.3.6.1.4.1.1466.115.121.1.50",
        [LdapSyntax.Name] = "1.3.6.1.4.1.1466.115.121.1.12",
        [LdapSyntax.Integer] = "1.3.6.1.4.1.1466.115.121.1.27",
        [LdapSyntax.Boolean] = "1.3.6.1.4.1.1466.115.121.1.7",
        [LdapSyntax.Time] = "1.3.6.1.4.1.1466.115.121.1.24",
        [LdapSyntax.Identifier] = "1.3.6.1.4.1.1466.115.121.1.38",
        [LdapSyntax.Octets] = "1.3.6.1.4.1.1466.115.121.1.40",
    };

    /// <summary>RFC 4512 4.1.2.</summary>
    private static string Describe(LdapAttribute attribute)
    {
        var names = attribute.Aliases.Where(a => AttributeTable.IsDescriptor(a)).Prepend(attribute.Name).ToList();
        var name = names.Count == 1 ? $"'{names[0]}'" : $"( {string.Join(' ', names.Select(n => $"'{n}'"))} )";
        var rules = attribute.Syntax switch
        {
            LdapSyntax.Text => " EQUALITY caseIgnoreMatch ORDERING caseIgnoreOrderingMatch SUBSTR caseIgnoreSubstringsMatch",
            LdapSyntax.Phone => " EQUALITY telephoneNumberMatch SUBSTR telephoneNumberSubstringsMatch",
            LdapSyntax.Name => " EQUALITY distinguishedNameMatch",
            LdapSyntax.Integer => " EQUALITY integerMatch ORDERING integerOrderingMatch",
            LdapSyntax.Boolean => " EQUALITY booleanMatch",
            LdapSyntax.Identifier => " EQUALITY objectIdentifierMatch",
            LdapSyntax.Octets => " EQUALITY octetStringMatch",
            LdapSyntax.Time => " EQUALITY generalizedTimeMatch ORDERING generalizedTimeOrderingMatch",
            _ => "",
        };
        var usage = attribute.IsOperational ? " NO-USER-MODIFICATION USAGE directoryOperation" : "";
        return $"( {attribute.Oid} NAME {name}{rules} SYNTAX {Syntaxes[attribute.Syntax]}{(attribute.IsSingle ? " SINGLE-VALUE" : "")}{usage} )";
    }
}
