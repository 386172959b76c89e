// RFC 5929 (tls-unique, tls-server-end-point), RFC 4121 4.1.1.2 and RFC 2744 3.11 (their hash in GSS-API and NTLM), RFC 5056.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rialto.Net;

/// <summary>What ties a log-in to the TLS connection that it runs over, so that it cannot be passed on to another.</summary>
/// <param name="EndPoints">
/// The hash of the server's certificate (tls-server-end-point). Just after the certificate was replaced there are two: which one a connection began with is not always told.
/// </param>
/// <param name="Unique">
/// The first Finished message (tls-unique); null with TLS 1.3, which has none. .NET gives no exporter of keys, so there is no tls-exporter (RFC 9266).
/// </param>
public sealed record ChannelBindings(IReadOnlyList<byte[]> EndPoints, byte[]? Unique = null)
{
    /// <summary>Octets of the hash that NTLM carries.</summary>
    internal const int HashLength = 16;

    /// <summary>The hashes of tls-server-end-point as NTLM carries them, one after the other.</summary>
    internal byte[] Hashes => [.. EndPoints.SelectMany(e => HashOf([.. "tls-server-end-point:"u8, .. e]))];

    /// <summary>RFC 5929 4.1: the hash function of the certificate's signature, SHA-256 in place of MD5 and SHA-1, and where it names none.</summary>
    public static byte[] EndPointOf(X509Certificate2 certificate) => certificate.SignatureAlgorithm.Value switch
    {
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => SHA384.HashData(certificate.RawDataMemory.Span),
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => SHA512.HashData(certificate.RawDataMemory.Span),
        _ => SHA256.HashData(certificate.RawDataMemory.Span),
    };

    /// <summary>MD5 of gss_channel_bindings_struct with these application data and no addresses.</summary>
    internal static byte[] HashOf(ReadOnlySpan<byte> applicationData)
    {
        Span<byte> head = stackalloc byte[20];
        head.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], applicationData.Length);
        return NtlmCryptography.Md5(head, applicationData);
    }
}
