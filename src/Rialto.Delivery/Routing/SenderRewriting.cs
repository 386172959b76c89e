// The Sender Rewriting Scheme (Shevek 2004): mail that is passed on bears a sender of our own, so that SPF (RFC 7208) holds, and reports find their way back through us.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rialto.Directory;

namespace Rialto.Delivery;

/// <summary>Makes a reverse path of ours out of a stranger's, and the stranger's out of ours.</summary>
public static class SenderRewriting
{
    private const string Mark = "SRS0=";

    /// <summary>Letters of the hash: 25 bits, which guessing over SMTP does not get through while they count.</summary>
    private const int HashLength = 5;

    /// <summary>Days that a rewritten sender is good for: longer than any server tries.</summary>
    private const int GoodFor = 21;

    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The sender to use towards the outside: as it is when it is ours, or nobody's.</summary>
    public static string Rewrite(DirectorySnapshot directory, string sender, string fallback, DateTimeOffset now)
    {
        var at = sender.LastIndexOf('@');
        if (at <= 0 || directory.FindDomain(sender.AsSpan(at + 1)) is not null || directory.DefaultDomain is not { } home || directory.Organisation is not { MailSecret.Length: > 0 } organisation)
            return sender;
        var day = DayOf(now);
        var stamp = string.Concat(Digits[day >> 5], Digits[day & 31]);
        var local = $"{Mark}{HashOf(organisation.MailSecret, stamp, sender[(at + 1)..], sender[..at])}={stamp}={sender[(at + 1)..]}={sender[..at]}";
        var rewritten = $"{local}@{home.Name}";
        // A quoted or very long local part has no room for it.
        return SmtpAddress.TryParse(rewritten, out _) && !sender.StartsWith('"') ? rewritten : fallback;
    }

    /// <summary>The sender behind an address of ours; null when it is no such address, or was not made here lately.</summary>
    public static string? Restore(DirectorySnapshot directory, string address, DateTimeOffset now)
    {
        if (!address.StartsWith(Mark, StringComparison.OrdinalIgnoreCase) || directory.Organisation is not { MailSecret.Length: > 0 } organisation) return null;
        var at = address.LastIndexOf('@');
        if (at < 0 || directory.FindDomain(address.AsSpan(at + 1)) is null) return null;
        if (address[Mark.Length..at].Split('=', 4) is not [var hash, { Length: 2 } stamp, var domain, var local]) return null;
        var high = Digits.IndexOf(char.ToUpperInvariant(stamp[0]), StringComparison.Ordinal);
        var low = Digits.IndexOf(char.ToUpperInvariant(stamp[1]), StringComparison.Ordinal);
        if (high < 0 || low < 0 || ((DayOf(now) - ((high << 5) | low) + 1024) & 1023) > GoodFor) return null;
        var expected = HashOf(organisation.MailSecret, stamp, domain, local);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(hash.ToUpperInvariant())) ? $"{local}@{domain}" : null;
    }

    /// <summary>A secret for a new organisation.</summary>
    public static string NewSecret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    private static int DayOf(DateTimeOffset now) => (int)(now.ToUnixTimeSeconds() / 86_400 & 1023);

    /// <summary>Case does not count: servers on the way may change it.</summary>
    private static string HashOf(string secret, string stamp, string domain, string local)
    {
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{stamp}={domain}={local}".ToLower(CultureInfo.InvariantCulture)));
        return string.Create(HashLength, hash, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = Digits[from[i] & 31];
        });
    }
}
