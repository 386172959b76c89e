namespace Rialto.Content.Tnef;

/// <summary>What one stream may cost its reader. Past a limit the rest is left out and a warning says so.</summary>
public sealed record TnefLimits
{
    public static TnefLimits Default { get; } = new();

    /// <summary>Embedded messages in one another. Each level is read again for its checksums, and the reader recurses once a level.</summary>
    public int MaxDepth { get; init; } = 20;

    /// <summary>Attachments of the whole stream, those of embedded messages included. Clients show hundreds at most.</summary>
    public int MaxAttachments { get; init; } = 10_000;

    /// <summary>Recipients of the whole stream. Exchange's own limit of a message is 12,000.</summary>
    public int MaxRecipients { get; init; } = 20_000;

    /// <summary>Properties of the whole stream, those of recipients and attachments included; each costs about 60 bytes besides its value.</summary>
    public int MaxProperties { get; init; } = 1_000_000;

    /// <summary>Warnings kept. One is enough for a person, a few for a diagnosis.</summary>
    public int MaxWarnings { get; init; } = 32;
}
