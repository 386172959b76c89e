namespace Rialto.Content.Mime;

/// <summary>What the reader had to put up with.</summary>
public enum MimeWarningKind
{
    /// <summary>The body begins without a blank line after the header fields.</summary>
    MissingBlankLine,

    /// <summary>A line among the header fields is none.</summary>
    InvalidHeaderLine,

    /// <summary>A Content-Type that is no type/subtype.</summary>
    InvalidContentType,

    /// <summary>A multipart without a boundary parameter.</summary>
    MissingBoundary,

    /// <summary>A multipart whose boundary never occurs.</summary>
    BoundaryNotFound,

    /// <summary>A multipart that is cut off before its closing delimiter.</summary>
    UnclosedMultipart,

    /// <summary>Deeper than <see cref="MimeLimits.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>More than <see cref="MimeLimits.MaxParts"/>.</summary>
    TooManyParts,

    /// <summary>More than <see cref="MimeLimits.MaxHeaderFields"/> or <see cref="MimeLimits.MaxHeaderBytes"/>.</summary>
    TooManyHeaderFields,

    /// <summary>Lines end with bare CR.</summary>
    BareCarriageReturns,
}

/// <summary>A deviation and the offset in the message where it was noticed.</summary>
public readonly record struct MimeWarning(MimeWarningKind Kind, int Offset);
