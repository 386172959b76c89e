// RFC 5321 5 (MX), RFC 7208 (SPF), RFC 7489 (DMARC), RFC 6186 3 and RFC 8314 5.1 (SRV of mail), [MS-OXDISCO] 3.1.5.2 (autodiscover), RFC 7672 2 (TLSA), RFC 8659 (CAA),
// RFC 8461 3.1 (MTA-STS), RFC 8460 3 (reports of TLS).
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rialto.Net;
using Rialto.Net.Dns;
using Rialto.Server.Hosting;

namespace Rialto.Server.Records;

/// <summary>How much a record matters.</summary>
internal enum RecordNeed
{
    /// <summary>Without it mail or clients fail.</summary>
    Required,

    /// <summary>Without it mail is trusted less, or people type what clients could find.</summary>
    Recommended,

    /// <summary>It makes something safer, and has conditions.</summary>
    Optional,
}

/// <summary>A record that a domain needs.</summary>
/// <param name="Name">Its owner, in full, without the dot at its end.</param>
/// <param name="Type">Its type.</param>
/// <param name="Data">What it says; null where only the administrator knows (the server's address).</param>
/// <param name="Need">How much it matters.</param>
/// <param name="Purpose">What it is for.</param>
internal sealed record DomainRecord(string Name, DnsRecordType Type, DnsData? Data, RecordNeed Need, string Purpose);

/// <summary>What the records are made of.</summary>
/// <param name="HostName">The server's name.</param>
/// <param name="Addresses">Its addresses, as others reach it; empty where they are not known.</param>
/// <param name="Listeners">What it serves.</param>
/// <param name="Certificate">Its certificate; null where it cannot be read.</param>
/// <param name="TlsPolicy">What is served of <see cref="MtaStsPolicy"/>; null for nothing.</param>
internal sealed record RecordSource(string HostName, IReadOnlyList<IPAddress> Addresses, IReadOnlyList<PlannedListener> Listeners, X509Certificate2? Certificate, string? TlsPolicy);

/// <summary>Every record of a domain, for what this server serves: nothing is listed that nobody answers at.</summary>
internal static class DomainRecords
{
    /// <summary>
    /// Services that clients look up, by the listener that serves them. RFC 6186 3, RFC 8314 5.1, RFC 2782 (ldap). RFC 6186 3.3: what has the lower priority number is preferred, IMAP here, and
    /// each with TLS from the start (RFC 8314 4.5.2).
    /// </summary>
    private static readonly (string Listener, string Service, ushort Priority, string Purpose)[] s_services =
    [
        ("imaps", "_imaps._tcp", 0, "mail programs find IMAP over TLS"),
        ("imap", "_imap._tcp", 1, "mail programs find IMAP with STARTTLS"),
        ("pop3s", "_pop3s._tcp", 10, "mail programs find POP3 over TLS"),
        ("pop3", "_pop3._tcp", 11, "mail programs find POP3 with STARTTLS"),
        ("submissions", "_submissions._tcp", 0, "mail programs find where to send, over TLS"),
        ("submission", "_submission._tcp", 1, "mail programs find where to send, with STARTTLS"),
        ("ldaps", "_ldaps._tcp", 0, "address books find the directory over TLS"),
        ("ldap", "_ldap._tcp", 0, "address books find the directory"),
    ];

    /// <summary>Certificate authorities by the organisation in their certificates, and the domain that CAA knows them by.</summary>
    private static readonly (string Organisation, string Domain)[] s_authorities =
    [
        ("Let's Encrypt", "letsencrypt.org"), ("DigiCert", "digicert.com"), ("Sectigo", "sectigo.com"), ("ZeroSSL", "sectigo.com"), ("Google Trust Services", "pki.goog"),
        ("GlobalSign", "globalsign.com"), ("Buypass", "buypass.com"), ("SSL Corp", "ssl.com"), ("GoDaddy", "godaddy.com"), ("Entrust", "entrust.net"), ("HARICA", "harica.gr"), ("Actalis", "actalis.it"),
    ];

