using System.Text.Json.Serialization;

namespace Rialto.Directory;

/// <summary>Base of everything in the directory. Immutable: change with <c>with</c> and hand the copy to <see cref="DirectoryService"/>.</summary>
public abstract record DirectoryObject
{
    /// <summary>Identity; never changes. <see cref="Guid.Empty"/> on a new object: the directory gives one.</summary>
    [JsonIgnore]
    public Guid Id { get; init; }

    /// <summary>What it is; stored beside the payload.</summary>
    [JsonIgnore]
    public abstract DirectoryKind Kind { get; }

    /// <summary>Version of the directory at which this object last changed; 0 when it was never stored.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>When it was added, in seconds since 1970 (UTC); 0 where that is not known: objects stored before this was kept.</summary>
    public uint CreatedAt { get; init; }

    /// <summary>When it last changed, in seconds since 1970 (UTC); 0 where that is not known.</summary>
    public uint ModifiedAt { get; init; }

    /// <summary>What people see. Never null; the directory fills in the alias or name where a caller left it empty.</summary>
    public string DisplayName { get; init => field = value ?? ""; } = "";

    /// <summary>Attributes that have no member here, by name; names are case-sensitive.</summary>
    public NamedTexts CustomAttributes { get; init; }
}
