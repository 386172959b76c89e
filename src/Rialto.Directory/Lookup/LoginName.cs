using System.Text;

namespace Rialto.Directory;

/// <summary>The forms a log-in name comes in.</summary>
internal static class LoginName
{
    /// <summary>Longer is no log-in name: an address is 254 at most, a domain before the backslash 255.</summary>
    public const int MaxLength = 512;

    /// <summary>As it was typed, or by SASLprep (RFC 4013) where that makes another text of it.</summary>
    public static Account? Find(DirectorySnapshot directory, ReadOnlySpan<char> login) =>
        FindExactly(directory, login) ?? (Ascii.IsValid(login) || login.Length > MaxLength ? null : FindExactly(directory, SaslPreparation.Prepare(login.ToString())));

    private static Account? FindExactly(DirectorySnapshot directory, ReadOnlySpan<char> login)
    {
        login = login.Trim();
        if (login.IsEmpty || login.Length > MaxLength) return null;

        var backslash = login.IndexOf('\\');
        if (backslash < 0) return login.Contains('@') ? ByAddress(directory, login) : ByName(directory, login);

        var user = login[(backslash + 1)..];
        if (user.IsEmpty || user.Contains('\\')) return null;
        if (user.Contains('@')) return ByAddress(directory, user);
        if (backslash == 0) return ByName(directory, user);
        return DomainOf(directory, login[..backslash]) is { } domain ? InDomain(directory, domain, user) : null;
    }

    /// <summary>
    /// A key under which failures are counted, the same for every form of the name of one account that does not exist as it would be of one that does:
    /// otherwise the counters would tell which names exist.
    /// </summary>
    public static string CountingKey(DirectorySnapshot directory, ReadOnlySpan<char> login)
    {
        login = login.Trim();
        if (login.Length > MaxLength) login = login[..MaxLength];
        if (!Ascii.IsValid(login)) login = SaslPreparation.Prepare(login.ToString());
        var user = login[(login.IndexOf('\\') + 1)..];
        var domain = user.Length < login.Length && user.Length + 1 < login.Length ? DomainOf(directory, login[..(login.Length - user.Length - 1)]) : null;
        var at = user.LastIndexOf('@');
        if (at >= 0)
        {
            domain = directory.FindDomain(user[(at + 1)..]);
            if (domain is null) return login.ToString().ToLowerInvariant();
            user = user[..at];
        }

        domain ??= directory.DefaultDomain;
        return $"{user}@{domain?.Name}".ToLowerInvariant();
    }

    private static Domain? DomainOf(DirectorySnapshot directory, ReadOnlySpan<char> name) =>
        directory.DomainTable.FindNetbios(name) ?? directory.FindDomain(name);

    private static Account? ByName(DirectorySnapshot directory, ReadOnlySpan<char> name) =>
        (directory.ByLogonName.Find(name) ?? directory.ByAlias.Find(name)) as Account;

    /// <summary>Only an exact address: a tag after the plus sign, or the stand-in for postmaster, is where mail goes and nobody's name.</summary>
    private static Account? ByAddress(DirectorySnapshot directory, ReadOnlySpan<char> address)
    {
        // Stored addresses are in normal form, and an account's is always in an accepted domain.
        if (directory.ByAddress.Find(address) is { } exact) return exact as Account;
        if (!SmtpAddress.TryParse(address, out var parsed) || directory.FindDomain(parsed.Domain) is not { } domain) return null;
        return InDomain(directory, domain, parsed.LocalPart, addressOnly: true);
    }

    private static Account? InDomain(DirectorySnapshot directory, Domain domain, ReadOnlySpan<char> user, bool addressOnly = false)
    {
        if (directory.ByAddress.Find($"{user}@{domain.Name}") is Account account) return account;

        // A user principal name is log-on name@domain, and that need not be an address.
        return ByName(directory, user) is { } named && (!addressOnly || named.EffectiveLogonName.AsSpan().Equals(user, StringComparison.OrdinalIgnoreCase))
            && named.PrimaryAddress.AsSpan(named.PrimaryAddress.LastIndexOf('@') + 1).Equals(domain.Name, StringComparison.OrdinalIgnoreCase) ? named : null;
    }
}
