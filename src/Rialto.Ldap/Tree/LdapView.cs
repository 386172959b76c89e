// RFC 4512 2 (tree, entries), RFC 2247 (domains as names), [MS-OXLDAP] 2.2.
using System.Text;
using Rialto.Directory;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tree;

/// <summary>
/// The directory at one version as a tree, as one principal may see it. Per domain: <c>dc=example,dc=com</c>, below it <c>ou=people</c>, <c>ou=groups</c>, <c>ou=contacts</c>,
/// <c>ou=resources</c> and <c>ou=folders</c>, and in those the recipients as <c>uid=ALIAS</c>, or under the name with which they were added.
/// </summary>
internal sealed class LdapView
{
    /// <summary>Custom attribute that keeps the relative name of an entry that was not added as uid=ALIAS.</summary>
    public const string NameAttribute = "ldapName";

    private readonly Dictionary<string, LdapDomain> domains;
    private LdapDomain? lastDomain;
    private (Recipient? Recipient, LdapDomain? Domain) lastAsked;
    private (string Text, DistinguishedName Name, LdapTarget? Target)? lastBase;

    public LdapView(DirectorySnapshot directory, LdapTree tree, Account? account)
    {
        Directory = directory;
        Tree = tree;
        Account = account;
        IsAdministrator = account?.IsAdministrator == true;
        domains = tree.DomainsOf(directory);
    }

    public DirectorySnapshot Directory { get; }

    public LdapTree Tree { get; }

    /// <summary>Who looks; null for nobody.</summary>
    public Account? Account { get; }

    public bool IsAdministrator { get; }

    /// <summary>For the server's own look-ups.</summary>
    public bool SeesAll { get; init; }

    public IReadOnlyCollection<LdapDomain> Domains => domains.Values;

    public LdapDomain? DefaultDomain => Directory.DefaultDomain is { } d ? domains.GetValueOrDefault(d.Name) : null;

    /// <summary>Hidden recipients are seen by administrators and themselves; the public folders' own mailbox by nobody.</summary>
    public bool Sees(Recipient recipient) =>
        recipient is not PublicStore && (!recipient.HiddenFromAddressLists || IsAdministrator || SeesAll || recipient.Id == Account?.Id);

    /// <summary>Whether the members of the group may be read.</summary>
    public bool SeesMembers(Group group) => !group.HideMembership || IsAdministrator || SeesAll || (Account is { } a && (Directory.Includes(group.Owners, a) || Directory.GroupsOf(a).Contains(group.Id)));

    public LdapDomain? DomainOf(Recipient recipient)
    {
        // Whether an entry is in scope and what it is called is asked one after the other.
        if (!ReferenceEquals(lastAsked.Recipient, recipient)) lastAsked = (recipient, FindDomainOf(recipient));
        return lastAsked.Domain;
    }

    private LdapDomain? FindDomainOf(Recipient recipient)
    {
        if (recipient is not ExternalContact)
        {
            var address = recipient.PrimaryAddress.AsSpan();

            // One domain has most entries: it is asked for before the others are looked up.
            if (lastDomain is { Domain.Name: var name } last && address.Length > name.Length && address[^(name.Length + 1)] == '@' && address.EndsWith(name, StringComparison.Ordinal)) return last;
            address = address[(address.LastIndexOf('@') + 1)..];
            if (domains.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(address, out var domain)) return lastDomain = domain;
        }

        return DefaultDomain;
    }

    public static ContainerKind ContainerOf(Recipient recipient) => recipient switch
    {
        Group => ContainerKind.Groups,
        ExternalContact => ContainerKind.Contacts,
        ResourceMailbox => ContainerKind.Resources,
        MailPublicFolder => ContainerKind.Folders,
        _ => ContainerKind.People,
    };

    public string DnOf(Recipient recipient) => DomainOf(recipient) is { } domain ? $"{RelativeNameOf(recipient)},{domain.Container(ContainerOf(recipient)).Dn}" : RelativeNameOf(recipient);

    public void WriteDn(BerWriter writer, Recipient recipient)
    {
        if (DomainOf(recipient) is not { } domain || OwnName(recipient) is not null || recipient.Alias.AsSpan().ContainsAnyExcept(LdapTree.PlainNameCharacters))
        {
            writer.WriteText(DnOf(recipient));
            return;
        }

        writer.WriteJoined("uid="u8, recipient.Alias, domain.Container(ContainerOf(recipient)).Suffix);
    }

    public static string RelativeNameOf(Recipient recipient) => OwnName(recipient) ?? "uid=" + DistinguishedName.Escape(recipient.Alias);

