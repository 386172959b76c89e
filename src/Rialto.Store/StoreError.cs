using System.Diagnostics.CodeAnalysis;

namespace Rialto.Store;

/// <summary>Expected outcomes of store operations; each protocol maps them to its own replies in one place.</summary>
public enum StoreError
{
    None = 0,
    NotFound,
    AccessDenied,
    AlreadyExists,
    InvalidName,
    InvalidArgument,

    /// <summary>The mailbox or folder is over its quota: a temporary refusal, nothing was written.</summary>
    QuotaExceeded,

    /// <summary>One message, folder or value is larger than the configured limit.</summary>
    TooLarge,
    TooDeep,
    HasChildren,

    /// <summary>The operation may not touch a special folder.</summary>
    SpecialFolder,

    /// <summary>The id that an import brings was used before or given up: what it stood for is gone, and stays gone.</summary>
    Gone,

    /// <summary>The change that the caller saw is no longer the newest (ICS import, conditional STORE).</summary>
    Conflict,

    /// <summary>The disk is full or the database refused the write: temporary, nothing was acknowledged.</summary>
    StorageUnavailable,
    NotSupported,

    /// <summary>The mailbox has moved to another server: <see cref="MailboxSession.MovedTo"/>.</summary>
    Moved,
}

/// <summary>A value or the reason why there is none.</summary>
public readonly struct StoreResult<T>
{
    private readonly T? _value;

    internal StoreResult(T? value, StoreError error)
    {
        _value = value;
        Error = error;
    }

    public StoreError Error { get; }

    [MemberNotNullWhen(true, nameof(_value))]
    public bool Succeeded => Error == StoreError.None;

    /// <summary>The value of a success. Reading it from a failure is a bug and throws.</summary>
    public T Value => Succeeded ? _value : throw new InvalidOperationException($"The store answered {Error}.");

    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        value = _value;
        return Succeeded;
    }

    public static implicit operator StoreResult<T>(T value) => new(value, StoreError.None);

    public static implicit operator StoreResult<T>(StoreError error) => new(default, error);
}

/// <summary>Makes results of values whose static type is an interface, which the implicit conversion cannot.</summary>
public static class StoreResult
{
    public static StoreResult<T> Of<T>(T value) => new(value, StoreError.None);
}
