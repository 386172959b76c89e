namespace Rialto.Testing;

/// <summary>
/// The collection of real-world files that tests read where it is present: the folder of the environment variable RIALTO_CORPUS, or shared/corpus beside
/// the repository. It is not part of the repository; tests that need it are skipped without it.
/// </summary>
public static class Corpus
{
    private static readonly Lazy<string?> Found = new(Find);

    public static bool Available => Found.Value is not null;

    /// <summary>The corpus folder. <see cref="InvalidOperationException"/> when it is absent.</summary>
    public static string Root => Found.Value ?? throw new InvalidOperationException("The corpus is not here: set RIALTO_CORPUS, or ask Corpus.Available first.");

    /// <summary>Every file below a folder of the corpus ("eml", "msg/aquasync-ruby-msg"), in ordinal order; of one extension when given ("msg"). None without corpus.</summary>
    public static IReadOnlyList<string> Files(string folder, string? extension = null)
    {
        var path = Found.Value is { } root ? Path.Combine(root, folder) : null;
        if (path is null || !Directory.Exists(path))
            return [];
        var files = Directory.GetFiles(path, extension is null ? "*" : "*." + extension, SearchOption.AllDirectories);
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    /// <summary>A file's path relative to the corpus, for test names and messages.</summary>
    public static string NameOf(string file) => Path.GetRelativePath(Root, file);

    /// <summary>The folder of Rialto.slnx above the test assembly; null when the tests run outside a checkout.</summary>
    public static string? RepositoryRoot
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Rialto.slnx")))
                    return folder.FullName;
            }
            return null;
        }
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("RIALTO_CORPUS") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;
        // Beside the repository, or beside a folder that holds several of its worktrees.
        for (var folder = RepositoryRoot is { } root ? Directory.GetParent(root) : null; folder is not null; folder = folder.Parent)
        {
            var beside = Path.Combine(folder.FullName, "shared", "corpus");
            if (Directory.Exists(beside))
                return beside;
        }
        return null;
    }
}
