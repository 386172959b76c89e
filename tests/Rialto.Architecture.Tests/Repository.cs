namespace Rialto.Architecture.Tests;

/// <summary>The source tree that this test was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static IEnumerable<string> Sources(string under) =>
        System.IO.Directory.EnumerateFiles(Path.Combine(Root, under), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal));

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Rialto.slnx")))
                return at.FullName;
        throw new InvalidOperationException("Rialto.slnx was not found above the test's directory.");
    }
}
