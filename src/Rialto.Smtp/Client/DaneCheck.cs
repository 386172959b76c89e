// RFC 6698 2.1 (TLSA), RFC 7671 5 (usages), RFC 7672 3.1 (which of them count for SMTP: DANE-TA and DANE-EE).
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rialto.Net.Dns;

namespace Rialto.Smtp.Client;

/// <summary>Whether a server's certificate is the one that its domain publishes in DNS.</summary>
internal static class DaneCheck
{
    private const byte TrustAnchor = 2;
    private const byte EndEntity = 3;

    /// <summary>The records that can be used; others are as if they were not there. RFC 7672 3.1.3.</summary>
    public static IReadOnlyList<DnsTlsa> Usable(IEnumerable<DnsTlsa> records) =>
        [.. records.Where(r => r is { Usage: TrustAnchor or EndEntity, Selector: 0 or 1, MatchingType: 0 or 1 or 2, Data.Length: > 0 })];

    /// <summary>Whether one of the records fits.</summary>
    /// <param name="names">The names that a certificate below a trust anchor may have.</param>
    public static bool Fits(IReadOnlyList<DnsTlsa> records, IReadOnlyList<string> names, X509Certificate2 certificate, X509Chain? chain, DateTimeOffset now)
    {
        // 3.1.1: of an end entity neither its names nor its dates are looked at: the record says it all.
        if (records.Any(r => r.Usage == EndEntity && Matches(r, certificate))) return true;
        var anchors = records.Where(r => r.Usage == TrustAnchor).ToList();
        if (anchors.Count == 0 || !names.Any(n => certificate.MatchesHostname(n))) return false;
        var sent = new List<X509Certificate2>();
        if (chain is not null)
        {
            sent.AddRange(chain.ChainElements.Select(e => e.Certificate));
            sent.AddRange(chain.ChainPolicy.ExtraStore);
        }

        return sent.Where(c => anchors.Exists(a => Matches(a, c))).Any(anchor => LeadsTo(anchor, certificate, sent, now));
    }

    private static bool Matches(DnsTlsa record, X509Certificate2 certificate)
    {
        var data = record.Selector == 0 ? certificate.RawData : certificate.PublicKey.ExportSubjectPublicKeyInfo();
        var value = record.MatchingType switch
        {
            0 => data,
            1 => SHA256.HashData(data),
            _ => SHA512.HashData(data),
        };
        return Convert.ToHexStringLower(value).Equals(record.Data, StringComparison.OrdinalIgnoreCase);
    }

    private static bool LeadsTo(X509Certificate2 anchor, X509Certificate2 certificate, IEnumerable<X509Certificate2> between, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(anchor);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        // The anchor may stand in the middle of its authority's chain.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority;
        foreach (var other in between) chain.ChainPolicy.ExtraStore.Add(other);
        return chain.Build(certificate) && chain.ChainElements.Any(e => e.Certificate.RawDataMemory.Span.SequenceEqual(anchor.RawDataMemory.Span));
    }
}
