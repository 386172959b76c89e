using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>The domains by every name they have. There are few and they change rarely: rebuilt whole.</summary>
internal sealed class DomainTable
{
    public static readonly DomainTable Empty = new([]);

    private readonly Dictionary<string, Domain> byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Domain> byNetbios = new(StringComparer.OrdinalIgnoreCase);

    public DomainTable(IEnumerable<Domain> domains)
    {
        All = [.. domains.OrderBy(d => d.Name, StringComparer.Ordinal)];
        foreach (var domain in All)
        {
            byName.TryAdd(domain.Name, domain);
            foreach (var alias in domain.Aliases) byName.TryAdd(alias, domain);

            // Two domains may share a first label (example.com, example.org): what was set wins over what was derived, the default over the rest.
            var name = NetbiosNameOf(domain);
            if (!byNetbios.TryGetValue(name, out var other) || Rank(domain) > Rank(other)) byNetbios[name] = domain;
        }

        Default = All.FirstOrDefault(d => d.IsDefault) ?? All.FirstOrDefault();
    }

    public ImmutableArray<Domain> All { get; }

    public Domain? Default { get; }

    public static string NetbiosNameOf(Domain domain)
    {
        if (domain.NetbiosName.Length > 0) return domain.NetbiosName;
        var dot = domain.Name.IndexOf('.', StringComparison.Ordinal);
        var label = dot < 0 ? domain.Name : domain.Name[..dot];
        return (label.Length > 15 ? label[..15] : label).ToUpperInvariant();
    }

    public Domain? Find(ReadOnlySpan<char> name)
    {
        if (byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var domain)) return domain;
        if (System.Text.Ascii.IsValid(name)) return null;
        return SmtpAddress.TryParseDomain(name, out var ascii) ? byName.GetValueOrDefault(ascii) : null;
    }

    public Domain? FindNetbios(ReadOnlySpan<char> name) =>
        byNetbios.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var domain) ? domain : null;

    private static int Rank(Domain domain) => (domain.NetbiosName.Length > 0 ? 2 : 0) + (domain.IsDefault ? 1 : 0);
}
