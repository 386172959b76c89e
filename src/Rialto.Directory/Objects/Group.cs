using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Rialto.Directory;

/// <summary>A distribution group: static members (groups among them), or whoever matches a filter.</summary>
public sealed record Group : Recipient
{
    /// <inheritdoc/>
    public override DirectoryKind Kind => DirectoryKind.Group;

    /// <summary>Ids of the direct members; empty for a dynamic group.</summary>
    public ImmutableArray<Guid> Members { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Ids of accounts and groups that may change the members.</summary>
    public ImmutableArray<Guid> Owners { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>RFC 4515 filter over the attributes of <see cref="DirectoryAttributes"/>; null for a static group.</summary>
    public string? Filter { get; init; }

    /// <summary>Whether the members follow from <see cref="Filter"/>.</summary>
    [JsonIgnore]
    public bool IsDynamic => Filter is not null;

    /// <summary>Only mail from authenticated senders is taken.</summary>
    public bool RequireAuthenticatedSender { get; init; }

    /// <summary>Ids of accounts and groups that alone may send to the group; empty: everybody.</summary>
    public ImmutableArray<Guid> AllowedSenders { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Whether it is a department: departments among its members stand below it in the hierarchy. [MS-OXOABK] 2.2.6.5.</summary>
    public bool IsDepartment { get; init; }

    /// <summary>Whether the membership is kept from being read by others.</summary>
    public bool HideMembership { get; init; }
}
