using System.Globalization;
using System.Text.RegularExpressions;
using Rialto.Testing;

namespace Rialto.Content.Tests.Tnef;

/// <summary>The TNEF streams of the corpus, and the attribute dumps and attachment lists that lie beside some of them.</summary>
internal static partial class TnefCorpus
{
    public static IReadOnlyList<string> Files => [.. Corpus.Files("tnef").Where(f => Path.GetExtension(f) is ".tnef" or ".dat")];

    public static string Dump(string stem) => Path.Combine(Corpus.Root, "tnef/verdammelt-tnef/baselines", stem + ".baseline");

    public static string Stream(string stem) => Path.Combine(Corpus.Root, "tnef/verdammelt-tnef/datafiles", stem + ".tnef");

    public static IEnumerable<string> DumpedStems =>
        Corpus.Files("tnef/verdammelt-tnef/baselines", "baseline").Select(f => Path.GetFileNameWithoutExtension(f)).Where(s => File.Exists(Stream(s)));

    /// <summary>An attribute line of a dump: (MESS) Subject &lt;8004&gt; [type: string &lt;0001&gt;] [len: 9] ='one-file'.</summary>
    public sealed record DumpedAttribute(byte Level, uint Tag, int Length, string Value);

    /// <summary>A property of a dump, in the attribute it stands in.</summary>
    /// <param name="IsNamed">The dump then gives the name's number in place of the id.</param>
    public sealed record DumpedProperty(byte Level, ushort Id, ushort Type, int Values, List<(int Length, string Text)> Items, bool IsNamed = false);

    public static (ushort Key, List<DumpedAttribute> Attributes, List<DumpedProperty> Properties) ReadDump(string stem)
    {
        var attributes = new List<DumpedAttribute>();
        var properties = new List<DumpedProperty>();
        ushort key = 0;
        foreach (var line in File.ReadLines(Dump(stem), System.Text.Encoding.Latin1))
        {
            if (line.StartsWith("TNEF Key: ", StringComparison.Ordinal))
                key = ushort.Parse(line[10..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            else if (AttributeLine().Match(line) is { Success: true } a)
            {
                attributes.Add(new DumpedAttribute(
                    a.Groups[1].Value == "MESS" ? (byte)1 : (byte)2,
                    Number(a.Groups[3].Value) << 16 | Number(a.Groups[2].Value),
                    int.Parse(a.Groups[4].Value, CultureInfo.InvariantCulture),
                    a.Groups[5].Value));
            }
            else if (PropertyLine().Match(line) is { Success: true } p)
            {
                properties.Add(new DumpedProperty(
                    attributes.Count > 0 ? attributes[^1].Level : (byte)0,
                    (ushort)Number(p.Groups[1].Value),
                    (ushort)Number(p.Groups[2].Value),
                    int.Parse(p.Groups[3].Value, CultureInfo.InvariantCulture),
                    []));
            }
            else if (properties.Count > 0 && line.StartsWith("\tGUID:", StringComparison.Ordinal))
                properties[^1] = properties[^1] with { IsNamed = true };
            else if (properties.Count > 0 && ItemLine().Match(line) is { Success: true } i)
                properties[^1].Items.Add((int.Parse(i.Groups[1].Value, CultureInfo.InvariantCulture), i.Groups[2].Value));
        }
        return (key, attributes, properties);
    }

    private static uint Number(string hex) => uint.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\((MESS|ATTA)\) .*<([0-9a-f]{4})> \[type: .*<([0-9a-f]{4})>\] \[len: (\d+)\] ?=\s?(.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex AttributeLine();

    [GeneratedRegex(@"^\(MAPI\) .*?<?([0-9a-f]{4})>? \[type: .*<([0-9a-f]{4})>\] \[num_values = (\d+)\]", RegexOptions.CultureInvariant)]
    private static partial Regex PropertyLine();

    [GeneratedRegex(@"^\t#\d+ \[len: (\d+)\] = ?(.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex ItemLine();
}
