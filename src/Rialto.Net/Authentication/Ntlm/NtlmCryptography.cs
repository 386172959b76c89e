// [MS-NLMP] 3.3.1 (NTLMv1), 3.3.2 (NTLMv2), 3.4.5 (keys), 6 (RC4, HMAC_MD5, CRC32).
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Rialto.Directory;

namespace Rialto.Net;

/// <summary>The functions that NTLM is made of. Their weakness (MD5, RC4) is the protocol's: what they protect runs inside TLS.</summary>
internal static class NtlmCryptography
{
    public const int KeyLength = 16;

    /// <summary>NTOWFv2: HMAC_MD5 under the NT hash of the upper-case user and the domain as it stands.</summary>
    public static byte[] ResponseKey(ReadOnlySpan<byte> ntHash, string user, string domain) =>
        Hmac(ntHash, MemoryMarshal.AsBytes((user.ToUpperInvariant() + domain).AsSpan()));

    /// <summary>SessionBaseKey of version 1: MD4 of the NT hash.</summary>
    public static byte[] SessionKeyOfVersion1(ReadOnlySpan<byte> ntHash) => NtHash.Of(MemoryMarshal.Cast<byte, char>(ntHash));

#pragma warning disable CA5351 // The protocol says MD5.
    public static byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) => HMACMD5.HashData(key, data);

    public static byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.MD5, key);
        hmac.AppendData(first);
        hmac.AppendData(second);
        return hmac.GetHashAndReset();
    }

    public static byte[] Md5(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(first);
        hash.AppendData(second);
        return hash.GetHashAndReset();
    }
#pragma warning restore CA5351

    /// <summary>The checksum of ISO 3309, as in PNG and Ethernet.</summary>
    public static uint Crc32(ReadOnlySpan<byte> data)
    {
        var crc = ~0u;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }

        return ~crc;
    }

    /// <summary>3.4.5.2, with extended session security. The constants end with a NUL.</summary>
    public static byte[] SignKey(ReadOnlySpan<byte> exported, bool client) =>
        Md5(exported, client ? "session key to client-to-server signing key magic constant\0"u8 : "session key to server-to-client signing key magic constant\0"u8);

    /// <summary>3.4.5.3, with extended session security.</summary>
    public static byte[] SealKey(ReadOnlySpan<byte> exported, NtlmFlags flags, bool client)
    {
        var used = exported[..((flags & NtlmFlags.Key128) != 0 ? 16 : (flags & NtlmFlags.Key56) != 0 ? 7 : 5)];
        return Md5(used, client ? "session key to client-to-server sealing key magic constant\0"u8 : "session key to server-to-client sealing key magic constant\0"u8);
    }
}

/// <summary>RC4 with its running state.</summary>
internal sealed class Rc4
{
    private readonly byte[] s = new byte[256];
    private byte i;
    private byte j;

    public Rc4(ReadOnlySpan<byte> key)
    {
        for (var n = 0; n < 256; n++) s[n] = (byte)n;
        byte k = 0;
        for (var n = 0; n < 256; n++)
        {
            k += (byte)(s[n] + key[n % key.Length]);
            (s[n], s[k]) = (s[k], s[n]);
        }
    }

    /// <summary>Encrypts or decrypts in place.</summary>
    public void Transform(Span<byte> data)
    {
        foreach (ref var b in data)
        {
            i++;
            j += s[i];
            (s[i], s[j]) = (s[j], s[i]);
            b ^= s[(byte)(s[i] + s[j])];
        }
    }
}
