namespace Rialto.Directory;

/// <summary>What passwords have to be like.</summary>
public static class PasswordRules
{
    private const int MaxLength = 512;

    /// <summary>Refuses a password that breaks a rule, saying which.</summary>
    /// <param name="options">The rules.</param>
    /// <param name="password">As it was typed.</param>
    /// <param name="account">Whose it shall be, as far as that is known: its names are no passwords.</param>
    /// <exception cref="DirectoryException">It breaks one.</exception>
    public static void Check(DirectoryOptions options, string password, Account? account)
    {
        if (password.Length < options.MinPasswordLength) throw Invalid($"The password has fewer than {options.MinPasswordLength} characters. Choose a longer one.");
        if (password.Length > MaxLength) throw Invalid($"The password has more than {MaxLength} characters. Choose a shorter one.");
        if (SaslPreparation.IsProhibited(password))
            throw Invalid("The password has a control character or another in it that passwords cannot have (RFC 4013). Choose one of letters, digits, signs and spaces.");
        if (options.RefuseWellKnownPasswords && WellKnownPasswords.Contains(password, account)) throw WellKnown();
    }

    /// <summary>The same, with the list that the configuration names.</summary>
    /// <exception cref="DirectoryException">It breaks a rule, or the list cannot be read.</exception>
    public static async Task CheckAsync(DirectoryOptions options, string password, Account? account, CancellationToken cancellationToken)
    {
        Check(options, password, account);
        if (!options.RefuseWellKnownPasswords || options.WellKnownPasswords.Length == 0) return;
        bool found;
        try
        {
            found = await WellKnownPasswords.ContainsAsync(options.WellKnownPasswords, password, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid($"The list of well-known passwords (directory.wellKnownPasswords) cannot be read: {e.Message}");
        }

        if (found) throw WellKnown();
    }

    private static DirectoryException WellKnown() =>
        Invalid("The password is one of those that are guessed first: a well-known one, a run of keys or a name of the account. Choose another, such as several words.");

    private static DirectoryException Invalid(string message) => new(DirectoryError.InvalidPassword, message);
}
