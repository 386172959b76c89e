// NIST SP 800-38D (AES-GCM), RFC 5869 (HKDF).
using System.Security.Cryptography;
using System.Text;

namespace Rialto.Directory;

/// <summary>
/// A server's own secret: 32 random octets in a file beside the data, never in it. Servers over one database share the file. What is derived from it: the key that NT hashes are
/// encrypted with, and the salts that names without an account are answered with. Thread-safe.
/// </summary>
public sealed class SecretKey
{
    /// <summary>The file's name in the data directory.</summary>
    public const string FileName = "secret.key";

    private const int Length = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly byte[] key;

    private SecretKey(byte[] key) => this.key = key;

    /// <summary>A key for as long as the process.</summary>
    public static SecretKey CreateRandom() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Reads the file, or makes it, readable by its owner alone.</summary>
    /// <exception cref="InvalidDataException">The file is not 32 octets.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static SecretKey OpenOrCreate(string path)
    {
        if (!File.Exists(path)) Create(path);
        var octets = File.ReadAllBytes(path);
        return octets.Length == Length ? new(octets) : throw new InvalidDataException($"{path} has {octets.Length} bytes; a key has {Length}. Restore it from a backup, or remove it: NTLM then works for an account again once its password is set or used.");
    }

    /// <summary>Encrypts: nonce, cipher text, tag.</summary>
    /// <param name="purpose">What for; opens for the same alone.</param>
    /// <param name="plain">The secret.</param>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> plain)
    {
        var box = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        using var cipher = Cipher(purpose);
        cipher.Encrypt(box.AsSpan(0, NonceLength), plain, box.AsSpan(NonceLength, plain.Length), box.AsSpan(NonceLength + plain.Length), Encoding.UTF8.GetBytes(purpose));
        return box;
    }

    /// <summary>Decrypts; null when it was sealed with another key or for another purpose, or is damaged.</summary>
    public byte[]? Open(string purpose, ReadOnlySpan<byte> box)
    {
        if (box.Length < NonceLength + TagLength) return null;
        var plain = new byte[box.Length - NonceLength - TagLength];
        using var cipher = Cipher(purpose);
        try
        {
            cipher.Decrypt(box[..NonceLength], box[NonceLength..^TagLength], box[^TagLength..], plain, Encoding.UTF8.GetBytes(purpose));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Octets that look random and are always the same for one text.</summary>
    public byte[] Derive(string purpose, string text, int length) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, length, info: Encoding.UTF8.GetBytes($"{purpose}\0{text}"));

    /// <summary>Says nothing of the key.</summary>
    public override string ToString() => "(key)";

    private AesGcm Cipher(string purpose) => new(Derive("seal", purpose, Length), TagLength);

    private static void Create(string path)
    {
        // Written beside and moved into place without replacing: two servers that start at once over one directory agree on the first one's.
        var beside = $"{path}.{Environment.ProcessId}.new";
        var creation = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) creation.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(beside, creation))
        {
            file.Write(RandomNumberGenerator.GetBytes(Length));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(beside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(beside);
        }
    }
}
