using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Rialto.Server.Configuration;

/// <summary>The commented configuration, made from the option classes and the documentation on their properties.</summary>
public static partial class ConfigurationManual
{
    private const int Width = 120;

    public static string Write()
    {
        var text = new StringBuilder();
        text.Append("// Every option of rialto.json with its default. Each can also be given as an environment variable: RIALTO__SECTION__KEY.\n{\n");
        WriteSection(text, typeof(RialtoOptions), new RialtoOptions(), 1);
        text.Append("}\n");
        return text.ToString();
    }

    private static void WriteSection(StringBuilder text, Type type, object defaults, int depth)
    {
        var indent = new string(' ', depth * 2);
        var properties = OptionReflection.Properties(type);
        for (var i = 0; i < properties.Count; i++)
        {
            var property = properties[i];
            foreach (var line in Wrap(Documentation(property), Width - indent.Length - 3))
                text.Append(indent).Append("// ").Append(line).Append('\n');
            var comma = i + 1 < properties.Count ? "," : "";
            var value = property.GetValue(defaults);
            if (OptionReflection.IsSection(property.PropertyType))
            {
                text.Append(indent).Append('"').Append(OptionReflection.KeyOf(property)).Append("\": {\n");
                WriteSection(text, property.PropertyType, value!, depth + 1);
                text.Append(indent).Append('}').Append(comma).Append('\n');
            }
            else
            {
                if (property.PropertyType.IsEnum)
                    text.Append(indent).Append("// ").Append(OptionReflection.Describe(property.PropertyType)).Append('\n');
                text.Append(indent).Append('"').Append(OptionReflection.KeyOf(property)).Append("\": ").Append(OptionReflection.Format(value)).Append(comma).Append('\n');
            }
            if (depth == 1 && i + 1 < properties.Count)
                text.Append('\n');
        }
    }

    /// <summary>The summary on a property's declaration, out of the documentation file beside its assembly.</summary>
    internal static string Documentation(PropertyInfo property)
    {
        var assembly = property.DeclaringType!.Assembly;
        if (!s_files.TryGetValue(assembly, out var members))
        {
            var file = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
            members = File.Exists(file)
                ? XDocument.Load(file).Descendants("member").ToDictionary(m => (string)m.Attribute("name")!, m => m.Element("summary")!)
                : [];
            s_files[assembly] = members;
        }
        return members.TryGetValue($"P:{property.DeclaringType.FullName}.{property.Name}", out var summary) && summary is not null ? Flatten(summary) : "";
    }

    private static readonly Dictionary<Assembly, Dictionary<string, XElement>> s_files = [];

    private static string Flatten(XElement element)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
            text.Append(node switch
            {
                XText t => t.Value,
                XElement e => ((string?)e.Attribute("cref"))?.Split('.')[^1] ?? e.Value,
                _ => "",
            });
        return Spaces().Replace(text.ToString(), " ").Trim();
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }
            if (line.Length > 0)
                line.Append(' ');
            line.Append(word);
        }
        if (line.Length > 0)
            yield return line.ToString();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
