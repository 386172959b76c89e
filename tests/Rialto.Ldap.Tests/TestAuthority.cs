using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rialto.Ldap.Tests;

/// <summary>A certificate authority of a test.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 own;

    public TestAuthority(string name = "CN=Test Authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        var now = TimeProvider.System.GetUtcNow();
        own = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }

    public string Pem => own.ExportCertificatePem();

    /// <summary>A certificate with its key: for a server at localhost, or for a client that the alternative names tell of.</summary>
    public X509Certificate2 Issue(string subject, bool forServer, string? email = null, string? principal = null, int days = 20)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName(subject), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(forServer ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2")], false));
        var names = new SubjectAlternativeNameBuilder();
        if (forServer)
        {
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
        }

        if (email is not null) names.AddEmailAddress(email);
        if (principal is not null) names.AddUserPrincipalName(principal);
        if (forServer || email is not null || principal is not null) request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var issued = request.Create(own, now.AddDays(-1), now.AddDays(days), RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(key);

        // A key that only lives in memory is not used in every handshake.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }

    public void Dispose() => own.Dispose();
}
