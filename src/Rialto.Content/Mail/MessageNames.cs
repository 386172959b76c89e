// [MS-OXCDATA] 2.6.1: the named properties of a message by their names.
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>Finds the named properties of a message, or of one embedded in it that has no table of its own.</summary>
internal sealed class MessageNames
{
    private readonly Dictionary<PropertyName, ushort> _ids;

    private MessageNames(Dictionary<PropertyName, ushort> ids) => _ids = ids;

    public static MessageNames Of(PropertyMessage message, MessageNames? outer)
    {
        if (message.NamedProperties.Count == 0 && outer is not null)
            return outer;
        var ids = new Dictionary<PropertyName, ushort>(message.NamedProperties.Count);
        foreach (var (id, name) in message.NamedProperties)
            ids.TryAdd(Folded(name), id);
        return new MessageNames(ids);
    }

    public bool TryGet(PropertyBag bag, PropertyName name, out PropertyValue value)
    {
        value = default;
        return _ids.TryGetValue(Folded(name), out var id) && bag.TryGet(id, out value);
    }

    public string? GetString(PropertyBag bag, PropertyName name) => TryGet(bag, name, out var value) ? value.Reference as string : null;

    /// <summary>The strings of PS_INTERNET_HEADERS by their names in lower case, in the order of these.</summary>
    public List<KeyValuePair<string, string>> InternetHeaders(PropertyBag bag)
    {
        var result = new List<KeyValuePair<string, string>>();
        foreach (var (name, id) in _ids)
        {
            if (name.PropertySet == PropertySets.InternetHeaders && name.Name is { } text && bag.TryGet(id, out var value) && value.Reference is string content)
                result.Add(new(text, content));
        }
        result.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return result;
    }

    /// <summary>Names of PS_INTERNET_HEADERS are in lower case in a mailbox, and as written elsewhere. [MS-OXCPRPT] 3.2.5.10.</summary>
    private static PropertyName Folded(PropertyName name) =>
        name.Name is { } text && name.PropertySet == PropertySets.InternetHeaders ? new PropertyName(name.PropertySet, text.ToLowerInvariant()) : name;
}
