namespace Rialto.Directory;

/// <summary>Limits of log-in, with their reasons.</summary>
public sealed class AuthenticationOptions
{
    /// <summary>Wrong passwords for one account until it is locked out: people mistype, phones repeat an old password a few times.</summary>
    public int LockoutThreshold { get; set; } = 10;

    /// <summary>How long wrong passwords of an account are counted, from the last one.</summary>
    public TimeSpan LockoutWindow { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long the first lock-out lasts; each that follows within the window lasts twice as long as the one before.</summary>
    public TimeSpan LockoutDuration { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Lock-outs grow no longer than this: the owner of the account waits too, from places where it was not in before.</summary>
    public TimeSpan LockoutMaxDuration { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Wrong log-ins from one address (IPv6: one /64) that are not slowed down: many people may sit behind one address.</summary>
    public int AddressFreeFailures { get; set; } = 10;

    /// <summary>The delay after the first failure beyond the free ones; it doubles with each.</summary>
    public TimeSpan AddressBaseDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The delay grows no further than this.</summary>
    public TimeSpan AddressMaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>One failure of an address is forgotten in this time.</summary>
    public TimeSpan AddressForgiveOneEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>An attempt waits for its address's turn at most so long, otherwise it is refused at once: a waiting connection costs memory.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Accounts and addresses with failures that are remembered; beyond, the oldest are forgotten. Bounds memory under attack (about 100 bytes each).</summary>
    public int MaxTracked { get; set; } = 50_000;

    /// <summary>How long a verified password is good without hashing it again.</summary>
    public TimeSpan CacheLifetime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a password that another directory found right is good without asking it again: so long an old one works after it was changed there.</summary>
    public TimeSpan ExternalCacheLifetime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Verified passwords remembered (about 200 bytes each).</summary>
    public int CacheSize { get; set; } = 20_000;

    /// <summary>Password hashes computed at once; 0 is one for each core but one, at least one. Each takes a core for about 0.1 s.</summary>
    public int HashConcurrency { get; set; }

    /// <summary>Log-ins that wait for hashing at once; beyond, they are told to come back: at 0.1 s each, more would time out anyway.</summary>
    public int MaxHashQueue { get; set; } = 2_000;

    /// <summary>Characters of a password that are looked at all; a longer one is wrong.</summary>
    public int MaxPasswordLength { get; set; } = 1_024;

    /// <summary>
    /// Whether accounts whose passwords are well known (<see cref="DirectoryOptions.RefuseWellKnownPasswords"/>), set before that was looked at, are kept out where clients show the password,
    /// as if it were wrong. Off: people would not know why they get in no longer.
    /// </summary>
    public bool BlockWellKnownPasswords { get; set; }

    /// <summary>PBKDF2 iterations of new passwords; older hashes keep theirs until the password is next verified, then they are made anew.</summary>
    public int Iterations { get; set; } = PasswordHash.DefaultIterations;

    /// <summary>
    /// PBKDF2 iterations of SCRAM-SHA-256 for new passwords; 0: as many as all clients take, 65,536. More make a stolen verifier harder to guess (600,000 is as hard as the password's
    /// hash at its 210,000), but leave out what logs in by Cyrus's library, which refuses them. Every client computes them at log-in; fewer than 4,096 are never offered.
    /// </summary>
    public int ScramIterations { get; set; }

    internal int EffectiveScramIterations => ScramIterations > 0 ? Math.Max(ScramParameters.MinIterations, ScramIterations) : PasswordHash.ScramIterationsFor(Iterations);
}
