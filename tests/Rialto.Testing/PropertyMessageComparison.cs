using System.Globalization;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Testing;

/// <summary>What differs between two messages, in words; for round trips. Named properties are compared by their names, as their ids mean nothing outside a message.</summary>
public static class PropertyMessageComparison
{
    /// <summary>A difference a line, like <c>Attachments[0].PidTagAttachLongFilename: "a" ≠ "b"</c>. Empty when the messages are equal.</summary>
    /// <param name="expected">What should be there.</param>
    /// <param name="actual">What is there.</param>
    /// <param name="except">Names that are not compared, as they stand in the differences ("PidTagBody", "PidLidReminderSet").</param>
    public static List<string> Differences(PropertyMessage expected, PropertyMessage actual, params IEnumerable<string> except)
    {
        var differences = new List<string>();
        CompareMessages("", expected, actual, [.. except], differences);
        return differences;
    }

    private static void CompareMessages(string path, PropertyMessage expected, PropertyMessage actual, HashSet<string> except, List<string> differences)
    {
        CompareBags(path, expected.Properties, expected, actual.Properties, actual, except, differences);
        if (expected.Recipients.Count != actual.Recipients.Count)
            differences.Add($"{path}Recipients.Count: {expected.Recipients.Count} ≠ {actual.Recipients.Count}");
        for (var i = 0; i < Math.Min(expected.Recipients.Count, actual.Recipients.Count); i++)
            CompareBags($"{path}Recipients[{i}].", expected.Recipients[i].Properties, expected, actual.Recipients[i].Properties, actual, except, differences);
        if (expected.Attachments.Count != actual.Attachments.Count)
            differences.Add($"{path}Attachments.Count: {expected.Attachments.Count} ≠ {actual.Attachments.Count}");
        for (var i = 0; i < Math.Min(expected.Attachments.Count, actual.Attachments.Count); i++)
        {
            var (a, b) = (expected.Attachments[i], actual.Attachments[i]);
            var below = $"{path}Attachments[{i}].";
            CompareBags(below, a.Properties, expected, b.Properties, actual, except, differences);
            if ((a.Embedded is null) != (b.Embedded is null))
                differences.Add($"{below}Embedded: {(a.Embedded is null ? "none" : "a message")} ≠ {(b.Embedded is null ? "none" : "a message")}");
            else if (a.Embedded is not null)
                CompareMessages(below + "Embedded.", a.Embedded, b.Embedded!, except, differences);
        }
    }

    private static void CompareBags(string path, PropertyBag expected, PropertyMessage expectedNames, PropertyBag actual, PropertyMessage actualNames, HashSet<string> except, List<string> differences)
    {
        var left = ByName(expected, expectedNames);
        var right = ByName(actual, actualNames);
        foreach (var (name, value) in left)
        {
            if (except.Contains(name))
                continue;
            if (!right.TryGetValue(name, out var other))
                differences.Add($"{path}{name}: {Describe(value)} ≠ (absent)");
            else if (value.Type != other.Type || !AreEqual(value, other))
                differences.Add(value.Type == other.Type
                    ? $"{path}{name}: {Describe(value)} ≠ {Describe(other)}"
                    : $"{path}{name}: {value.Type} {Describe(value)} ≠ {other.Type} {Describe(other)}");
        }
        foreach (var (name, value) in right)
        {
            if (!left.ContainsKey(name) && !except.Contains(name))
                differences.Add($"{path}{name}: (absent) ≠ {Describe(value)}");
        }
    }

    private static bool AreEqual(PropertyValue a, PropertyValue b) =>
        a.AsRestriction() is { } left && b.AsRestriction() is { } right
            ? Wire(left).AsSpan().SequenceEqual(Wire(right))
            : a.WithTag(default) == b.WithTag(default);

    private static byte[] Wire(Restriction? restriction)
    {
        var writer = new WireWriter(256);
        RestrictionCodec.Restriction(ref writer, ref restriction, ValueForm.Wide);
        var bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }

    private static SortedDictionary<string, PropertyValue> ByName(PropertyBag bag, PropertyMessage names)
    {
        var result = new SortedDictionary<string, PropertyValue>(StringComparer.Ordinal);
        foreach (var value in bag)
            result[NameOf(value.Tag, names)] = value;
        return result;
    }

    private static string NameOf(PropertyTag tag, PropertyMessage message)
    {
        if (!tag.IsNamed || !message.NamedProperties.TryGetValue(tag.Id, out var name))
            return (tag.IsNamed ? null : PropertyRegistry.NameOf(tag)) ?? string.Create(CultureInfo.InvariantCulture, $"0x{tag.Id:X4}");
        return PropertyRegistry.NameOf(name) ?? (name.Name is { } text ? $"{name.PropertySet}/{text}" : string.Create(CultureInfo.InvariantCulture, $"{name.PropertySet}/0x{name.Lid:X4}"));
    }

    private static string Describe(PropertyValue value) => value.Reference switch
    {
        string text => '"' + Cut(text) + '"',
        byte[] bytes => $"{bytes.Length} bytes {Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 16)))}{(bytes.Length > 16 ? "…" : "")}",
        Array array => $"[{string.Join(", ", Enumerable.Range(0, Math.Min(array.Length, 8)).Select(i => Describe(PropertyElements.At(value, i))))}{(array.Length > 8 ? ", …" : "")}]",
        { } other => Cut(other.ToString() ?? ""),
        null => value.Type switch
        {
            PropertyType.Boolean => value.AsBoolean() ? "true" : "false",
            PropertyType.Time => value.AsTime().ToDateTimeOffset().ToString("O", CultureInfo.InvariantCulture),
            PropertyType.Floating32 => value.AsSingle().ToString(CultureInfo.InvariantCulture),
            PropertyType.Floating64 or PropertyType.FloatingTime => value.AsDouble().ToString(CultureInfo.InvariantCulture),
            PropertyType.ErrorCode => value.AsError().ToString(),
            _ => value.AsInt64().ToString(CultureInfo.InvariantCulture),
        },
    };

    private static string Cut(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
