namespace Rialto.Content.Rtf;

/// <summary>What RTF may cost its reader.</summary>
public sealed record RtfLimits
{
    public static RtfLimits Default { get; } = new();

    /// <summary>Bytes of RTF that one compressed property may give. Outlook's own bodies with embedded pictures reach tens of megabytes.</summary>
    public int MaxDecompressed { get; init; } = 256 << 20;

    /// <summary>Groups inside groups whose state is kept apart; deeper ones share the state of the deepest. Word itself gives up at about a hundred.</summary>
    public int MaxDepth { get; init; } = 256;

    /// <summary>Fonts, colours and lists of a document that are remembered each; bombs declare millions.</summary>
    public int MaxTableEntries { get; init; } = 4096;

    /// <summary>Characters of output. Text is shorter than its RTF, and HTML about as long; a bomb makes every letter a run of its own with a long font name and link.</summary>
    public int MaxOutput { get; init; } = 64 << 20;
}
