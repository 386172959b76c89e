// RFC 5802 3 (StoredKey, ServerKey), RFC 7677 (SHA-256), RFC 5803 (text form).
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Rialto.Directory;

/// <summary>What SCRAM tells a client before it proves anything: one for an account, shared by all its passwords.</summary>
/// <param name="Salt">16 octets.</param>
/// <param name="Iterations">PBKDF2 iterations.</param>
public sealed record ScramParameters(byte[] Salt, int Iterations)
{
    /// <summary>RFC 7677 4: fewer are not to be offered.</summary>
    public const int MinIterations = 4_096;

    /// <summary>Cyrus's library (mbsync, OpenLDAP's programs, Postfix, KMail) refuses to compute more, and then tries no other way.</summary>
    public const int MaxTaken = 65_536;

    internal const int SaltLength = 16;

    /// <summary>A new random salt.</summary>
    public static ScramParameters Create(int iterations) => new(RandomNumberGenerator.GetBytes(SaltLength), Math.Max(MinIterations, iterations));

    /// <inheritdoc/>
    public bool Equals(ScramParameters? other) => other is not null && Iterations == other.Iterations && Salt.AsSpan().SequenceEqual(other.Salt);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Iterations, Salt[0], Salt[^1]);
}

/// <summary>What a server keeps to check SCRAM-SHA-256: a client's proof is checked with it, but it logs nobody in.</summary>
public sealed class ScramVerifier
{
    private const string Prefix = "SCRAM-SHA-256$";
    private const int KeyLength = 32;

    private readonly byte[] storedKey;
    private readonly byte[] serverKey;

    private ScramVerifier(ScramParameters parameters, byte[] storedKey, byte[] serverKey)
    {
        Parameters = parameters;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    public ScramParameters Parameters { get; }

    /// <summary>Makes one: costs as much as the iterations say.</summary>
    public static ScramVerifier Create(ReadOnlySpan<char> password, ScramParameters parameters)
    {
        var prepared = Encoding.UTF8.GetBytes(SaslPreparation.Prepare(password.ToString()));
        Span<byte> salted = stackalloc byte[KeyLength];
        Span<byte> clientKey = stackalloc byte[KeyLength];
        try
        {
            Rfc2898DeriveBytes.Pbkdf2(prepared, parameters.Salt, salted, parameters.Iterations, HashAlgorithmName.SHA256);
            HMACSHA256.HashData(salted, "Client Key"u8, clientKey);
            return new(parameters, SHA256.HashData(clientKey), HMACSHA256.HashData(salted, "Server Key"u8));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(prepared);
            CryptographicOperations.ZeroMemory(salted);
            CryptographicOperations.ZeroMemory(clientKey);
        }
    }

    /// <summary>One that no proof fits, for names without an account: the same work, never a success.</summary>
    public static ScramVerifier CreateForNobody() => new(ScramParameters.Create(0), RandomNumberGenerator.GetBytes(KeyLength), RandomNumberGenerator.GetBytes(KeyLength));

    /// <summary>Whether the client's proof is right. RFC 5802 3: ClientKey = proof XOR HMAC(StoredKey, AuthMessage).</summary>
    public bool Verify(ReadOnlySpan<byte> authMessage, ReadOnlySpan<byte> proof)
    {
        if (proof.Length != KeyLength) return false;
        Span<byte> clientKey = stackalloc byte[KeyLength];
        HMACSHA256.HashData(storedKey, authMessage, clientKey);
        for (var i = 0; i < KeyLength; i++) clientKey[i] ^= proof[i];
        Span<byte> hash = stackalloc byte[KeyLength];
        SHA256.HashData(clientKey, hash);
        CryptographicOperations.ZeroMemory(clientKey);
        return CryptographicOperations.FixedTimeEquals(hash, storedKey);
    }

    /// <summary>What proves to the client that the server knows it.</summary>
    public byte[] ServerSignature(ReadOnlySpan<byte> authMessage) => HMACSHA256.HashData(serverKey, authMessage);

    /// <summary>The text form for storage: <c>SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY</c>.</summary>
    public string Encode() => string.Create(
        CultureInfo.InvariantCulture, $"{Prefix}{Parameters.Iterations}:{Convert.ToBase64String(Parameters.Salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}");

    /// <summary>Parses the text form.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ScramVerifier? result)
    {
        result = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        Span<Range> parts = stackalloc Range[5];
        text = text[Prefix.Length..];
        if (text.SplitAny(parts, ":$") != 4) return false;
        if (!int.TryParse(text[parts[0]], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations < ScramParameters.MinIterations) return false;
        var salt = new byte[ScramParameters.SaltLength];
        var stored = new byte[KeyLength];
        var server = new byte[KeyLength];
        if (!Reads(text[parts[1]], salt) || !Reads(text[parts[2]], stored) || !Reads(text[parts[3]], server)) return false;
        result = new(new(salt, iterations), stored, server);
        return true;
    }

    /// <summary>Says nothing of the keys.</summary>
    public override string ToString() => "(SCRAM verifier)";

    private static bool Reads(ReadOnlySpan<char> text, byte[] into) => Convert.TryFromBase64Chars(text, into, out var length) && length == into.Length;
}
