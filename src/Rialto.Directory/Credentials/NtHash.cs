// [MS-NLMP] 3.3.1 NTOWFv1.
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Rialto.Directory;

/// <summary>
/// The secret of NTLM: whoever has it logs in as if with the password, and guesses the password fast. So it is made for accounts that ask for it alone, and lies encrypted under
/// a key that is not in the database.
/// </summary>
public static class NtHash
{
    private const string Purpose = "nt-hash";

    /// <summary>MD4 of the password in UTF-16: 16 octets.</summary>
    public static byte[] Of(ReadOnlySpan<char> password) => Md4.Hash(MemoryMarshal.AsBytes(password));

    internal static byte[] Seal(SecretKey key, ReadOnlySpan<char> password)
    {
        var hash = Of(password);
        try
        {
            return key.Seal(Purpose, hash);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(hash);
        }
    }

    /// <summary>The hash; null when the key is another one.</summary>
    internal static byte[]? Open(SecretKey key, ReadOnlySpan<byte> box) => key.Open(Purpose, box) is { Length: 16 } hash ? hash : null;
}
