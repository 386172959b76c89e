namespace Rialto.Content.Mime;

/// <summary>What one message may cost its reader. Past a limit the message still parses; the rest is opaque and a warning says so.</summary>
public sealed record MimeLimits
{
    public static MimeLimits Default { get; } = new();

    /// <summary>Nested multiparts and embedded messages. Honest mail stays under ten; the reader recurses once a level, so this bounds its stack.</summary>
    public int MaxDepth { get; init; } = 100;

    /// <summary>Parts of the whole message. Digests of mailing lists hold hundreds; each part costs about 150 bytes of memory.</summary>
    public int MaxParts { get; init; } = 10_000;

    /// <summary>Header fields of the whole message, those of its parts included; each costs 20 bytes. Fields beyond stay in the header block but are not looked up.</summary>
    public int MaxHeaderFields { get; init; } = 50_000;

    /// <summary>
    /// Bytes of all header blocks together that fields are looked up in; what lies beyond stays in the message and is not looked at. Header blocks are what the reader keeps of a
    /// message that is not in memory, and everything made from them grows with them. A list of 10,000 recipients takes half a megabyte.
    /// </summary>
    public int MaxHeaderBytes { get; init; } = 8 << 20;

    /// <summary>Warnings kept. One is enough for a person, a few for a diagnosis.</summary>
    public int MaxWarnings { get; init; } = 32;
}
