using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>A test that needs a package of npm's, as ./test installs them in artifacts/node; skipped where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute(string package)
    {
        if (!CommandResult.Has("node"))
            Skip = "node is not installed";
        else if (Corpus.RepositoryRoot is null || !System.IO.Directory.Exists(Path.Combine(Packages, "node_modules", package)))
            Skip = $"{package} is not installed";
    }

    private static string Packages => Path.Combine(Corpus.RepositoryRoot ?? "", "artifacts", "node");

    /// <summary>Runs a script of the folder node/ with a port.</summary>
    public static Task<CommandResult> RunAsync(string script, int port) => CommandResult.RunAsync("env", null,
        [$"RIALTO_NODE={Packages}", "node", Path.Combine(Corpus.RepositoryRoot!, "tests", "Rialto.Interop", "node", script), port.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
}
