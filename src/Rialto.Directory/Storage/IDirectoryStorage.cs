namespace Rialto.Directory;

/// <summary>
/// Where the directory is kept. Implementations are dumb: rows in, rows out; every rule stands in <see cref="DirectoryService"/>.
/// One counter, the directory's version, covers all rows: an apply succeeds only at the expected version, so that rules over the whole
/// directory (unique addresses) hold with any number of servers and command lines writing.
/// Inherit the test suite <c>DirectoryStorageContract</c> for each implementation.
/// </summary>
public interface IDirectoryStorage
{
    /// <summary>The directory's version: 0 when nothing was ever applied. Cheap; it is polled.</summary>
    ValueTask<long> GetVersionAsync(CancellationToken cancellationToken);

    /// <summary>Everything, read in one transaction.</summary>
    ValueTask<DirectoryContents> LoadAllAsync(CancellationToken cancellationToken);

    /// <summary>
    /// What has a version above <paramref name="version"/>, read in one transaction, removals included; null when removals that old are
    /// no longer known, then the caller loads everything.
    /// </summary>
    ValueTask<DirectoryDelta?> LoadSinceAsync(long version, CancellationToken cancellationToken);

    /// <summary>
    /// Applies the change as one transaction if the directory's version is <see cref="DirectoryChange.ExpectedVersion"/>, durable before it returns.
    /// The new version is the expected one + 1 and is stamped on each row written or removed. Otherwise nothing happens and the current version is returned with
    /// <see cref="DirectoryApplyResult.Applied"/> false. Ids to remove that are not there are ignored. Removing a row removes its blobs; credentials of a removed account are named in the change.
    /// </summary>
    ValueTask<DirectoryApplyResult> ApplyAsync(DirectoryChange change, CancellationToken cancellationToken);

    /// <summary>
    /// Yields the current version each time it may have grown through anybody (a notification, or a poll every second or so), until cancelled.
    /// May yield the same version again.
    /// </summary>
    IAsyncEnumerable<long> WatchAsync(CancellationToken cancellationToken);

    /// <summary>The bytes of a blob, or null.</summary>
    ValueTask<byte[]?> ReadBlobAsync(Guid id, string name, CancellationToken cancellationToken);

    /// <summary>Notes when credentials were last used. No version change; unknown ids are ignored; need not be durable at once.</summary>
    ValueTask TouchCredentialsAsync(IReadOnlyList<CredentialUse> uses, CancellationToken cancellationToken);
}

/// <summary>An object as stored.</summary>
/// <param name="Id">Key.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Version">The directory's version at its last change; set by the storage on apply.</param>
/// <param name="Payload">UTF-8 JSON; may be kept as a json column or as bytes, and comes back equal as JSON.</param>
public sealed record DirectoryRow(Guid Id, DirectoryKind Kind, long Version, ReadOnlyMemory<byte> Payload);

/// <summary>What a credential is. The numbers are stored.</summary>
public enum CredentialKind : byte
{
    /// <summary>The account's password: at most one.</summary>
    Password = 1,

    /// <summary>A named password for one application.</summary>
    AppPassword = 2,
}

/// <summary>A credential as stored; payload is the UTF-8 JSON of name, time and hash, never a secret.</summary>
/// <param name="Id">Key.</param>
/// <param name="AccountId">Whose; indexed.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Version">The directory's version at its last change; set by the storage on apply.</param>
/// <param name="Payload">UTF-8 JSON.</param>
/// <param name="LastUsed">Last successful use as last noted, or null.</param>
public sealed record CredentialRow(Guid Id, Guid AccountId, CredentialKind Kind, long Version, ReadOnlyMemory<byte> Payload, DateTimeOffset? LastUsed);

/// <summary>A blob of an object, kept out of memory (a photo).</summary>
/// <param name="Id">The object.</param>
/// <param name="Name">Which blob, e.g. <c>photo</c>.</param>
/// <param name="Content">Bytes; null removes it.</param>
public sealed record DirectoryBlob(Guid Id, string Name, byte[]? Content);

/// <summary>The whole directory at one version.</summary>
public sealed record DirectoryContents(long Version, IReadOnlyList<DirectoryRow> Rows, IReadOnlyList<CredentialRow> Credentials);

/// <summary>What changed between a version and <paramref name="Version"/>. An id removed and written again is only among the rows.</summary>
public sealed record DirectoryDelta(
    long Version,
    IReadOnlyList<DirectoryRow> Rows,
    IReadOnlyList<Guid> Removed,
    IReadOnlyList<CredentialRow> Credentials,
    IReadOnlyList<Guid> RemovedCredentials);

/// <summary>One atomic change. Versions in the rows are ignored; the storage stamps them.</summary>
public sealed record DirectoryChange(long ExpectedVersion)
{
    public IReadOnlyList<DirectoryRow> Rows { get; init; } = [];
    public IReadOnlyList<Guid> Removed { get; init; } = [];
    public IReadOnlyList<CredentialRow> Credentials { get; init; } = [];
    public IReadOnlyList<Guid> RemovedCredentials { get; init; } = [];
    public IReadOnlyList<DirectoryBlob> Blobs { get; init; } = [];
}

/// <summary>Whether a change was applied, and the directory's version now.</summary>
public readonly record struct DirectoryApplyResult(bool Applied, long Version);

/// <summary>When a credential was used.</summary>
public readonly record struct CredentialUse(Guid CredentialId, DateTimeOffset When);
