using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Rialto.Directory;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tree;

/// <summary>What stands below a domain.</summary>
internal enum ContainerKind
{
    People,
    Groups,
    Contacts,
    Resources,
    Folders,
}

/// <summary>One of a domain's organisational units.</summary>
internal sealed class LdapContainer
{
    public LdapContainer(ContainerKind kind, LdapDomain domain)
    {
        Kind = kind;
        Name = kind.ToString().ToLowerInvariant();
        Dn = $"ou={Name},{domain.Dn}";
        Suffix = Encoding.ASCII.GetBytes("," + Dn);
        Entry = VirtualEntries.Of(this);
    }

    /// <summary>Its entry.</summary>
    public VirtualEntry Entry { get; }

    public ContainerKind Kind { get; }

    public string Name { get; }

    public string Dn { get; }

    /// <summary>What follows an entry's relative name.</summary>
    public byte[] Suffix { get; }
}

/// <summary>A domain's part of the tree.</summary>
internal sealed class LdapDomain
{
    private readonly LdapContainer[] containers;

    public LdapDomain(Domain domain, string organisation)
    {
        Domain = domain;
        Dn = DnOf(domain.Name);
        Entry = VirtualEntries.Of(this, organisation);
        containers = [.. Enum.GetValues<ContainerKind>().Select(k => new LdapContainer(k, this))];
    }

    public Domain Domain { get; }

    public string Dn { get; }

    /// <summary>Its entry.</summary>
    public VirtualEntry Entry { get; }

    public IReadOnlyList<LdapContainer> Containers => containers;

    public static string DnOf(string domain) => string.Join(',', domain.Split('.').Select(l => "dc=" + l));

    public LdapContainer Container(ContainerKind kind) => containers[(int)kind];

    /// <summary>By its name, or by the names that other directories have for it.</summary>
    public LdapContainer? FindContainer(NamePart name)
    {
        if (name.Attribute is not ("ou" or "cn")) return null;
        var kind = name.Value.ToLowerInvariant() switch
        {
            "people" or "users" => ContainerKind.People,
            "groups" => ContainerKind.Groups,
            "contacts" => ContainerKind.Contacts,
            "resources" => ContainerKind.Resources,
            "folders" => ContainerKind.Folders,
            _ => (ContainerKind?)null,
        };
        return kind is { } k ? containers[(int)k] : null;
    }
}

/// <summary>Keeps what is made once for each version of the directory.</summary>
internal sealed class LdapTree
{
    /// <summary>Characters of an alias that need no escape in a name.</summary>
    public static readonly SearchValues<char> PlainNameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    private readonly ConditionalWeakTable<DirectorySnapshot, Dictionary<string, LdapDomain>> domains = [];
    private readonly ConditionalWeakTable<DirectorySnapshot, Dictionary<Guid, List<Recipient>>> reports = [];

    public Dictionary<string, LdapDomain> DomainsOf(DirectorySnapshot directory)
    {
        if (domains.TryGetValue(directory, out var made)) return made;
        return domains.GetValue(directory, static d => d.Domains.ToDictionary(x => x.Name, x => new LdapDomain(x, d.Organisation?.DisplayName ?? x.DisplayName), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Who has the recipient as manager. Made at the first question for a version of the directory.</summary>
    public IReadOnlyList<Recipient> ReportsOf(DirectorySnapshot directory, Guid manager) => reports.GetValue(directory, Reports).GetValueOrDefault(manager) ?? [];

    private static Dictionary<Guid, List<Recipient>> Reports(DirectorySnapshot directory)
    {
        var all = new Dictionary<Guid, List<Recipient>>();
        foreach (var recipient in directory.Recipients)
        {
            if (recipient.Details.ManagerId is not { } manager) continue;
            if (!all.TryGetValue(manager, out var list)) all.Add(manager, list = []);
            list.Add(recipient);
        }

        return all;
    }
}
