namespace Rialto.Directory;

/// <summary>Makes and completes the forms of a password.</summary>
internal static class PasswordForms
{
    /// <summary>All forms. The NT hash is dropped again when it is stored, unless the account uses NTLM.</summary>
    public static PasswordHash Make(AuthenticationOptions options, string password, ScramParameters? scram, SecretKey? key)
    {
        var hash = PasswordHash.Create(password, password, options.Iterations, scram ?? ScramParameters.Create(options.EffectiveScramIterations));
        return key is null ? hash : hash.With(hash.Scram, NtHash.Seal(key, password));
    }

    /// <summary>SCRAM's salt and iterations that a new password has to keep: those of the app passwords, which would work with SCRAM no more.</summary>
    public static ScramParameters? KeptScram(AccountCredentials credentials) =>
        credentials.All.FirstOrDefault(c => c.Kind == CredentialKind.AppPassword && c.Hash.Scram is not null)?.Hash.Scram!.Parameters;

    /// <summary>Whether a password that is at hand should be hashed anew: its hash is weaker than now asked for, SCRAM's has other iterations, or a form is missing.</summary>
    public static bool AreOutdated(AuthenticationOptions options, Account account, AccountCredentials credentials, Credential credential, SecretKey? key)
    {
        if (credential.Kind != CredentialKind.Password) return false;
        var hash = credential.Hash;
        if (hash.Iterations < options.Iterations || hash.Scram is null) return true;
        if (hash.Scram.Parameters is var has && (KeptScram(credentials) is { } kept ? !has.Equals(kept) : has.Iterations != options.EffectiveScramIterations)) return true;
        return LacksNt(account, credential, key);
    }

    /// <summary>Whether NTLM is wanted and cannot be spoken with this credential yet.</summary>
    public static bool LacksNt(Account account, Credential credential, SecretKey? key) =>
        account.NtlmEnabled && key is not null && credential.Kind == CredentialKind.Password && (credential.Hash.SealedNt is not { } box || NtHash.Open(key, box) is null);
}
