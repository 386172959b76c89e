// RFC 5280 4.1, 4.2: an authority of the server's own, and the certificate that it gives the server.
using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rialto.Net;

/// <summary>
/// Makes the certificates that a server without a configured one begins with. Two of them: programs do not take a certificate that may sign others for a server's (Mozilla's above all), and who
/// trusts the authority need not do so again when the server's certificate is renewed.
/// </summary>
internal static class GeneratedCertificate
{
    /// <summary>The longest that clients take of an authority that was added by hand (Apple's, since iOS 13).</summary>
    private static readonly TimeSpan ServerLifetime = TimeSpan.FromDays(825);

    private static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(3_650);

    /// <summary>The authority, with its key. It signs servers' certificates alone.</summary>
    public static X509Certificate2 CreateAuthority(string name, SelfSignedKey kind, TimeProvider time)
    {
        using var key = CreateKey(kind);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(name.Length <= 40 ? $"Rialto authority of {name}" : "Rialto authority");

        // Two authorities of one name are told apart by it.
        subject.Add("2.5.4.5", Convert.ToHexString(RandomNumberGenerator.GetBytes(4)), UniversalTagNumber.PrintableString);
        var request = RequestOf(subject.Build(), key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.Add(AuthorityLifetime));
    }

    /// <summary>The server's certificate, with its key.</summary>
    /// <param name="names">Its names and addresses, the first as its subject; <c>localhost</c> and the loopback addresses are added.</param>
    /// <param name="key">Its key: the one that it had before, where it had one, so that what others know of it (TLSA records) stays right.</param>
    /// <param name="authority">Who signs.</param>
    /// <param name="time">The clock.</param>
    public static X509Certificate2 Create(IReadOnlyList<string> names, AsymmetricAlgorithm key, X509Certificate2 authority, TimeProvider time)
    {
        var all = names.Append("localhost").Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(all[0].Length <= 64 ? all[0] : "localhost");
        var request = RequestOf(subject.Build(), key);
        request.CertificateExtensions.Add(Alternatives(all));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | (key is RSA ? X509KeyUsageFlags.KeyEncipherment : 0), true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));

        // A day back, for clients whose clock is slow; never beyond the authority's own time.
        var now = time.GetUtcNow();
        var from = Later(now.AddDays(-1), authority.NotBefore);
        var until = now.Add(ServerLifetime);
        if (authority.NotAfter.ToUniversalTime() < until.UtcDateTime) until = authority.NotAfter.ToUniversalTime();
        Span<byte> serial = stackalloc byte[16];
        RandomNumberGenerator.Fill(serial);
        serial[0] &= 0x7F;
        serial[0] |= 0x40;
        using var signer = (AsymmetricAlgorithm?)authority.GetECDsaPrivateKey() ?? authority.GetRSAPrivateKey()!;
        using var made = request.Create(authority.SubjectName, GeneratorOf(signer), from, until, serial);
        return key switch
        {
            RSA rsa => made.CopyWithPrivateKey(rsa),
            _ => made.CopyWithPrivateKey((ECDsa)key),
        };
    }

    /// <summary>Whether a certificate has all the names and addresses.</summary>
    public static bool HasNames(X509Certificate2 certificate, IReadOnlyList<string> names)
    {
        if (certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault() is not { } has) return false;
        var wanted = new X509SubjectAlternativeNameExtension(Alternatives(names).RawData);
        return !wanted.EnumerateDnsNames().Except(has.EnumerateDnsNames(), StringComparer.OrdinalIgnoreCase).Any() && !wanted.EnumerateIPAddresses().Except(has.EnumerateIPAddresses()).Any();
    }

    public static AsymmetricAlgorithm CreateKey(SelfSignedKey kind) => kind == SelfSignedKey.Rsa2048 ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>Whether a key is of the kind.</summary>
    public static bool IsOf(AsymmetricAlgorithm key, SelfSignedKey kind) => kind == SelfSignedKey.Rsa2048 ? key is RSA : key is ECDsa;

    /// <summary>The key of a certificate.</summary>
    public static AsymmetricAlgorithm? KeyOf(X509Certificate2 certificate) => (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey() ?? certificate.GetRSAPrivateKey();

    /// <summary>Certificate, those above it, and its key as one PEM text.</summary>
    public static string ToPem(X509Certificate2 certificate, params ReadOnlySpan<X509Certificate2> above)
    {
        using var key = KeyOf(certificate)!;
        var text = new System.Text.StringBuilder(certificate.ExportCertificatePem()).Append('\n');
        foreach (var one in above) text.Append(one.ExportCertificatePem()).Append('\n');
        return text.Append(key.ExportPkcs8PrivateKeyPem()).Append('\n').ToString();
    }

    private static X509Extension Alternatives(IEnumerable<string> names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(name);
        }

        alternatives.AddIpAddress(IPAddress.Loopback);
        alternatives.AddIpAddress(IPAddress.IPv6Loopback);
        return alternatives.Build();
    }

    private static CertificateRequest RequestOf(X500DistinguishedName subject, AsymmetricAlgorithm key) => key switch
    {
        RSA rsa => new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        ECDsa ec => new CertificateRequest(subject, ec, HashAlgorithmName.SHA256),
        _ => throw new ArgumentException("Keys are RSA or ECDSA.", nameof(key)),
    };

    private static X509SignatureGenerator GeneratorOf(AsymmetricAlgorithm key) =>
        key is RSA rsa ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1) : X509SignatureGenerator.CreateForECDsa((ECDsa)key);

    private static DateTimeOffset Later(DateTimeOffset a, DateTime b) => a.UtcDateTime > b.ToUniversalTime() ? a : new DateTimeOffset(b.ToUniversalTime());
}
