// [MS-OXDISCO] 2.2.1.2, 3.1.5.1: service connection points, by which clients that have a directory find Autodiscover; [MS-ADSC] serviceConnectionPoint.
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tree;

/// <summary>
/// <c>cn=configuration</c> below the default domain, as configurationNamingContext of the root entry tells: read-only, made for each search, and no part of the tree of people, whose
/// searches do not come across it.
/// </summary>
internal static class ConfigurationEntries
{
    /// <summary>The keyword of connection points that have Autodiscover's URL; those that point to another directory have another one.</summary>
    private const string UrlKeyword = "77378F46-2C66-4aa9-A6A6-3E7A48B19596";

    private const string Relative = "cn=configuration";

    public static string? DnOf(LdapView view) => view.DefaultDomain is { } domain ? $"{Relative},{domain.Dn}" : null;

    /// <summary>Whether a name is in this part of the tree.</summary>
    public static bool Has(LdapView view, DistinguishedName name) =>
        !name.HasMultiple && view.DomainOf(name, out var above) is { } domain && above >= 1 && ReferenceEquals(domain, view.DefaultDomain) && IsRoot(name.Parts[above - 1]);

    /// <summary>The entries that a search from there looks at; null where its base does not exist.</summary>
    public static IReadOnlyList<VirtualEntry>? Find(LdapView view, AutodiscoverPoint? autodiscover, DistinguishedName name, SearchScope scope)
    {
        view.DomainOf(name, out var above);
        var root = Root(view);
        IReadOnlyList<VirtualEntry> points = autodiscover is null ? [] : [Of(view, autodiscover)];
        if (above == 1)
        {
            return scope switch
            {
                SearchScope.Base => [root],
                SearchScope.One or SearchScope.Subordinate => points,
                _ => [root, .. points],
            };
        }

        if (above != 2 || name.Parts[0].Attribute != "cn" || points.FirstOrDefault(p => p.Values["cn"][0].Equals(name.Parts[0].Value, StringComparison.OrdinalIgnoreCase)) is not { } point) return null;
        return scope is SearchScope.One or SearchScope.Subordinate ? [] : [point];
    }

    private static bool IsRoot(NamePart part) => part.Attribute == "cn" && part.Value.Equals("configuration", StringComparison.OrdinalIgnoreCase);

    private static VirtualEntry Root(LdapView view) => new(DnOf(view)!)
    {
        ["objectClass"] = ["top", "container"],
        ["cn"] = ["configuration"],
        ["distinguishedName"] = [DnOf(view)!],
    };

    private static VirtualEntry Of(LdapView view, AutodiscoverPoint point)
    {
        var dn = $"cn={DistinguishedName.Escape(point.HostName)},{DnOf(view)}";
        return new(dn)
        {
            ["objectClass"] = ["top", "leaf", "connectionPoint", "serviceConnectionPoint"],
            ["cn"] = [point.HostName],
            ["distinguishedName"] = [dn],
            ["keywords"] = [UrlKeyword, "Site=" + point.SiteName],
            ["serviceBindingInformation"] = [point.Url],
            ["serviceClassName"] = ["ms-Exchange-AutoDiscover-Service"],
            ["serviceDNSName"] = [point.HostName],
        };
    }
}
