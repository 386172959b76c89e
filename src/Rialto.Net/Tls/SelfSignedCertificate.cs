// RFC 5280 4.1, 4.2.
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rialto.Net;

/// <summary>Makes the certificate that a server without a configured one begins with.</summary>
internal static class SelfSignedCertificate
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(825);

    public static X509Certificate2 Create(IReadOnlyList<string> names, SelfSignedKey kind, TimeProvider time)
    {
        var all = names.Append("localhost").Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(all[0].Length <= 64 ? all[0] : "localhost");

        using AsymmetricAlgorithm key = kind == SelfSignedKey.Rsa2048 ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key switch
        {
            RSA rsa => new CertificateRequest(subject.Build(), rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            ECDsa ec => new CertificateRequest(subject.Build(), ec, HashAlgorithmName.SHA256),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in all)
        {
            if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(name);
        }

        alternatives.AddIpAddress(IPAddress.Loopback);
        alternatives.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(alternatives.Build());

        // Its own authority, so that a client that is told to trust it can.
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        var usage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign | (kind == SelfSignedKey.Rsa2048 ? X509KeyUsageFlags.KeyEncipherment : 0);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));

        // A day back, for clients whose clock is slow.
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.Add(Lifetime));
    }

    /// <summary>Certificate and key as one PEM text.</summary>
    public static string ToPem(X509Certificate2 certificate)
    {
        using AsymmetricAlgorithm key = (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey() ?? certificate.GetRSAPrivateKey()!;
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}
