namespace Rialto.Content.CompoundFiles;

/// <summary>Why bytes cannot be read as a compound file at all.</summary>
public enum CompoundFileError
{
    None,

    /// <summary>Fewer bytes than a header has.</summary>
    TooShort,

    /// <summary>Other first bytes than [MS-CFB] 2.2 gives.</summary>
    NoSignature,

    /// <summary>A byte order mark or sector sizes that no reader knows.</summary>
    UnknownLayout,

    /// <summary>The directory lies outside the file.</summary>
    NoDirectory,
}

/// <summary>What the reader had to put up with.</summary>
public enum CompoundFileWarningKind
{
    /// <summary>A header field is not what its version says; what it says was used.</summary>
    UnusualHeader,

    /// <summary>A sector of a chain lies outside the file; the chain ends there.</summary>
    SectorOutOfRange,

    /// <summary>A chain runs into itself or into another; it ends there.</summary>
    SharedSector,

    /// <summary>A chain goes on into sectors that are free or hold the allocation table; it ends there.</summary>
    BadChainEnd,

    /// <summary>A stream has fewer bytes than its entry says.</summary>
    ShortStream,

    /// <summary>An entry has a type or a name that is not allowed; it is left out, or its name made readable.</summary>
    BadEntry,

    /// <summary>An entry hangs in the tree more than once, or refers to one that is not there.</summary>
    BadTree,

    /// <summary>Two entries of a storage have the same name; the later is left out.</summary>
    DuplicateName,

    /// <summary>Storages deeper than <see cref="CompoundFileLimits.MaxDepth"/> are left out.</summary>
    TooDeep,
}

/// <summary>A deviation, and the sector or directory entry where it was noticed.</summary>
public readonly record struct CompoundFileWarning(CompoundFileWarningKind Kind, uint Location);
