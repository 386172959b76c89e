// RFC 5652 5: signed data, as devices expect a profile to come.
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace Rialto.Autodiscover.Apple;

/// <summary>Signs a profile with the server's certificate: devices show it as verified, by the same trust as the server.</summary>
internal static class ProfileSignature
{
    public static byte[] Sign(byte[] profile, X509Certificate2 certificate, IReadOnlyList<X509Certificate2> chain)
    {
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate)
        {
            DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1", "sha256"),
            IncludeOption = X509IncludeOption.EndCertOnly,
        };
        foreach (var above in chain)
            signer.Certificates.Add(above);
        signer.SignedAttributes.Add(new Pkcs9SigningTime());
        var signed = new SignedCms(new ContentInfo(profile));
        signed.ComputeSignature(signer, silent: true);
        return signed.Encode();
    }
}
