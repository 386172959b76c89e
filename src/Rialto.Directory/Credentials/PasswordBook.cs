namespace Rialto.Directory;

/// <summary>Sets and revokes passwords. They are hashed on another thread; nothing keeps the text.</summary>
public sealed class PasswordBook(DirectoryService directory, AuthenticationOptions? options = null)
{
    private readonly AuthenticationOptions options = options ?? new();

    /// <summary>Checks a new password against the rules and hashes it; for <see cref="DirectoryService.AddRangeAsync"/>, where accounts may share the result.</summary>
    /// <param name="password">As it was typed.</param>
    /// <param name="account">Whose it shall be; null where that is not known or there are many.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <exception cref="DirectoryException">The password breaks a rule.</exception>
    public async Task<PasswordHash> HashAsync(string password, Account? account = null, CancellationToken cancellationToken = default)
    {
        await PasswordRules.CheckAsync(directory.Options, password, account, cancellationToken);
        return await Task.Run(() => PasswordForms.Make(options, password, null, directory.Key), cancellationToken);
    }

    /// <summary>Sets an account's password. Every remembered verification of the old one is void at once, on other servers when they see the change.</summary>
    /// <exception cref="DirectoryException">There is no such account, or the password breaks a rule.</exception>
    public async Task SetAsync(Guid accountId, string password, CancellationToken cancellationToken = default)
    {
        await PasswordRules.CheckAsync(directory.Options, password, directory.Current.Find<Account>(accountId), cancellationToken);
        var hash = await Task.Run(() => PasswordForms.Make(options, password, PasswordForms.KeptScram(directory.Current.CredentialsOf(accountId)), directory.Key), cancellationToken);
        await directory.CommitAsync(
            snapshot =>
            {
                var batch = new DirectoryBatch();
                var id = snapshot.CredentialsOf(accountId).All.FirstOrDefault(c => c.Kind == CredentialKind.Password)?.Id ?? Guid.NewGuid();
                batch.Credentials.Add(new Credential(id, accountId, CredentialKind.Password, "", directory.Time.GetUtcNow(), hash, null));
                return batch;
            },
            cancellationToken);
    }

    /// <summary>Makes an app password and returns it, the only time that it is shown.</summary>
    /// <param name="accountId">Whose.</param>
    /// <param name="name">What it is for, 1 to 64 characters.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <exception cref="DirectoryException">There is no such account, it has too many, or the name is empty or too long.</exception>
    public async Task<NewAppPassword> AddAppPasswordAsync(Guid accountId, string name, CancellationToken cancellationToken = default)
    {
        name = name.Trim();
        if (name.Length is 0 or > 64) throw new DirectoryException(DirectoryError.InvalidName, "An app password needs a name of 1 to 64 characters, such as \"phone\".");
        var secret = AppPassword.Generate();
        var parameters = directory.Current.CredentialsOf(accountId).Scram ?? ScramParameters.Create(options.EffectiveScramIterations);
        var hash = await Task.Run(() => PasswordHash.Create(AppPassword.Normalise(secret), secret, PasswordHash.GeneratedIterations, parameters), cancellationToken);
        if (directory.Key is { } key && directory.Current.Find<Account>(accountId) is { NtlmEnabled: true }) hash = hash.With(hash.Scram, NtHash.Seal(key, secret));
        var credential = new Credential(Guid.NewGuid(), accountId, CredentialKind.AppPassword, name, directory.Time.GetUtcNow(), hash, null);
        await directory.CommitAsync(
            snapshot =>
            {
                var batch = new DirectoryBatch();
                batch.Credentials.Add(credential);
                return batch;
            },
            cancellationToken);
        return new(credential.Id, name, secret);
    }

    /// <summary>Revokes a credential: an app password, or the password itself.</summary>
    /// <exception cref="DirectoryException">The account has no such credential.</exception>
    public Task RevokeAsync(Guid accountId, Guid credentialId, CancellationToken cancellationToken = default) =>
        directory.CommitAsync(
            snapshot =>
            {
                if (!snapshot.CredentialsOf(accountId).All.Any(c => c.Id == credentialId))
                    throw new DirectoryException(DirectoryError.NotFound, "The account has no such app password; it may have been revoked already. List them and try again.");
                var batch = new DirectoryBatch();
                batch.RemovedCredentials.Add((accountId, credentialId));
                return batch;
            },
            cancellationToken);
}

/// <summary>A new app password; <paramref name="Secret"/> is not kept anywhere.</summary>
public sealed record NewAppPassword(Guid Id, string Name, string Secret)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => $"app password \"{Name}\"";
}
