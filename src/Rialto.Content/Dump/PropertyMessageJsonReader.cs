using System.Globalization;
using System.Text.Json;
using Rialto.Model;

namespace Rialto.Content.Dump;

/// <summary>Reads what <see cref="PropertyMessageJson"/> describes. <see cref="JsonException"/> with the place when it cannot be understood.</summary>
internal sealed class PropertyMessageJsonReader
{
    private const ushort FirstNamed = 0x8000;

    private readonly List<string> _path = [];

    public PropertyMessage Read(JsonElement element) => ReadMessage(element, 0);

    private PropertyMessage ReadMessage(JsonElement element, int depth)
    {
        Expect(element, JsonValueKind.Object, "an object with Properties");
        if (depth >= PropertyMessageJson.MaxDepth)
            throw Bad($"messages are embedded in one another more than {PropertyMessageJson.MaxDepth} deep");
        var message = new PropertyMessage();
        // Names that stand with a tag come first, so that those without can be given ids that are free.
        var unplaced = new List<(PropertyBag Bag, PropertyName Name, PropertyValue Value)>();
        foreach (var member in element.EnumerateObject())
        {
            _path.Add(member.Name);
            switch (member.Name)
            {
                case "Properties":
                    ReadProperties(member.Value, message.Properties, message, unplaced);
                    break;
                case "Recipients":
                    foreach (var item in Items(member.Value))
                    {
                        var recipient = new PropertyRecipient();
                        ReadObject(item, recipient.Properties, message, unplaced, null, depth);
                        message.Recipients.Add(recipient);
                    }
                    break;
                case "Attachments":
                    foreach (var item in Items(member.Value))
                    {
                        var attachment = new PropertyAttachment();
                        ReadObject(item, attachment.Properties, message, unplaced, attachment, depth);
                        message.Attachments.Add(attachment);
                    }
                    break;
                case "NamedProperties":
                    foreach (var item in Items(member.Value))
                        message.NamedProperties[ReadId(item)] = ReadName(item) ?? throw Bad("a name has Set with Lid or String");
                    break;
                default:
                    throw Bad("no such member");
            }
            _path.RemoveAt(_path.Count - 1);
        }
        Place(message, unplaced);
        return message;
    }

