using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>The organisation: its name starts every legacy distinguished name, so it does not change once there are recipients.</summary>
public sealed record Organisation : DirectoryObject
{
    /// <inheritdoc/>
    public override DirectoryKind Kind => DirectoryKind.Organisation;

    /// <summary>The organisation's name, 1 to 64 characters of letters, digits, space, <c>-</c>, <c>.</c>.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>What senders of mail that is passed on are signed with; made at the first start. Never shown.</summary>
    public string MailSecret { get; init => field = value ?? ""; } = "";

    /// <summary>Journal rules, in no order.</summary>
    public ImmutableArray<JournalRule> JournalRules { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Where journal reports go that cannot be delivered; empty: nowhere, which the log says. [MS-XJRNL] has no word on it, Exchange has.</summary>
    public string JournalAlternate { get; init => field = value ?? ""; } = "";

    /// <summary>Texts below mail that leaves, in the order in which they are put.</summary>
    public ImmutableArray<DisclaimerRule> Disclaimers { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Id of the group at the top of the hierarchy of departments; null: there is none.</summary>
    public Guid? RootDepartmentId { get; init; }
}
