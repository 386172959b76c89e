namespace Rialto.Content.CompoundFiles;

/// <summary>Bounds of reading a compound file. Sectors and directory entries need none of their own: each is visited once.</summary>
public sealed record CompoundFileLimits
{
    public static CompoundFileLimits Default { get; } = new();

    /// <summary>
    /// Storages in storages, so that what walks the tree may recurse. An embedded message takes two levels; mail programs stop at a few dozen messages,
    /// and a file of Outlook's own cannot nest deeper than its dialogs let people drag.
    /// </summary>
    public int MaxDepth { get; init; } = 256;

    /// <summary>Warnings kept; a broken file could give one a sector, and nobody reads more.</summary>
    public int MaxWarnings { get; init; } = 200;
}