    /// <summary>A search's base: the name, null when it is none, and what it stands for. Most searches of a connection have the same.</summary>
    public (DistinguishedName? Name, LdapTarget? Target) ResolveBase(string text)
    {
        if (lastBase is { } last && last.Text == text) return (last.Name, last.Target);
        if (DistinguishedName.Parse(text) is not { } name) return default;
        lastBase = (text, name, Resolve(name));
        return (name, lastBase.Value.Target);
    }

    /// <summary>What a name stands for; null when there is no such entry, or none that may be seen.</summary>
    public LdapTarget? Resolve(DistinguishedName name)
    {
        if (name.HasMultiple) return null;
        if (name.Parts.Length == 0) return LdapTarget.Root;
        if (name.Parts is [{ Attribute: "cn" } schema] && schema.Value.Equals("subschema", StringComparison.OrdinalIgnoreCase)) return LdapTarget.Subschema;
        if (DomainOf(name, out var above) is not { } domain) return null;
        var parts = name.Parts;
        switch (above)
        {
            case 0:
                return new(LdapTargetKind.Domain, domain);
            case 1:
                if (domain.FindContainer(parts[0]) is { } container) return new(LdapTargetKind.Container, domain, container);
                return Find(domain, null, parts[0]) is { } anywhere ? new(LdapTargetKind.Recipient, domain, null, anywhere) : null;
            case 2:
                return domain.FindContainer(parts[1]) is { } parent && Find(domain, parent, parts[0]) is { } found ? new(LdapTargetKind.Recipient, domain, parent, found) : null;
            default:
                return null;
        }
    }

    /// <summary>The nearest entry above a name that exists, for noSuchObject.</summary>
    public string MatchedDn(DistinguishedName name)
    {
        if (name.HasMultiple || DomainOf(name, out var above) is not { } domain || above == 0) return "";
        return above >= 2 && domain.FindContainer(name.Parts[above - 1]) is { } container ? container.Dn : domain.Dn;
    }

    /// <summary>The domain that the name ends with, and how many relative names stand before it.</summary>
    public LdapDomain? DomainOf(DistinguishedName name, out int above)
    {
        above = name.Parts.Length;
        while (above > 0 && name.Parts[above - 1].Attribute == "dc") above--;
        var text = string.Join('.', name.Parts[above..].Select(p => p.Value));
        return Directory.FindDomain(text) is { } domain ? domains.GetValueOrDefault(domain.Name) : null;
    }

    /// <summary>The recipient that a name in text means; null for none.</summary>
    public Recipient? FindRecipient(string dn) => DistinguishedName.Parse(dn) is { } name && Resolve(name) is { Recipient: { } found } ? found : null;

    private static string? OwnName(Recipient recipient) =>
        !recipient.CustomAttributes.IsEmpty && recipient.CustomAttributes.TryGetValue(NameAttribute, out var own) ? own : null;

    private Recipient? Find(LdapDomain domain, LdapContainer? container, NamePart name)
    {
        var fits = (Recipient r) => Sees(r) && ReferenceEquals(DomainOf(r), domain) && (container is null || ContainerOf(r) == container.Kind);
        if (name.Attribute == "uid" && Directory.FindByAlias(name.Value) is { } byAlias) return fits(byAlias) ? byAlias : null;
        if (name.Attribute == "mail") return Directory.FindByAddress(name.Value) is { } byMail && fits(byMail) ? byMail : null;
        if (name.Attribute is not ("cn" or "uid" or "ou")) return null;

        // Names as added first; then, for cn, whoever is called so if it is one person, and the alias.
        var found = Directory.Search.Find(SearchFields.CommonName | SearchFields.DisplayName, SearchMatch.Exact, name.Value, 16, includeHidden: true).Where(fits).ToList();
        var own = name.Attribute + "=" + name.Value;
        if (found.FirstOrDefault(r => OwnName(r) is { } o && DistinguishedName.Parse(o)?.Parts is [var p] && $"{p.Attribute}={p.Value}".Equals(own, StringComparison.OrdinalIgnoreCase)) is { } exact) return exact;
        if (name.Attribute != "cn") return null;
        if (container is null)
        {
            // cn=admin,dc=example,dc=com: an account by its log-on name or alias.
            return Directory.FindByLogin(name.Value) is { } account && fits(account) ? account : null;
        }

        if (found.Count == 1) return found[0];
        return found.Count == 0 && Directory.FindByAlias(name.Value) is { } alias && fits(alias) ? alias : null;
    }
}

/// <summary>What a name stands for.</summary>
internal enum LdapTargetKind
{
    Root,
    Subschema,
    Domain,
    Container,
    Recipient,
}

/// <summary>An entry of the tree.</summary>
internal sealed record LdapTarget(LdapTargetKind Kind, LdapDomain? Domain = null, LdapContainer? Container = null, Recipient? Recipient = null)
{
    public static LdapTarget Root { get; } = new(LdapTargetKind.Root);

    public static LdapTarget Subschema { get; } = new(LdapTargetKind.Subschema);
}
