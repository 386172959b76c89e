// RFC 4513 5.2.3 (SASL EXTERNAL), RFC 5280 4.2.1.6 (subjectAltName), 4.2.1.12 (extended key usage); [MS-ADTS] 5.1.1.1.2 for the principal name in certificates.
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rialto.Directory;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Operations;

/// <summary>Whom a client's certificate names.</summary>
internal static class ClientCertificate
{
    private const string AlternativeName = "2.5.29.17";
    private const string PrincipalName = "1.3.6.1.4.1.311.20.2.3";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    /// <summary>Whether the certificate comes from one of the authorities, is good now, and is meant for clients.</summary>
    /// <exception cref="LdapException">The file of the authorities cannot be read.</exception>
    public static bool IsTrusted(X509Certificate2 certificate, string authorities, DateTimeOffset now)
    {
        var trusted = new X509Certificate2Collection();
        try
        {
            trusted.ImportFromPemFile(authorities);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new LdapException(ResultCode.Unavailable, "The certificate authorities cannot be read here.");
        }

        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(trusted);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = now.UtcDateTime;
        policy.ApplicationPolicy.Add(new Oid(ForClients));
        try
        {
            return chain.Build(certificate);
        }
        finally
        {
            foreach (var element in chain.ChainElements) element.Certificate.Dispose();
            foreach (var authority in trusted) authority.Dispose();
        }
    }

    /// <summary>The account that it names: by a mail address or principal name among its alternative names, or by its subject, which is then an entry's name here. Null: none that may log in.</summary>
    public static Account? Owner(X509Certificate2 certificate, LdapView everything)
    {
        foreach (var name in Names(certificate))
        {
            if (everything.Directory.FindByLogin(name) is { LoginEnabled: true } account) return account;
        }

        return DistinguishedName.Parse(certificate.SubjectName.Decode(X500DistinguishedNameFlags.Reversed)) is { Parts.Length: > 0 } subject && everything.Resolve(subject) is { Recipient: Account { LoginEnabled: true } owner }
            ? owner
            : null;
    }

    /// <summary>The mail addresses and principal names that it gives its owner.</summary>
    public static List<string> Names(X509Certificate2 certificate)
    {
        var names = new List<string>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value != AlternativeName) continue;
            try
            {
                var list = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (list.HasData)
                {
                    var tag = list.PeekTag();
                    if (tag.HasSameClassAndValue(new(TagClass.ContextSpecific, 1))) names.Add(list.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                    else if (tag.HasSameClassAndValue(new(TagClass.ContextSpecific, 0)))
                    {
                        var other = list.ReadSequence(tag);
                        if (other.ReadObjectIdentifier() == PrincipalName) names.Add(other.ReadSequence(new(TagClass.ContextSpecific, 0)).ReadCharacterString(UniversalTagNumber.UTF8String));
                    }
                    else list.ReadEncodedValue();
                }
            }
            catch (AsnContentException)
            {
                // What was read so far stands; the rest is none of ours.
            }
        }

        return names;
    }
}
