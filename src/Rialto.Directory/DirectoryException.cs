namespace Rialto.Directory;

/// <summary>Why the directory refused a change.</summary>
public enum DirectoryError
{
    /// <summary>No object with that id, name or address.</summary>
    NotFound,

    /// <summary>The object, or one with the same identity, is there already.</summary>
    AlreadyExists,

    /// <summary>An address is malformed.</summary>
    InvalidAddress,

    /// <summary>An address belongs to another object.</summary>
    AddressInUse,

    /// <summary>An alias or log-on name belongs to another object.</summary>
    NameInUse,

    /// <summary>A name breaks its rules.</summary>
    InvalidName,

    /// <summary>An address's domain is not accepted here.</summary>
    UnknownDomain,

    /// <summary>A domain still has addresses in it, or is the default one.</summary>
    DomainInUse,

    /// <summary>A member, owner, manager or permission names an object that is not there or cannot stand there.</summary>
    DanglingReference,

    /// <summary>An object is still named by others.</summary>
    StillReferenced,

    /// <summary>A dynamic group's filter cannot be parsed.</summary>
    InvalidFilter,

    /// <summary>Something that never changes was to be changed.</summary>
    Immutable,

    /// <summary>The object was changed by somebody else since it was read.</summary>
    Conflict,

    /// <summary>A value is longer or larger than allowed.</summary>
    TooLarge,

    /// <summary>A password breaks its rules.</summary>
    InvalidPassword,

    /// <summary>An attribute is not known or does not fit the object's kind.</summary>
    UnknownAttribute,
}

/// <summary>A refused change; the message says what to do next.</summary>
public sealed class DirectoryException(DirectoryError error, string message) : Exception(message)
{
    /// <summary>The reason, for programs.</summary>
    public DirectoryError Error { get; } = error;
}
