// RFC 8018 5.2 PBKDF2 with HMAC-SHA-512; RFC 4013 (SASLprep).
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Rialto.Directory;

/// <summary>
/// A password's hash with what is needed to check it. Text form: <c>$pbkdf2-sha512$1$ITERATIONS$SALT$HASH</c>, the two last in base64; the 1 is the encoding's version.
/// The password is taken as UTF-8 of its form by SASLprep; what was set before that was so is found by its NFC form. Beside it go the other forms that one secret is checked in: SCRAM's, and NTLM's where the account asks for it.
/// </summary>
public sealed class PasswordHash
{
    /// <summary>The iterations for passwords that people choose (OWASP 2023 for SHA-512).</summary>
    public const int DefaultIterations = 210_000;

    /// <summary>The iterations for app passwords: 75 random bits cannot be guessed, stretching adds nothing.</summary>
    public const int GeneratedIterations = 100;

    private const int SaltLength = 16;
    private const int HashLength = 64;
    private const int MaxIterations = 10_000_000;
    private const string Prefix = "$pbkdf2-sha512$1$";

    private readonly byte[] salt;
    private readonly byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash, ScramVerifier? scram = null, byte[]? sealedNt = null)
    {
        Iterations = iterations;
        this.salt = salt;
        this.hash = hash;
        Scram = scram;
        SealedNt = sealedNt;
    }

    /// <summary>PBKDF2 iterations.</summary>
    public int Iterations { get; }

    /// <summary>What SCRAM is checked with; null for one that was stored before there was SCRAM, until the password is next used.</summary>
    public ScramVerifier? Scram { get; }

    /// <summary>The NT hash, encrypted; null where the account does not use NTLM.</summary>
    internal byte[]? SealedNt { get; }

    internal ReadOnlySpan<byte> Salt => salt;

    internal ReadOnlySpan<byte> Hash => hash;

    /// <summary>
    /// Hashes a password, for SCRAM too: about 0.3 s of CPU at the default iterations. Reuse the result for accounts that share a password (bulk creation of demo accounts).
    /// </summary>
    public static PasswordHash Create(ReadOnlySpan<char> password, int iterations = DefaultIterations) =>
        Create(password, password, iterations, ScramParameters.Create(ScramIterationsFor(iterations)));

    /// <summary>
    /// The iterations of SCRAM's PBKDF2 with SHA-256 that are worth as many with SHA-512 (600,000 for 210,000, OWASP 2023), as far as clients go along: <see cref="ScramParameters.MaxTaken"/>.
    /// </summary>
    public static int ScramIterationsFor(int iterations) => (int)Math.Clamp(iterations * 20L / 7, ScramParameters.MinIterations, ScramParameters.MaxTaken);

    /// <summary>The same with other forms beside it.</summary>
    internal PasswordHash With(ScramVerifier? scram, byte[]? sealedNt) => ReferenceEquals(scram, Scram) && ReferenceEquals(sealedNt, SealedNt) ? this : new(Iterations, salt, hash, scram, sealedNt);

    /// <param name="password">As it is hashed.</param>
    /// <param name="shown">As it is typed into clients: SCRAM has no room for other spellings.</param>
    /// <param name="iterations">Of the hash.</param>
    /// <param name="scram">SCRAM's salt and iterations; null for none.</param>
    internal static PasswordHash Create(ReadOnlySpan<char> password, ReadOnlySpan<char> shown, int iterations, ScramParameters? scram)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return new PasswordHash(iterations, salt, Derive(password, salt, iterations), scram is null ? null : ScramVerifier.Create(shown, scram));
    }

    /// <summary>Whether the password is the one; takes the time of the hash either way.</summary>
    public bool Verify(ReadOnlySpan<char> password)
    {
        if (CryptographicOperations.FixedTimeEquals(Derive(password, salt, Iterations), hash)) return true;
        return ComposedForm(password) is { } earlier && CryptographicOperations.FixedTimeEquals(DeriveExactly(earlier, salt, Iterations), hash);
    }

    /// <summary>The password's NFC form where SASLprep makes another of it; null for nearly all.</summary>
    private static string? ComposedForm(ReadOnlySpan<char> password)
    {
        if (Ascii.IsValid(password)) return null;
        var text = password.ToString();
        if (SmtpAddress.IsWellFormed(text)) text = text.Normalize(NormalizationForm.FormC);
        return text == SaslPreparation.Prepare(text) ? null : text;
    }

    /// <summary>Parses the text form.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PasswordHash? result)
    {
        result = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        text = text[Prefix.Length..];
        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, '$') != 3) return false;
        if (!int.TryParse(text[parts[0]], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > MaxIterations) return false;
        var salt = new byte[SaltLength];
        var hash = new byte[HashLength];
        if (!Convert.TryFromBase64Chars(text[parts[1]], salt, out var saltLength) || saltLength != SaltLength) return false;
        if (!Convert.TryFromBase64Chars(text[parts[2]], hash, out var hashLength) || hashLength != HashLength) return false;
        result = new PasswordHash(iterations, salt, hash);
        return true;
    }

    /// <summary>The text form for storage. Not a secret like the password, but not for logs either.</summary>
    public string Encode() =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");

    /// <summary>Says nothing of the hash.</summary>
    public override string ToString() => "(password hash)";

    private static byte[] Derive(ReadOnlySpan<char> password, byte[] salt, int iterations)
    {
        return Ascii.IsValid(password) ? DeriveExactly(password, salt, iterations) : DeriveExactly(SaslPreparation.Prepare(password.ToString()), salt, iterations);
    }

    private static byte[] DeriveExactly(ReadOnlySpan<char> text, byte[] salt, int iterations)
    {
        // Lone surrogates become replacement characters: any text is hashed, none an exception.
        var octets = new byte[Encoding.UTF8.GetByteCount(text)];
        try
        {
            Encoding.UTF8.GetBytes(text, octets);
            return Rfc2898DeriveBytes.Pbkdf2(octets, salt, iterations, HashAlgorithmName.SHA512, HashLength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }
}
