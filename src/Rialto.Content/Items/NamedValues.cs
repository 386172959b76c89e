// [MS-OXCDATA] 2.6.1: named properties of a message by their names.
using Rialto.Model;

namespace Rialto.Content.Items;

/// <summary>Reads and sets named properties of a message outside any mailbox, whose ids are the message's own.</summary>
public static class NamedValues
{
    private const ushort First = 0x8000;

    /// <summary>The property; absent where the message has none of that name.</summary>
    public static PropertyValue GetNamed(this PropertyMessage message, PropertyName name)
    {
        foreach (var (id, known) in message.NamedProperties)
        {
            if (known == name && message.Properties.TryGet(id, out var value))
                return value;
        }
        return default;
    }

    /// <summary>Sets a property under the id that its name has, or gets now.</summary>
    public static void SetNamed(this PropertyMessage message, PropertyName name, PropertyType type, Func<PropertyTag, PropertyValue> value)
    {
        ushort id = 0;
        foreach (var (given, known) in message.NamedProperties)
        {
            if (known == name)
                id = given;
        }
        if (id == 0)
        {
            id = First;
            while (message.NamedProperties.ContainsKey(id))
                id++;
            message.NamedProperties[id] = name;
        }
        message.Properties.Set(value(new PropertyTag(id, type)));
    }

    internal static string Text(this PropertyMessage message, PropertyName name) => message.GetNamed(name).Reference as string ?? "";

    internal static int? Number(this PropertyMessage message, PropertyName name) => message.GetNamed(name) is { Type: PropertyType.Integer32 } value ? value.AsInt32() : null;

    internal static FileTime? Time(this PropertyMessage message, PropertyName name) => message.GetNamed(name) is { Type: PropertyType.Time } value ? value.AsTime() : null;

    internal static void Set(this PropertyMessage message, PropertyName name, string value)
    {
        if (value.Length > 0)
            message.SetNamed(name, PropertyType.String, tag => PropertyValue.Of(tag, value));
    }

    internal static void Set(this PropertyMessage message, PropertyName name, int? value)
    {
        if (value is { } number)
            message.SetNamed(name, PropertyType.Integer32, tag => PropertyValue.Of(tag, number));
    }

    internal static void Set(this PropertyMessage message, PropertyName name, FileTime? value)
    {
        if (value is { } time)
            message.SetNamed(name, PropertyType.Time, tag => PropertyValue.Of(tag, time));
    }
}
