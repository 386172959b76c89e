using System.Text.RegularExpressions;

namespace Rialto.Architecture.Tests;

/// <summary>docs/spec/index.tsv says what is there: one row a document, a known state, and places that exist.</summary>
public partial class SpecIndexTests
{
    private static readonly List<string[]> s_rows = [.. File.ReadAllLines(Path.Combine(Repository.Root, "docs/spec/index.tsv")).Select(l => l.Split('\t'))];

    [Fact]
    public void Every_row_has_five_cells_and_a_known_state()
    {
        s_rows[0].ShouldBe(["document", "state", "title", "where", "verified by"]);
        foreach (var row in s_rows.Skip(1))
        {
            row.Length.ShouldBe(5, string.Join('|', row));
            row[1].ShouldBeOneOf("none", "partial", "full");
            if (row[1] != "none")
            {
                row[3].ShouldNotBeEmpty(row[0]);
                row[4].ShouldNotBeEmpty(row[0]);
            }
        }
        s_rows.Skip(1).Select(r => r[0]).ShouldBeUnique();
    }

    [Fact]
    public void The_places_named_exist()
    {
        foreach (var row in s_rows.Skip(1))
            foreach (Match place in Place().Matches(row[3]))
                System.IO.Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Path.Combine(Repository.Root, place.Value))!, Path.GetFileName(place.Value)).ShouldNotBeEmpty($"{row[0]}: {place.Value}");
    }

    [Fact]
    public void A_gap_in_the_code_is_no_full_row()
    {
        var gaps = Repository.Sources("src").SelectMany(File.ReadLines).Select(l => Gap().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value).ToHashSet();
        foreach (var row in s_rows.Skip(1).Where(r => r[1] == "full"))
            gaps.ShouldNotContain(row[0], $"{row[0]} is full, but the code has a todo for it");
    }

    [GeneratedRegex(@"src/[A-Za-z0-9./*]+")]
    private static partial Regex Place();

    [GeneratedRegex(@"todo \[(MS-[A-Z0-9]+|RFC \d+)\]")]
    private static partial Regex Gap();
}
