namespace Rialto.Content.Tnef;

/// <summary>What the reader had to put up with.</summary>
public enum TnefWarningKind
{
    /// <summary>The stream does not begin with the TNEF signature: nothing was read.</summary>
    NotTnef,

    /// <summary>The stream ends within an attribute; what there is of it was read.</summary>
    Truncated,

    /// <summary>An attribute's checksum is not the sum of its bytes.</summary>
    WrongChecksum,

    /// <summary>Bytes where an attribute should begin; they and what follows were not read.</summary>
    TrailingGarbage,

    /// <summary>An attribute of unknown meaning, or one of the other level.</summary>
    UnknownAttribute,

    /// <summary>An attribute whose content does not fit its format.</summary>
    InvalidAttribute,

    /// <summary>A property list that is cut off or breaks its format; the properties before that place were kept.</summary>
    InvalidProperties,

    /// <summary>A property of a type that TNEF has no form for.</summary>
    UnknownPropertyType,

    /// <summary>A code page that is not known here; windows-1252 was used.</summary>
    UnknownCodePage,

    /// <summary>Deeper than <see cref="TnefLimits.MaxDepth"/>: the embedded message stayed bytes.</summary>
    TooDeep,

    /// <summary>More than <see cref="TnefLimits"/> allow of attachments, recipients or properties; the rest was left out.</summary>
    TooMany,
}

/// <summary>A deviation and the offset in the outermost stream where it was noticed.</summary>
public readonly record struct TnefWarning(TnefWarningKind Kind, int Offset);