    public static IReadOnlyList<DomainRecord> For(string domain, RecordSource source)
    {
        var host = source.HostName.ToLowerInvariant();
        var records = new List<DomainRecord>();
        if (source.Addresses.Count == 0)
            records.Add(new(host, DnsRecordType.A, null, RecordNeed.Required, "the server's address"));
        foreach (var address in source.Addresses)
            records.Add(new(host, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? DnsRecordType.A : DnsRecordType.Aaaa, new DnsAddress(address), RecordNeed.Required, "the server's address"));
        if (PortOf(source, "smtp") is not null)
            records.Add(new(domain, DnsRecordType.Mx, new DnsMx(10, host), RecordNeed.Required, "mail for the domain comes here"));
        records.Add(new(domain, DnsRecordType.Txt, new DnsText("v=spf1 mx -all"), RecordNeed.Recommended, "SPF: mail from the domain comes from here alone"));
        records.Add(new("_dmarc." + domain, DnsRecordType.Txt, new DnsText($"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"), RecordNeed.Recommended, "DMARC: others report what they make of the domain's mail"));
        if (PortOf(source, "https") is { } https)
        {
            records.Add(new("autodiscover." + domain, DnsRecordType.Cname, new DnsTarget(host), RecordNeed.Required, "Outlook and phones find the server"));
            records.Add(new("_autodiscover._tcp." + domain, DnsRecordType.Srv, new DnsSrv(0, 0, https, host), RecordNeed.Recommended, "Outlook and phones find the server, without a certificate for autodiscover." + domain));
        }
        if (PortOf(source, "https") is not null || PortOf(source, "http") is not null)
            records.Add(new("autoconfig." + domain, DnsRecordType.Cname, new DnsTarget(host), RecordNeed.Recommended, "Thunderbird and its like set themselves up"));
        foreach (var (listener, service, priority, purpose) in s_services)
            if (PortOf(source, listener) is { } port)
                records.Add(new($"{service}.{domain}", DnsRecordType.Srv, new DnsSrv(priority, 1, port, host), RecordNeed.Recommended, purpose));
        // todo [RFC 6376] 3.6.2: the key of DKIM, once mail is signed
        if (PortOf(source, "smtp") is not null)
        {
            if (source.TlsPolicy is { } policy && PortOf(source, "https") is not null)
            {
                records.Add(new(MtaStsPolicy.HostPrefix + domain, DnsRecordType.Cname, new DnsTarget(host), RecordNeed.Optional, "MTA-STS: others fetch there that mail comes over TLS; the certificate has to have this name"));
                records.Add(new("_mta-sts." + domain, DnsRecordType.Txt, new DnsText($"v=STSv1; id={MtaStsPolicy.IdOf(policy)}"), RecordNeed.Optional, "MTA-STS: there is a policy; the id changes with it"));
            }
            records.Add(new("_smtp._tls." + domain, DnsRecordType.Txt, new DnsText($"v=TLSRPTv1; rua=mailto:postmaster@{domain}"), RecordNeed.Optional, "others report where TLS to this server fails (MTA-STS and DANE)"));
        }
        if (source.Certificate is { } certificate)
        {
            var key = Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
            if (PortOf(source, "smtp") is { } smtp)
                records.Add(new($"_{smtp}._tcp.{host}", DnsRecordType.Tlsa, new DnsTlsa(3, 1, 1, key), RecordNeed.Optional, "DANE: mail comes over TLS to this key alone; only with DNSSEC, and changed before the key is"));
            // RFC 8314 4.5.4.
            foreach (var listener in (string[])["submissions", "submission", "imaps", "imap", "pop3s", "pop3"])
                if (PortOf(source, listener) is { } port)
                    records.Add(new($"_{port}._tcp.{host}", DnsRecordType.Tlsa, new DnsTlsa(3, 1, 1, key), RecordNeed.Optional, $"DANE for mail programs ({listener}): the same key; only with DNSSEC, and changed before the key is"));
        }
        if (IssuerOf(source.Certificate) is { } issuer)
            records.Add(new(domain, DnsRecordType.Caa, new DnsCaa(0, "issue", issuer), RecordNeed.Optional, "no other authority issues certificates"));
        return records;
    }

    /// <summary>The domain that CAA knows the certificate's authority by; null for one that is not known, and for certificates that nobody issued.</summary>
    public static string? IssuerOf(X509Certificate2? certificate)
    {
        if (certificate is null || certificate.Issuer == certificate.Subject)
            return null;
        foreach (var (organisation, domain) in s_authorities)
            if (certificate.Issuer.Contains(organisation, StringComparison.OrdinalIgnoreCase))
                return domain;
        return null;
    }

    private static ushort? PortOf(RecordSource source, string name) => source.Listeners.FirstOrDefault(l => l.Name == name) is { } listener ? (ushort)listener.Port : null;
}
