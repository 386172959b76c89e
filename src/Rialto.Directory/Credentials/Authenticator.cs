using System.Net;
using System.Security.Cryptography;
using Rialto.Model;

namespace Rialto.Directory;

/// <summary>
/// Checks log-in names and passwords for every protocol. An unknown account costs the time of a known one and gives the same answer; failures are counted by name and
/// by address; hashing runs on other threads, so many at once and no more.
/// </summary>
public sealed class Authenticator : IDisposable
{
    private readonly DirectoryService directory;
    private readonly AuthenticationOptions options;
    private readonly TimeProvider time;
    private readonly VerifiedPasswords verified;

    /// <summary>From where accounts were proved; apart from the passwords, so that no text is mistaken for one.</summary>
    private readonly VerifiedPasswords proved;
    private readonly FailureCounter failures;
    private readonly SemaphoreSlim hashing;
    private readonly PasswordHash nobody;
    private readonly ScramVerifier nobodysScram = ScramVerifier.CreateForNobody();
    private readonly SecretKey processKey = SecretKey.CreateRandom();
    private Iterations? iterationsInUse;
    private long hashed;
    private int queued;

    /// <summary>Creates it over a directory. Takes the time of one password hash.</summary>
    public Authenticator(DirectoryService directory, AuthenticationOptions? options = null, TimeProvider? time = null)
    {
        this.directory = directory;
        this.options = options ?? new();
        this.time = time ?? TimeProvider.System;
        verified = new VerifiedPasswords(this.options.CacheSize, this.options.CacheLifetime, this.time);
        proved = new VerifiedPasswords(this.options.CacheSize, this.options.CacheLifetime, this.time);
        failures = new FailureCounter(this.options, this.time);
        hashing = new SemaphoreSlim(this.options.HashConcurrency > 0 ? this.options.HashConcurrency : Math.Max(1, Environment.ProcessorCount - 1));
        nobody = PasswordHash.Create(Guid.NewGuid().ToString(), "", this.options.Iterations, null);
    }

    /// <summary>
    /// Checks the password of an account that comes from another directory (<see cref="Recipient.External"/>): true when it is right, false when it is wrong, null when it cannot be found out now.
    /// Without one, such accounts log in with app passwords alone.
    /// </summary>
    public Func<Account, string, CancellationToken, ValueTask<bool?>>? External { get; set; }

    /// <summary>The directory that names are looked up in.</summary>
    public DirectoryService Directory => directory;

    /// <summary>Password hashes computed so far: what log-ins cost.</summary>
    public long HashesComputed => Interlocked.Read(ref hashed);

    /// <summary>Told after each attempt that was decided: log-in name, address, protocol, outcome. For logs and metrics; never holds a password.</summary>
    public event Action<string, IPEndPoint?, string, AuthenticationOutcome>? Attempted;

