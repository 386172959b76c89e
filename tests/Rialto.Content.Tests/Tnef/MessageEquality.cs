using System.Globalization;
using Rialto.Model;

namespace Rialto.Content.Tests.Tnef;

/// <summary>Messages as lines that do not depend on the ids of named properties, so that two of them compare with a readable difference.</summary>
internal static class MessageEquality
{
    public static void ShouldBeSame(PropertyMessage actual, PropertyMessage expected, string of) =>
        string.Join('\n', Lines(actual)).ShouldBe(string.Join('\n', Lines(expected)), of);

    public static List<string> Lines(PropertyMessage message)
    {
        var lines = new List<string>();
        Add(message, message.NamedProperties, "", lines);
        return lines;
    }

    private static void Add(PropertyMessage message, Dictionary<ushort, PropertyName> names, string indent, List<string> lines)
    {
        Add(message.Properties, names, indent, lines);
        foreach (var recipient in message.Recipients)
        {
            lines.Add(indent + "recipient");
            Add(recipient.Properties, names, indent + "  ", lines);
        }
        foreach (var attachment in message.Attachments)
        {
            lines.Add(indent + "attachment");
            Add(attachment.Properties, names, indent + "  ", lines);
            if (attachment.Embedded is { } embedded)
            {
                lines.Add(indent + "  embedded");
                Add(embedded, embedded.NamedProperties.Count > 0 ? embedded.NamedProperties : names, indent + "    ", lines);
            }
        }
    }

    private static void Add(PropertyBag bag, Dictionary<ushort, PropertyName> names, string indent, List<string> lines)
    {
        var mine = new List<string>();
        foreach (var value in bag.Span)
        {
            var key = value.Tag.Id >= 0x8000
                ? names.TryGetValue(value.Tag.Id, out var name) ? $"{name.PropertySet}/{name.Name ?? name.Lid.ToString(CultureInfo.InvariantCulture)}" : "nameless"
                : value.Tag.Id.ToString("X4", CultureInfo.InvariantCulture);
            mine.Add($"{indent}{key} {value.Type} {Text(value)}");
        }
        mine.Sort(StringComparer.Ordinal);
        lines.AddRange(mine);
    }

    private static string Text(PropertyValue value) => value.Reference switch
    {
        null => value.AsInt64().ToString(CultureInfo.InvariantCulture),
        byte[] bytes => Digest(bytes),
        byte[][] many => string.Join(',', many.Select(Digest)),
        Array items => string.Join(',', items.Cast<object>()),
        var one => one.ToString() ?? "",
    };

    private static string Digest(byte[] bytes) =>
        bytes.Length <= 64 ? Convert.ToHexString(bytes) : $"{bytes.Length}:{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))}";
}
