// [MS-OXCSTOR] 3.2.5.6, 3.2.5.7: which servers hold the contents of a public folder.
using System.Collections.Immutable;
using System.Globalization;

namespace Rialto.Store;

/// <summary>Another server that has, or had, a folder's contents.</summary>
/// <param name="Server">Its ESSDN: printable ASCII.</param>
/// <param name="Cost">What reaching it costs, relative to this server.</param>
/// <param name="IsActive">Whether it serves the contents to clients.</param>
public sealed record FolderReplica(string Server, int Cost, bool IsActive);

/// <summary>Where a public folder's contents are. A folder is here, and nowhere else, unless somebody says otherwise.</summary>
public sealed record FolderReplicas
{
    /// <summary>Servers that cost more are not told to clients. Exchange's own bound ([MS-OXCSTOR] footnotes 39 and 42).</summary>
    public const int HighestCost = 500;

    /// <summary>An organisation has few servers; a list is sent whole.</summary>
    public const int MaximumOthers = 100;

    public static FolderReplicas Default { get; } = new();

    /// <summary>Whether this store serves the contents; a folder without is a ghosted one.</summary>
    public bool IsHere { get; init; } = true;

    public ImmutableArray<FolderReplica> Others { get; init; } = [];

    public bool IsValid => Others.Length <= MaximumOthers && Others.All(static r =>
        r is { Server.Length: > 0 and <= 255, Cost: >= 0 } && r.Server.All(static c => c is >= ' ' and <= '~'));

    internal static string SettingOf(FolderId folder) => string.Create(CultureInfo.InvariantCulture, $"replicas.{folder.Value}");

    /// <summary>A line each: cost, state, server; the first says whether the contents are here.</summary>
    internal string Write() => string.Join('\n', [IsHere ? "here" : "ghosted", .. Others.Select(static r => string.Create(CultureInfo.InvariantCulture, $"{r.Cost}\t{(r.IsActive ? "active" : "inactive")}\t{r.Server}"))]);

    internal static FolderReplicas Read(string? text)
    {
        if (text is null)
            return Default;
        var lines = text.Split('\n');
        var others = ImmutableArray.CreateBuilder<FolderReplica>(lines.Length - 1);
        foreach (var line in lines.Skip(1))
        {
            if (line.Split('\t') is [var cost, var state, var server] && int.TryParse(cost, CultureInfo.InvariantCulture, out var number))
                others.Add(new FolderReplica(server, number, state == "active"));
        }
        return new FolderReplicas { IsHere = lines[0] != "ghosted", Others = others.ToImmutable() };
    }
}