    /// <summary>Checks a log-in.</summary>
    /// <param name="login">Any form of the name (<see cref="DirectorySnapshot.FindByLogin"/>).</param>
    /// <param name="password">The account's password or one of its app passwords.</param>
    /// <param name="remote">Where it comes from; null for none (a command line, a Unix socket), which is not throttled.</param>
    /// <param name="protocol">For logs, e.g. <c>imap</c>.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public ValueTask<AuthenticationResult> AuthenticateAsync(
        string login, string password, IPEndPoint? remote, string protocol, CancellationToken cancellationToken = default)
    {
        var snapshot = directory.Current;

        // RFC 4013 2.3: such text is nobody's name and nobody's password.
        var account = SaslPreparation.IsProhibited(login) || SaslPreparation.IsProhibited(password) ? null : snapshot.FindByLogin(login);
        var origin = remote is null ? null : FailureCounter.Unit(remote.Address);
        if (account is { LoginEnabled: true } && password.Length <= options.MaxPasswordLength)
        {
            var key = verified.KeyOf(account.Id, password);
            if (verified.Find(key) is { } entry && ReferenceEquals(entry.Credentials, snapshot.CredentialsOf(account.Id)) && entry.CameFrom(origin)
                && !(entry.Credential is { } known && PasswordForms.LacksNt(account, known, directory.Key)))
                return new(Succeeded(snapshot, account, entry, login, remote, protocol));
        }

        return new(DecideAsync(snapshot, account, login, password, remote, origin, protocol, cancellationToken));
    }

    /// <summary>What SCRAM tells whoever gives that name. A name without an account gets a salt too, always the same.</summary>
    public ScramParameters ScramParametersOf(string login)
    {
        var snapshot = directory.Current;
        var account = snapshot.FindByLogin(login);
        if (account is { LoginEnabled: true } && snapshot.CredentialsOf(account.Id).Scram is { } own) return own;
        var octets = (directory.Key ?? processKey).Derive("scram-salt", LoginName.CountingKey(snapshot, account?.PrimaryAddress ?? login), ScramParameters.SaltLength + 1);

        // Accounts whose passwords are older than the configuration keep their iterations: names without an account have to have such too.
        var known = IterationsInUse(snapshot);
        return new(octets[..ScramParameters.SaltLength], known[octets[^1] % known.Length]);
    }

    /// <summary>Checks a log-in by SCRAM against each of the account's passwords.</summary>
    /// <param name="login">Any form of the name.</param>
    /// <param name="told">The salt and iterations that the client was told: verifiers of others are not looked at.</param>
    /// <param name="proves">Whether the client's proof is right for a verifier. Called for names without an account too.</param>
    /// <param name="remote">Where it comes from; null for none, which is not throttled.</param>
    /// <param name="protocol">For logs.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public Task<AuthenticationResult> CheckScramAsync(
        string login, ScramParameters told, Func<ScramVerifier, bool> proves, IPEndPoint? remote, string protocol, CancellationToken cancellationToken = default) =>
        DecideByProofAsync(
            login,
            (_, credential) => proves(credential?.Hash.Scram is { } own && own.Parameters.Equals(told) ? own : nobodysScram) && credential is not null,
            remote, protocol, cancellationToken);

    /// <summary>Checks a log-in by NTLM against each of the account's passwords that has an NT hash.</summary>
    /// <param name="login">Any form of the name.</param>
    /// <param name="proves">Whether the client's response is right for an NT hash. Called for names without an account too.</param>
    /// <param name="remote">Where it comes from; null for none, which is not throttled.</param>
    /// <param name="protocol">For logs.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public Task<AuthenticationResult> CheckNtAsync(string login, Func<byte[], bool> proves, IPEndPoint? remote, string protocol, CancellationToken cancellationToken = default)
    {
        var key = directory.Key ?? processKey;
        return DecideByProofAsync(
            login,
            (account, credential) =>
            {
                var own = account is { NtlmEnabled: true } && credential?.Hash.SealedNt is { } box ? NtHash.Open(key, box) : null;
                return proves(own ?? RandomNumberGenerator.GetBytes(16)) && own is not null;
            },
            remote, protocol, cancellationToken);
    }

    /// <summary>
    /// Lets in whom another authority vouches for (a Kerberos ticket, a signed token), or counts that it does not. There is nothing to guess, so others' failures lock nobody out;
    /// addresses are slowed down all the same.
    /// </summary>
    /// <param name="account">Whom it stands for; null: nobody here, or what was shown is not valid.</param>
    /// <param name="shown">The name for logs.</param>
    /// <param name="remote">Where it comes from; null for none, which is not throttled.</param>
    /// <param name="protocol">For logs.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    public async Task<AuthenticationResult> AcceptAsync(Account? account, string shown, IPEndPoint? remote, string protocol, CancellationToken cancellationToken = default)
    {
        var origin = remote is null ? null : FailureCounter.Unit(remote.Address);
        var wait = failures.TakeTurn(origin);
        if (wait > options.MaxWait) return Told(new(AuthenticationOutcome.Throttled, null, null, wait), shown, remote, protocol);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken);
        if (account is not { LoginEnabled: true })
        {
            failures.Failed($"shown:{(shown.Length > LoginName.MaxLength ? shown[..LoginName.MaxLength] : shown)}", origin);
            return Told(new(AuthenticationOutcome.InvalidCredentials, null, null, TimeSpan.Zero), shown, remote, protocol);
        }

        return Told(new(AuthenticationOutcome.Success, PrincipalOf(directory.Current, account), account, TimeSpan.Zero), shown, remote, protocol);
    }

    /// <summary>The principal of an account, its groups expanded; for what is authenticated in another way and for delegates.</summary>
    public static Principal PrincipalOf(DirectorySnapshot snapshot, Account account) =>
        new(account.Id, account.PrimaryAddress, [.. snapshot.GroupsOf(account)], account.IsAdministrator ? PrincipalKind.Administrator : PrincipalKind.Account);

    /// <inheritdoc/>
    public void Dispose() => hashing.Dispose();

    private async Task<AuthenticationResult> DecideAsync(
        DirectorySnapshot snapshot, Account? account, string login, string password, IPEndPoint? remote, IPAddress? origin, string protocol, CancellationToken cancellationToken)
    {
        var wait = failures.TakeTurn(origin);
        if (wait > options.MaxWait) return Told(new(AuthenticationOutcome.Throttled, null, null, wait), login, remote, protocol);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken);

        var name = account?.Id.ToString() ?? LoginName.CountingKey(snapshot, login);
        if (failures.IsLocked(name)) return Told(new(AuthenticationOutcome.LockedOut, null, null, TimeSpan.Zero), login, remote, protocol);

        var credentials = account is { LoginEnabled: true } ? snapshot.CredentialsOf(account.Id) : AccountCredentials.None;
        if (account is { LoginEnabled: true, External: not null } && password.Length <= options.MaxPasswordLength)
            return await DecideElsewhereAsync(snapshot, account, name, credentials, login, password, remote, origin, protocol, cancellationToken);

        var (busy, credential) = account is not null && verified.Find(verified.KeyOf(account.Id, password)) is { } before && ReferenceEquals(before.Credentials, credentials)
            ? (false, before.Credential)
            : await VerifyAsync(credentials, password, cancellationToken);
        if (busy) return Told(new(AuthenticationOutcome.Busy, null, null, TimeSpan.FromSeconds(5)), login, remote, protocol);
        var isBlocked = options.BlockWellKnownPasswords && credential?.Kind == CredentialKind.Password && WellKnownPasswords.Contains(password, account);
        if (account is null || credential is null || isBlocked)
        {
            failures.Failed(name, origin);
            return Told(new(AuthenticationOutcome.InvalidCredentials, null, null, TimeSpan.Zero), login, remote, protocol);
        }

        failures.Succeeded(name);
        var entry = verified.Add(verified.KeyOf(account.Id, password), credentials, credential);
        entry.AddOrigin(origin);
        var result = Succeeded(snapshot, account, entry, login, remote, protocol);
        if (PasswordForms.AreOutdated(options, account, credentials, credential, directory.Key)) await StrengthenAsync(credential, password, cancellationToken);
        return result;
    }

    /// <summary>One attempt that shows no password but proves to know it. Others' failures do not lock out an address that proved it before.</summary>
    private async Task<AuthenticationResult> DecideByProofAsync(
        string login, Func<Account?, Credential?, bool> proves, IPEndPoint? remote, string protocol, CancellationToken cancellationToken)
    {
        var snapshot = directory.Current;
        var account = snapshot.FindByLogin(login);
        var origin = remote is null ? null : FailureCounter.Unit(remote.Address);
        var wait = failures.TakeTurn(origin);
        if (wait > options.MaxWait) return Told(new(AuthenticationOutcome.Throttled, null, null, wait), login, remote, protocol);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time, cancellationToken);

        var name = account?.Id.ToString() ?? LoginName.CountingKey(snapshot, login);
        var credentials = account is { LoginEnabled: true } ? snapshot.CredentialsOf(account.Id) : AccountCredentials.None;
        var before = account is null ? default : proved.KeyOf(account.Id, []);
        var locked = failures.IsLocked(name);
        if (locked && !(account is not null && proved.Find(before) is { } entry && ReferenceEquals(entry.Credentials, credentials) && entry.CameFrom(origin)))
            return Told(new(AuthenticationOutcome.LockedOut, null, null, TimeSpan.Zero), login, remote, protocol);

        Credential? found = null;
        if (credentials.All.IsEmpty) proves(account, null);
        foreach (var credential in credentials.All)
        {
            if (proves(account, credential)) found = credential;
        }

        if (account is null || found is null)
        {
            failures.Failed(name, origin);
            return Told(new(locked ? AuthenticationOutcome.LockedOut : AuthenticationOutcome.InvalidCredentials, null, null, TimeSpan.Zero), login, remote, protocol);
        }

        failures.Succeeded(name);
        var known = proved.Find(before) is { } kept && ReferenceEquals(kept.Credentials, credentials) ? kept : proved.Add(before, credentials, null);
        known.AddOrigin(origin);
        if (found.Touch(time.GetUtcNow())) NoteUse(found);
        return Told(new(AuthenticationOutcome.Success, PrincipalOf(snapshot, account), account, TimeSpan.Zero), login, remote, protocol);
    }

    /// <summary>
    /// The other directory says whether the password is right; app passwords are ours. Takes at least the time of a password hash, as an unknown name does.
    /// What was right is remembered for a short time only: nobody tells us when it changes there.
    /// </summary>
    private async Task<AuthenticationResult> DecideElsewhereAsync(
        DirectorySnapshot snapshot, Account account, string name, AccountCredentials credentials, string login, string password, IPEndPoint? remote, IPAddress? origin, string protocol, CancellationToken cancellationToken)
    {
        var asking = External is { } external && password.Length > 0 ? external(account, password, cancellationToken).AsTask() : Task.FromResult<bool?>(false);
        var (busy, credential) = await VerifyAsync(new AccountCredentials([.. credentials.All.Where(c => c.Kind == CredentialKind.AppPassword)]), password, cancellationToken);
        var right = await asking;
        if (credential is null && right != true)
        {
            if (busy || right is null) return Told(new(AuthenticationOutcome.Busy, null, null, TimeSpan.FromSeconds(5)), login, remote, protocol);
            failures.Failed(name, origin);
            return Told(new(AuthenticationOutcome.InvalidCredentials, null, null, TimeSpan.Zero), login, remote, protocol);
        }

        failures.Succeeded(name);
        var entry = verified.Add(verified.KeyOf(account.Id, password), credentials, credential, credential is null ? options.ExternalCacheLifetime : null);
        entry.AddOrigin(origin);
        return Succeeded(snapshot, account, entry, login, remote, protocol);
    }

    /// <summary>All iterations that accounts are told, looked through at most once a minute.</summary>
    private int[] IterationsInUse(DirectorySnapshot snapshot)
    {
        var now = time.GetTimestamp();
        if (iterationsInUse is { } before && (ReferenceEquals(before.Snapshot, snapshot) || now - before.At < time.TimestampFrequency * 60)) return before.Counts;
        var counts = new SortedSet<int> { options.EffectiveScramIterations };
        foreach (var account in snapshot.Objects.OfType<Account>())
            if (snapshot.CredentialsOf(account.Id).Scram is { } own) counts.Add(own.Iterations);
        iterationsInUse = new(snapshot, now, [.. counts]);
        return iterationsInUse.Counts;
    }

    private AuthenticationResult Succeeded(DirectorySnapshot snapshot, Account account, VerifiedPasswords.Entry entry, string login, IPEndPoint? remote, string protocol)
    {
        if (entry.Known is not { } known || !ReferenceEquals(known.Snapshot, snapshot))
        {
            known = new(snapshot, PrincipalOf(snapshot, account));
            entry.Known = known;
        }

        if (entry.Credential is { } credential && credential.Touch(time.GetUtcNow())) NoteUse(credential);
        return Told(new(AuthenticationOutcome.Success, known.Principal, account, TimeSpan.Zero), login, remote, protocol);
    }

    private AuthenticationResult Told(AuthenticationResult result, string login, IPEndPoint? remote, string protocol)
    {
        Attempted?.Invoke(login, remote, protocol, result.Outcome);
        return result;
    }

    /// <summary>
    /// Which of the credentials the password is, in the time of one password hash whatever there is: without a password the nobody's hash is computed instead.
    /// </summary>
    private async Task<(bool Busy, Credential? Credential)> VerifyAsync(AccountCredentials credentials, string password, CancellationToken cancellationToken)
    {
        if (password.Length > options.MaxPasswordLength) return (false, null);

        // Accounts created together may share a hash: what was verified for one is known for all.
        var own = credentials.All.FirstOrDefault(c => c.Kind == CredentialKind.Password);
        if (own is not null && verified.Find(verified.KeyOf(own.Hash, password)) is not null) return (false, own);

        if (Interlocked.Increment(ref queued) > options.MaxHashQueue)
        {
            Interlocked.Decrement(ref queued);
            return (true, null);
        }

        try
        {
            await hashing.WaitAsync(cancellationToken);
            try
            {
                // Somebody may have verified the same while this waited.
                if (own is not null && verified.Find(verified.KeyOf(own.Hash, password)) is not null) return (false, own);
                return (false, await Task.Run(() => Verify(credentials, own, password), CancellationToken.None));
            }
            finally
            {
                hashing.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref queued);
        }
    }

    private Credential? Verify(AccountCredentials credentials, Credential? own, string password)
    {
        Interlocked.Increment(ref hashed);
        Credential? found = null;
        if (AppPassword.HasForm(password))
        {
            foreach (var credential in credentials.All)
            {
                if (credential.Kind == CredentialKind.AppPassword && credential.Hash.Verify(AppPassword.Normalise(password))) found = credential;
            }
        }

        if ((own?.Hash ?? nobody).Verify(password) && own is not null)
        {
            found = own;
            verified.Add(verified.KeyOf(own.Hash, password), AccountCredentials.None, null);
        }

        return found;
    }

    /// <summary>A password hashed with fewer iterations than now asked for is hashed anew while it is at hand.</summary>
    private async Task StrengthenAsync(Credential credential, string password, CancellationToken cancellationToken)
    {
        await hashing.WaitAsync(cancellationToken);
        try
        {
            var kept = PasswordForms.KeptScram(directory.Current.CredentialsOf(credential.AccountId));
            var hash = await Task.Run(() => PasswordForms.Make(options, password, kept, directory.Key), CancellationToken.None);
            await directory.CommitAsync(
                snapshot =>
                {
                    var batch = new DirectoryBatch();
                    if (snapshot.CredentialsOf(credential.AccountId).All.Contains(credential))
                        batch.Credentials.Add(new Credential(credential.Id, credential.AccountId, credential.Kind, credential.Name, credential.Created, hash, credential.LastUsed));
                    return batch;
                },
                cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The log-in is good all the same; the next one tries again.
        }
        finally
        {
            hashing.Release();
        }
    }

    private void NoteUse(Credential credential) => _ = Task.Run(async () =>
    {
        try
        {
            await directory.TouchCredentialsAsync([new(credential.Id, time.GetUtcNow())], CancellationToken.None);
        }
        catch (Exception)
        {
            // When it was last used is information for people; losing it must not fail a log-in.
        }
    });

    private sealed record Iterations(DirectorySnapshot Snapshot, long At, int[] Counts);
}
