using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>An accepted domain: mail for it is ours, and accounts have addresses in it.</summary>
public sealed record Domain : DirectoryObject
{
    /// <inheritdoc/>
    public override DirectoryKind Kind => DirectoryKind.Domain;

    /// <summary>The name in lower case and A-label form (<c>xn--…</c>); the directory normalises what it is given.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Other names: an address in one of them is the same local part in <see cref="Name"/>.</summary>
    public ImmutableArray<string> Aliases { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>The domain where an address is made when none is named. Exactly one domain is the default; setting a new one clears the old.</summary>
    public bool IsDefault { get; init; }

    /// <summary>The name before the backslash in <c>DOMAIN\user</c>: 1 to 15 characters. Empty: the first label, in upper case, cut to 15.</summary>
    public string NetbiosName { get; init => field = value ?? ""; } = "";

    /// <summary>Whether <c>user+tag@domain</c> reaches <c>user@domain</c> (RFC 5233) when no address is exactly that.</summary>
    public bool PlusAddressing { get; init; } = true;

    /// <summary>The address that mail for unknown ones of the domain goes to; empty: it is refused.</summary>
    public string CatchAll { get; init => field = value ?? ""; } = "";
}