    private void ReadObject(JsonElement element, PropertyBag bag, PropertyMessage message, List<(PropertyBag, PropertyName, PropertyValue)> unplaced, PropertyAttachment? attachment, int depth)
    {
        Expect(element, JsonValueKind.Object, "an object with Properties");
        foreach (var member in element.EnumerateObject())
        {
            _path.Add(member.Name);
            if (member.Name == "Properties")
            {
                ReadProperties(member.Value, bag, message, unplaced);
            }
            else if (member.Name == "Message" && attachment is not null)
            {
                attachment.Embedded = ReadMessage(member.Value, depth + 1);
                foreach (var (id, name) in attachment.Embedded.NamedProperties)
                    message.NamedProperties.TryAdd(id, name);
            }
            else
            {
                throw Bad("no such member");
            }
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void ReadProperties(JsonElement element, PropertyBag bag, PropertyMessage message, List<(PropertyBag, PropertyName, PropertyValue)> unplaced)
    {
        foreach (var item in Items(element))
        {
            Expect(item, JsonValueKind.Object, "a property");
            var name = ReadName(item);
            var tag = ReadTag(item, name);
            if (!item.TryGetProperty("Value", out var json))
                throw Bad("a property has a Value");
            PropertyValue value;
            try
            {
                value = PropertyJsonValue.Read(tag, json);
            }
            catch (FormatException e)
            {
                throw Bad($"{PropertyRegistry.Describe(tag)}: {e.Message}");
            }
            if (name is { } named && tag.Id == 0)
            {
                unplaced.Add((bag, named, value));
                continue;
            }
            if (name is { } known)
            {
                if (message.NamedProperties.TryGetValue(tag.Id, out var other) && other != known)
                    throw Bad($"the id of {tag} has two names");
                message.NamedProperties[tag.Id] = known;
            }
            bag.Set(value);
        }
    }

    /// <summary>Properties given by name alone get the id that the name has already, or the next free one.</summary>
    private void Place(PropertyMessage message, List<(PropertyBag Bag, PropertyName Name, PropertyValue Value)> unplaced)
    {
        if (unplaced.Count == 0)
            return;
        var ids = new Dictionary<PropertyName, ushort>();
        foreach (var (id, name) in message.NamedProperties)
            ids.TryAdd(name, id);
        var next = message.NamedProperties.Count == 0 ? FirstNamed : message.NamedProperties.Keys.Max() + 1;
        foreach (var (bag, name, value) in unplaced)
        {
            if (!ids.TryGetValue(name, out var id))
            {
                if (next >= 0xFFFF)
                    throw Bad("there are too many named properties");
                ids[name] = id = (ushort)next++;
                message.NamedProperties[id] = name;
            }
            bag.Set(value.WithTag(new PropertyTag(id, value.Type)));
        }
    }

    private PropertyTag ReadTag(JsonElement item, PropertyName? name)
    {
        var type = item.TryGetProperty("Type", out var typeName) ? ReadType(typeName) : (PropertyType?)null;
        if (item.TryGetProperty("Tag", out var text))
        {
            var tag = new PropertyTag(Number(text, "Tag"));
            if (type is { } said && said != tag.Type)
                throw Bad($"the tag {tag} is not of type {PropertyJsonLine.TypeName(said)}");
            return tag;
        }
        if (name is { } named)
        {
            return new PropertyTag(0, type ?? (PropertyRegistry.CanonicalType(named) is var known and not PropertyType.Unspecified
                ? known
                : throw Bad("a property without Tag whose name is not known has a Type")));
        }
        if (!item.TryGetProperty("Name", out var canonical) || canonical.ValueKind != JsonValueKind.String)
            throw Bad("a property has a Tag or a Name");
        if (!PropertyRegistry.TryFind(canonical.GetString()!, out PropertyTag found))
            throw Bad($"there is no property {canonical.GetString()}");
        return type is { } other ? found.WithType(other) : found;
    }

    private PropertyName? ReadName(JsonElement item)
    {
        Expect(item, JsonValueKind.Object, "an object");
        if (!item.TryGetProperty("Set", out var set))
        {
            return item.TryGetProperty("Name", out var canonical) && canonical.ValueKind == JsonValueKind.String
                && PropertyRegistry.TryFind(canonical.GetString()!, out PropertyName known)
                ? known
                : null;
        }
        if (set.ValueKind != JsonValueKind.String || !PropertySetNames.TryFind(set.GetString()!, out var guid))
            throw Bad("Set is a GUID or the name of a property set");
        if (item.TryGetProperty("String", out var text))
        {
            try
            {
                return new PropertyName(guid, PropertyJsonValue.Text(text));
            }
            catch (FormatException e)
            {
                throw Bad("String: " + e.Message);
            }
        }
        return item.TryGetProperty("Lid", out var lid) ? new PropertyName(guid, Number(lid, "Lid")) : throw Bad("a named property has Lid or String");
    }

    private ushort ReadId(JsonElement item)
    {
        Expect(item, JsonValueKind.Object, "a name");
        if (!item.TryGetProperty("Id", out var id) || Number(id, "Id") is not (<= 0xFFFE and var number))
            throw Bad("a name has an Id");
        return (ushort)number;
    }

    private PropertyType ReadType(JsonElement element)
    {
        var text = element.ValueKind == JsonValueKind.String ? element.GetString()! : "";
        if (!text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && Enum.TryParse<PropertyType>(text, out var type) && Enum.IsDefined(type))
            return type;
        return Number(element, "Type") is <= ushort.MaxValue and var number ? (PropertyType)number : throw Bad($"there is no type {text}");
    }

    private uint Number(JsonElement element, string what)
    {
        if (element.ValueKind == JsonValueKind.Number && element.TryGetUInt32(out var number))
            return number;
        return element.ValueKind == JsonValueKind.String && element.GetString() is { } text && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            ? number
            : throw Bad($"{what} is a number like 0x0037001F");
    }

    private IEnumerable<JsonElement> Items(JsonElement array)
    {
        Expect(array, JsonValueKind.Array, "an array");
        var index = 0;
        foreach (var item in array.EnumerateArray())
        {
            _path.Add(index++.ToString(CultureInfo.InvariantCulture));
            yield return item;
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void Expect(JsonElement element, JsonValueKind kind, string what)
    {
        if (element.ValueKind != kind)
            throw Bad($"here is {what}");
    }

    private JsonException Bad(string what) => new($"{(_path.Count == 0 ? "The message" : string.Join('/', _path))}: {what}.");
}
