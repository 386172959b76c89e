using System.Xml.Linq;

namespace Rialto.Architecture.Tests;

/// <summary>The arrows of docs/architecture.md: which project may refer to which, and what codecs may name.</summary>
public class ReferenceTests
{
    private static readonly string[] s_protocol = ["Rialto.Net", "Rialto.Store", "Rialto.Directory", "Rialto.Delivery", "Rialto.Content", "Rialto.Model", "Rialto.Wire"];

    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Rialto.Wire"] = [],
        ["Rialto.Model"] = ["Rialto.Wire"],
        ["Rialto.Content"] = ["Rialto.Model", "Rialto.Wire"],
        ["Rialto.Store"] = ["Rialto.Model", "Rialto.Wire"],
        ["Rialto.Directory"] = ["Rialto.Model", "Rialto.Wire"],
        ["Rialto.Delivery"] = ["Rialto.Store", "Rialto.Directory", "Rialto.Content", "Rialto.Model"],
        ["Rialto.Store.Sqlite"] = ["Rialto.Store", "Rialto.Directory", "Rialto.Delivery", "Rialto.Model", "Rialto.Wire"],
        ["Rialto.Store.Postgres"] = ["Rialto.Store", "Rialto.Directory", "Rialto.Delivery", "Rialto.Model", "Rialto.Wire"],
        ["Rialto.Net"] = ["Rialto.Wire", "Rialto.Directory", "Rialto.Model"],
        ["Rialto.Autodiscover"] = s_protocol,
        ["Rialto.Smtp"] = s_protocol,
        ["Rialto.Ldap"] = ["Rialto.Net", "Rialto.Directory", "Rialto.Model", "Rialto.Wire"],
        ["Rialto.MailAccess"] = s_protocol,
        ["Rialto.Mapi"] = s_protocol,
        ["Rialto.Oab"] = s_protocol,
        ["Rialto.Server"] = ["*"],
    };

    public static TheoryData<string> Projects => [.. System.IO.Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(d => Path.GetFileName(d)!).Order()];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_upward(string project)
    {
        s_allowed.ShouldContainKey(project, "a new project needs its place in docs/architecture.md and here");
        var allowed = s_allowed[project];
        var file = Path.Combine(Repository.Root, "src", project, project + ".csproj");
        var references = XDocument.Load(file).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')));
        foreach (var reference in references)
            if (allowed is not ["*"])
                allowed.ShouldContain(reference, $"{project} must not refer to {reference}");
    }

    [Fact]
    public void There_are_at_most_twenty_projects() => Projects.Count.ShouldBeLessThanOrEqualTo(20);

    [Fact]
    public void Codecs_do_not_name_the_store()
    {
        var offenders = Repository.Sources("src").Where(f => f.Contains("/Wire/", StringComparison.Ordinal) && File.ReadAllText(f).Contains("Rialto.Store", StringComparison.Ordinal));
        offenders.ShouldBeEmpty();
    }

    [Fact]
    public void Protocols_do_not_name_a_storage_engine()
    {
        string[] protocols = ["Rialto.Autodiscover", "Rialto.Smtp", "Rialto.Ldap", "Rialto.MailAccess", "Rialto.Mapi", "Rialto.Oab", "Rialto.Net", "Rialto.Delivery"];
        var offenders = protocols.SelectMany(p => Repository.Sources("src/" + p)).Where(f => File.ReadAllText(f) is var t && (t.Contains("Sqlite", StringComparison.Ordinal) || t.Contains("Npgsql", StringComparison.Ordinal)));
        offenders.Where(f => !IsCommentOnly(f)).ShouldBeEmpty();
    }

    private static bool IsCommentOnly(string file) =>
        File.ReadAllLines(file).Where(l => l.Contains("Sqlite", StringComparison.Ordinal) || l.Contains("Npgsql", StringComparison.Ordinal)).All(l => l.TrimStart().StartsWith("//", StringComparison.Ordinal));
}
