using System.Collections.Frozen;

namespace Rialto.Model;

/// <summary>Names and canonical types of the known properties, for dumps, imports by name and for asking which type an id usually has. [MS-OXPROPS] 2.</summary>
public static class PropertyRegistry
{
    private static readonly Lazy<FrozenDictionary<uint, string>> NamesByTag = new(() => PropertyTable.Tags().ToFrozenDictionary(t => t.Tag, t => t.Name));

    private static readonly Lazy<FrozenDictionary<ushort, uint>> TagsById = new(() =>
        PropertyTable.Tags().GroupBy(t => (ushort)(t.Tag >> 16)).ToFrozenDictionary(g => g.Key, g => g.First().Tag));

    private static readonly Lazy<FrozenDictionary<string, uint>> TagsByName = new(() =>
        PropertyTable.Tags().GroupBy(t => t.Name, StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(g => g.Key, g => g.First().Tag, StringComparer.OrdinalIgnoreCase));

    private static readonly Lazy<FrozenDictionary<PropertyName, (PropertyType Type, string Canonical)>> Named = new(() =>
        PropertyTable.Names().GroupBy(n => n.Name).ToFrozenDictionary(g => g.Key, g => (g.First().Type, g.First().Canonical)));

    private static readonly Lazy<FrozenDictionary<string, PropertyName>> NamedByCanonical = new(() =>
        PropertyTable.Names().GroupBy(n => n.Canonical, StringComparer.OrdinalIgnoreCase).ToFrozenDictionary(g => g.Key, g => g.First().Name, StringComparer.OrdinalIgnoreCase));

    /// <summary>The canonical name of the tag (PidTagSubject), or of its id where the type is another; null when unknown or named.</summary>
    public static string? NameOf(PropertyTag tag) =>
        NamesByTag.Value.TryGetValue(tag.Value, out var name) || TagsById.Value.TryGetValue(tag.Id, out var canonical) && NamesByTag.Value.TryGetValue(canonical, out name)
            ? name
            : null;

    /// <summary>The canonical name of a named property (PidLidReminderSet); null when unknown.</summary>
    public static string? NameOf(PropertyName name) => Named.Value.TryGetValue(name, out var known) ? known.Canonical : null;

    /// <summary>The type the property usually has; Unspecified when unknown.</summary>
    public static PropertyType CanonicalType(ushort id) => TagsById.Value.TryGetValue(id, out var tag) ? new PropertyTag(tag).Type : PropertyType.Unspecified;

    public static PropertyType CanonicalType(PropertyName name) => Named.Value.TryGetValue(name, out var known) ? known.Type : PropertyType.Unspecified;

    /// <summary>The tag of a canonical name, with or without its PidTag prefix, or of a PR_ name that has no canonical one.</summary>
    public static bool TryFind(string name, out PropertyTag tag)
    {
        var found = TagsByName.Value.TryGetValue(name, out var value) || TagsByName.Value.TryGetValue("PidTag" + name, out value);
        tag = new PropertyTag(value);
        return found;
    }

    /// <summary>The long-term name behind PidLid… or PidName….</summary>
    public static bool TryFind(string canonical, out PropertyName name) => NamedByCanonical.Value.TryGetValue(canonical, out name);

    /// <summary>For dumps: the canonical name where there is one, and the tag.</summary>
    public static string Describe(PropertyTag tag) => NameOf(tag) is { } name ? $"{name} ({tag})" : tag.ToString();
}
