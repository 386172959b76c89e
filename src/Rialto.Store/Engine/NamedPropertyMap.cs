using System.Collections.Immutable;
using Rialto.Model;

namespace Rialto.Store.Engine;

/// <summary>The mailbox's names of property ids above 0x8000, given once and for ever. [MS-OXCPRPT] 3.2.5.9, 3.2.5.10.</summary>
internal sealed class NamedPropertyMap
{
    /// <summary>3.2.5.10: ids that are given are greater than 0x8000.</summary>
    public const ushort FirstId = 0x8001;

    private readonly ImmutableDictionary<PropertyName, ushort> _ids;
    private readonly ImmutableDictionary<ushort, PropertyName> _names;

    private NamedPropertyMap(ImmutableDictionary<PropertyName, ushort> ids, ImmutableDictionary<ushort, PropertyName> names, int next)
    {
        _ids = ids;
        _names = names;
        Next = next;
    }

    public static NamedPropertyMap Empty { get; } = new(ImmutableDictionary<PropertyName, ushort>.Empty, ImmutableDictionary<ushort, PropertyName>.Empty, FirstId);

    /// <summary>The next id to give.</summary>
    public int Next { get; }

    public int Count => _ids.Count;

    public IEnumerable<KeyValuePair<ushort, PropertyName>> All => _names;

    public static NamedPropertyMap From(IEnumerable<(ushort Id, PropertyName Name)> properties)
    {
        var ids = ImmutableDictionary.CreateBuilder<PropertyName, ushort>();
        var names = ImmutableDictionary.CreateBuilder<ushort, PropertyName>();
        var next = (int)FirstId;
        foreach (var (id, name) in properties)
        {
            ids[name] = id;
            names[id] = name;
            next = Math.Max(next, id + 1);
        }
        return new NamedPropertyMap(ids.ToImmutable(), names.ToImmutable(), next);
    }

    public bool TryGetId(PropertyName name, out ushort id) => _ids.TryGetValue(name, out id);

    public PropertyName? NameOf(ushort id) => _names.TryGetValue(id, out var name) ? name : null;

    public NamedPropertyMap With(ushort id, PropertyName name) => new(_ids.SetItem(name, id), _names.SetItem(id, name), Math.Max(Next, id + 1));
}
