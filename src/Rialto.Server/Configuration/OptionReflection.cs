using System.Globalization;
using System.Reflection;

namespace Rialto.Server.Configuration;

/// <summary>How option classes are looked at: their properties, keys and the text forms of values.</summary>
internal static class OptionReflection
{
    public static IReadOnlyList<PropertyInfo> Properties(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanRead && (p.SetMethod?.IsPublic == true || IsSection(p.PropertyType)) && Supported(p.PropertyType))];

    public static string KeyOf(PropertyInfo property) => char.ToLowerInvariant(property.Name[0]) + property.Name[1..];

    /// <summary>A class of options of its own, rather than a value.</summary>
    public static bool IsSection(Type type) =>
        type is { IsClass: true, IsAbstract: false } && type != typeof(string) && !type.IsGenericType && !type.IsArray && !typeof(Delegate).IsAssignableFrom(type)
        && type.Namespace?.StartsWith("Rialto.", StringComparison.Ordinal) == true;

    private static bool Supported(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return IsSection(type) || type.IsEnum || type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(double)
            || type == typeof(TimeSpan) || type == typeof(List<string>) || type == typeof(Dictionary<string, string>);
    }

    public static object Parse(Type type, string text, string where)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return text;
        if (type == typeof(bool) && bool.TryParse(text, out var flag))
            return flag;
        if (type == typeof(int) && TryParseNumber(text, out var number) && number is >= int.MinValue and <= int.MaxValue)
            return (int)number;
        if (type == typeof(long) && TryParseNumber(text, out number))
            return number;
        if (type == typeof(double) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real))
            return real;
        if (type == typeof(TimeSpan) && TryParsePeriod(text, out var period))
            return period;
        if (type.IsEnum && Enum.TryParse(type, text, ignoreCase: true, out var member) && Enum.IsDefined(type, member))
            return member;
        throw new ConfigurationException($"{where}: \"{text}\" is not {Describe(type)}.");
    }

    public static string Describe(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return "text";
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(int) || type == typeof(long))
            return "a whole number (sizes may end in KB, MB, GB)";
        if (type == typeof(double))
            return "a number";
        if (type == typeof(TimeSpan))
            return "a period such as 30s, 5m, 2h, 7d or 00:05:00";
        if (type == typeof(List<string>))
            return "a list of texts";
        if (type == typeof(Dictionary<string, string>))
            return "names and values";
        return type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type)) : type.Name;
    }

    public static bool TryParseNumber(string text, out long number)
    {
        var t = text.Trim();
        long factor = 1;
        foreach (var (suffix, f) in new[] { ("KB", 1024L), ("MB", 1024L * 1024), ("GB", 1024L * 1024 * 1024), ("TB", 1024L * 1024 * 1024 * 1024) })
            if (t.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                factor = f;
                t = t[..^2].TrimEnd();
            }
        if (!long.TryParse(t, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
            return false;
        var product = (Int128)number * factor;
        number = (long)product;
        return product == number;
    }

    public static bool TryParsePeriod(string text, out TimeSpan period)
    {
        var t = text.Trim();
        period = default;
        if (t.Length > 1 && "smhd".Contains(char.ToLowerInvariant(t[^1]), StringComparison.Ordinal) && double.TryParse(t[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var n)
            && Math.Abs(n) < 1_000_000)
        {
            period = char.ToLowerInvariant(t[^1]) switch
            {
                's' => TimeSpan.FromSeconds(n),
                'm' => TimeSpan.FromMinutes(n),
                'h' => TimeSpan.FromHours(n),
                _ => TimeSpan.FromDays(n),
            };
            return true;
        }
        return TimeSpan.TryParseExact(t, ["c", "g"], CultureInfo.InvariantCulture, out period);
    }

    public static string Format(object? value) => value switch
    {
        null => "null",
        string s => System.Text.Json.JsonSerializer.Serialize(s),
        bool b => b ? "true" : "false",
        TimeSpan t => $"\"{FormatPeriod(t)}\"",
        int or long or double => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        List<string> list => "[" + string.Join(", ", list.Select(s => Format(s))) + "]",
        Dictionary<string, string> map => "{" + string.Join(", ", map.Select(p => $"{Format(p.Key)}: {Format(p.Value)}")) + "}",
        _ => $"\"{value}\"",
    };

    private static string FormatPeriod(TimeSpan t) =>
        t.TotalDays >= 1 && t.TotalDays % 1 == 0 ? $"{t.TotalDays:0}d" :
        t.TotalHours >= 1 && t.TotalHours % 1 == 0 ? $"{t.TotalHours:0}h" :
        t.TotalMinutes >= 1 && t.TotalMinutes % 1 == 0 ? $"{t.TotalMinutes:0}m" :
        t.TotalSeconds % 1 == 0 ? $"{t.TotalSeconds:0}s" : t.ToString("c", CultureInfo.InvariantCulture);
}
