using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>
/// One account's credentials at one time. A new object whenever any of them changes: whoever remembers a verification remembers this object with it
/// and so forgets when a password changes.
/// </summary>
public sealed class AccountCredentials
{
    /// <summary>No credentials: nobody can log in.</summary>
    public static AccountCredentials None { get; } = new([]);

    internal AccountCredentials(ImmutableArray<Credential> all) => All = all;

    /// <summary>All of them.</summary>
    public ImmutableArray<Credential> All { get; }

    /// <summary>Whether a password is set.</summary>
    public bool HasPassword => All.Any(c => c.Kind == CredentialKind.Password);

    /// <summary>SCRAM's salt and iterations of this account: its password's, or those of its app passwords; null when none has SCRAM.</summary>
    public ScramParameters? Scram => (All.FirstOrDefault(c => c.Kind == CredentialKind.Password && c.Hash.Scram is not null) ?? All.FirstOrDefault(c => c.Hash.Scram is not null))?.Hash.Scram!.Parameters;

    /// <summary>Whether one of them serves NTLM.</summary>
    public bool HasNtHash => All.Any(c => c.Hash.SealedNt is not null);

    /// <summary>The app passwords, oldest first.</summary>
    public IEnumerable<Credential> AppPasswords => All.Where(c => c.Kind == CredentialKind.AppPassword).OrderBy(c => c.Created);
}

/// <summary>A credential, without a secret.</summary>
public sealed class Credential
{
    internal Credential(Guid id, Guid accountId, CredentialKind kind, string name, DateTimeOffset created, PasswordHash hash, DateTimeOffset? lastUsed)
    {
        Id = id;
        AccountId = accountId;
        Kind = kind;
        Name = name;
        Created = created;
        Hash = hash;
        lastUsedTicks = lastUsed?.UtcTicks ?? 0;
    }

    private long lastUsedTicks;

    public Guid Id { get; }
    public Guid AccountId { get; }
    public CredentialKind Kind { get; }

    /// <summary>What the user called it; empty for the password.</summary>
    public string Name { get; }

    public DateTimeOffset Created { get; }

    /// <summary>Last successful use as noted, to the hour; or null.</summary>
    public DateTimeOffset? LastUsed => Volatile.Read(ref lastUsedTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    internal PasswordHash Hash { get; }

    /// <summary>The same credential with another hash of the same secret.</summary>
    internal Credential With(PasswordHash hash) => ReferenceEquals(hash, Hash) ? this : new(Id, AccountId, Kind, Name, Created, hash, LastUsed);

    /// <summary>Notes a use; true when it is worth storing, which is once an hour.</summary>
    internal bool Touch(DateTimeOffset now)
    {
        var before = Volatile.Read(ref lastUsedTicks);
        if (now.UtcTicks - before < TimeSpan.TicksPerHour) return false;
        return Interlocked.CompareExchange(ref lastUsedTicks, now.UtcTicks, before) == before;
    }
}
