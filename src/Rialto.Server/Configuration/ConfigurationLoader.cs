using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Rialto.Server.Configuration;

/// <summary>Reads rialto.json and RIALTO__ variables into the option classes. An unknown key is an error that names the nearest known one.</summary>
public static class ConfigurationLoader
{
    public const string EnvironmentPrefix = "RIALTO__";

    public static RialtoOptions Load(string? file, IDictionary environment)
    {
        var options = new RialtoOptions();
        if (file is not null)
        {
            string text;
            try
            {
                text = File.ReadAllText(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ConfigurationException($"The configuration file {file} cannot be read: {e.Message}");
            }
            ApplyJson(options, text, file);
        }
        foreach (DictionaryEntry variable in environment)
            if (variable.Key is string name && name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase) && variable.Value is string value)
                ApplyPath(options, name[EnvironmentPrefix.Length..].Split("__"), value, $"environment variable {name}");
        return options;
    }

    public static void ApplyJson(object options, string text, string source)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 32 });
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{source} is not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}. Comments and trailing commas are allowed.");
        }
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ConfigurationException($"{source} has to hold one object: {{ \"key\": value, … }}.");
            ApplyObject(options, document.RootElement, source, "");
        }
    }

    private static void ApplyObject(object target, JsonElement json, string source, string path)
    {
        foreach (var item in json.EnumerateObject())
        {
            var here = path.Length == 0 ? item.Name : $"{path}.{item.Name}";
            var property = Find(target, item.Name, source, path);
            var type = property.PropertyType;
            if (OptionReflection.IsSection(type))
            {
                if (item.Value.ValueKind != JsonValueKind.Object)
                    throw new ConfigurationException($"{source}: {here} is a section and takes an object: {{ … }}.");
                ApplyObject(property.GetValue(target)!, item.Value, source, here);
            }
            else if (type == typeof(List<string>))
            {
                if (item.Value.ValueKind != JsonValueKind.Array)
                    throw new ConfigurationException($"{source}: {here} takes a list: [ \"…\", … ].");
                property.SetValue(target, item.Value.EnumerateArray().Select(e => e.ToString()).ToList());
            }
            else if (type == typeof(Dictionary<string, string>))
            {
                if (item.Value.ValueKind != JsonValueKind.Object)
                    throw new ConfigurationException($"{source}: {here} takes an object of names and values.");
                property.SetValue(target, item.Value.EnumerateObject().ToDictionary(e => e.Name, e => e.Value.ToString(), StringComparer.OrdinalIgnoreCase));
            }
            else
            {
                // What may be left to the server is null where it is.
                var isLeft = item.Value.ValueKind == JsonValueKind.Null && Nullable.GetUnderlyingType(type) is not null;
                property.SetValue(target, isLeft ? null : OptionReflection.Parse(type, item.Value.ToString(), $"{source}: {here}"));
            }
        }
    }

    private static void ApplyPath(object target, string[] path, string value, string source)
    {
        for (var i = 0; ; i++)
        {
            var property = Find(target, path[i], source, string.Join('.', path[..i]));
            var type = property.PropertyType;
            if (OptionReflection.IsSection(type) && i + 1 < path.Length)
            {
                target = property.GetValue(target)!;
                continue;
            }
            if (type == typeof(Dictionary<string, string>) && i + 2 == path.Length)
            {
                ((Dictionary<string, string>)property.GetValue(target)!)[path[i + 1].ToLowerInvariant()] = value;
                return;
            }
            if (OptionReflection.IsSection(type) || i + 1 < path.Length)
                throw new ConfigurationException($"{source}: {string.Join("__", path)} does not name an option. `rialto describe-config` lists them.");
            property.SetValue(target, type == typeof(List<string>)
                ? value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList()
                : OptionReflection.Parse(type, value, source));
            return;
        }
    }

    private static PropertyInfo Find(object target, string key, string source, string path)
    {
        var properties = OptionReflection.Properties(target.GetType());
        foreach (var property in properties)
            if (string.Equals(property.Name, key, StringComparison.OrdinalIgnoreCase))
                return property;
        var nearest = properties.Select(p => OptionReflection.KeyOf(p)).MinBy(k => Distance(k.ToLowerInvariant(), key.ToLowerInvariant()));
        var where = path.Length == 0 ? "" : $" in {path}";
        throw new ConfigurationException($"{source}: there is no option \"{key}\"{where}. Did you mean \"{nearest}\"? `rialto describe-config` lists all of them.");
    }

    /// <summary>Edit distance by Levenshtein.</summary>
    internal static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
