namespace Rialto.Content.Tnef;

/// <summary>Choices of <see cref="TnefWriter"/>.</summary>
public sealed record TnefWriterOptions
{
    public static TnefWriterOptions Default { get; } = new();

    /// <summary>The attach key; any number but 0, which old readers refuse.</summary>
    public ushort Key { get; init; } = 1;

    /// <summary>
    /// The code page of the attributes that have none but 8-bit strings (file names, subject); the properties beside them are Unicode whatever this is.
    /// UTF-8 and UTF-16 are not possible here: readers take only Windows code pages for it.
    /// </summary>
    public int CodePage { get; init; } = 1252;

    /// <summary>
    /// Whether the outermost message's recipients are written too. They stand in the carrying mail's header, so Exchange leaves them out, and
    /// embedded messages always have theirs.
    /// </summary>
    public bool IncludeRecipients { get; init; }

    /// <summary>Embedded messages in one another that are written; deeper ones are left out. Readers stop at some depth too.</summary>
    public int MaxDepth { get; init; } = 20;
}
