using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>Bounds of a group's expansion.</summary>
/// <param name="MaxRecipients">More members than that and the expansion is refused as a whole: a message to a part of a group would be worse than a report.</param>
/// <param name="MaxDepth">Nesting beyond which it is refused; loops are harmless at any depth.</param>
public sealed record ExpansionLimits(int MaxRecipients = 100_000, int MaxDepth = 32)
{
    public static ExpansionLimits Default { get; } = new();
}

/// <summary>How an expansion ended.</summary>
public enum ExpansionOutcome
{
    Complete,
    TooManyRecipients,
    TooDeep,
}

/// <summary>Who a group stands for: each once, no groups.</summary>
/// <param name="Outcome">Anything but complete leaves the list empty.</param>
/// <param name="Recipients">Mailboxes and contacts, in order of first mention.</param>
/// <param name="Groups">Ids of all groups that were opened, the first one included.</param>
public sealed record GroupExpansion(ExpansionOutcome Outcome, ImmutableArray<Recipient> Recipients, ImmutableArray<Guid> Groups);
