// RFC 7435 (opportunistic security), RFC 7672 2.2 (DANE), RFC 8461 4 (MTA-STS), RFC 8314 (smart hosts), RFC 8689 4.2.1 and 4.2.2 (what the sender demands), RFC 8460 4.3 (what is reported).
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Rialto.Delivery;
using Rialto.Net.Dns;

namespace Rialto.Smtp.Client;

/// <summary>Says how a connection to a server is to be protected: DANE where DNSSEC answers, else the domain's MTA-STS policy, else TLS where it is offered.</summary>
internal sealed class TlsPlans : IDisposable
{
    private static readonly TimeSpan WithoutTls = TimeSpan.FromMinutes(10);

    private readonly OutboundOptions options;
    private readonly DnsResolver resolver;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly X509Certificate2Collection authorities = [];
    private readonly StsPolicies? policies;
    private readonly ConcurrentDictionary<IPEndPoint, DateTimeOffset> broken = new();

    public TlsPlans(OutboundOptions options, DnsResolver resolver, string? directory, TimeProvider time, ILogger logger, int stsPort)
    {
        this.options = options;
        this.resolver = resolver;
        this.time = time;
        this.logger = logger;
        if (options.TrustedCertificates.Length > 0) authorities.ImportFromPemFile(options.TrustedCertificates);
        if (options.MtaSts) policies = new(resolver, directory, time, logger, (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors), stsPort);
    }

    /// <summary>How to protect a connection to a host; or why it must not be used.</summary>
    /// <param name="domain">The recipients' domain.</param>
    /// <param name="authentic">DNSSEC vouches for the host's addresses.</param>
    /// <param name="demand">What the sender wants.</param>
    public async ValueTask<(TlsPlan? Plan, DeliveryStatus? Refusal)> ForAsync(string domain, MailRoute route, MailHost host, bool authentic, TlsDemand demand, CancellationToken cancel)
    {
        var required = demand == TlsDemand.Required;
        if (!route.IsByMx)
        {
            var choice = route.IsSmartHost ? options.SmartHostTls : options.Tls;
            // Whoever configured the host vouches for its name.
            return (OwnChoice(required && choice != OutboundTls.Implicit ? OutboundTls.Required : choice, host), null);
        }

        // What the recipient's domain publishes does not count; what this server's administrator wants does.
        if (demand == TlsDemand.NotRequired || (options.Tls == OutboundTls.Off && !required)) return (OwnChoice(options.Tls, host), null);
        if (options.Dane && route.IsAuthentic && authentic && !IPAddress.TryParse(host.Name, out _))
        {
            var answer = await resolver.QueryAsync(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"_{host.Port}._tcp.{host.Name}"), DnsRecordType.Tlsa, cancel);
            // 2.1.2: who cannot tell whether there are records must not go on as if there were none.
            if (answer.Status == DnsStatus.Failed)
            {
                Reports?.Note(domain, new("tlsa", [], []), host.Name, null, TlsFinding.DnssecInvalid, "");
                return (null, new(451, "4.7.5", $"The TLSA records of {host.Name} cannot be looked up."));
            }

            if (answer is { Status: DnsStatus.Found, IsAuthentic: true })
            {
                var usable = DaneCheck.Usable(answer.All<DnsTlsa>());
                IReadOnlyList<string> names = [host.Name, domain];
                var finding = new TlsFinding { Type = usable.Count == 0 ? TlsFinding.TlsaInvalid : null };
                var plan = Plan(host, true, false, usable.Count == 0
                    ? new RemoteCertificateValidationCallback(AnyCertificate)
                    : (_, certificate, chain, _) =>
                    {
                        var fits = certificate is not null && DaneCheck.Fits(usable, names, new X509Certificate2(certificate), chain, time.GetUtcNow());
                        if (!fits) finding.Type = TlsFinding.Invalid;
                        return fits;
                    }, "dane");
                return (plan with { Finding = finding, Policy = new("tlsa", [.. usable.Select(r => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{r.Usage} {r.Selector} {r.MatchingType} {r.Data}"))], []) }, null);
            }
        }

        if (policies is not null && await policies.FindAsync(domain, cancel) is { Mode: not StsMode.None } policy)
        {
            var fact = TlsPolicyFact.Of(policy);
            var isNamed = policy.Names(host.Name);
            if (!isNamed) Reports?.Note(domain, fact, host.Name, null, TlsFinding.Invalid, "the policy does not name the host");
            if (policy.Mode == StsMode.Enforce || (required && isNamed))
            {
                return isNamed
                    ? (Verified(host, "mta-sts") with { Policy = fact }, null)
                    : (null, new(451, "4.7.0", $"The MTA-STS policy of {domain} does not name {host.Name}."));
            }

            if (!isNamed) ClientLog.TestingFailed(logger, domain, host.Name);
            else if (!required && options.Tls == OutboundTls.Opportunistic)
            {
                // What would be refused under an enforced policy is what the domain wants to hear of.
                var finding = new TlsFinding();
                return (Plan(host, false, false, (_, certificate, chain, errors) =>
                {
                    IsTrusted(certificate, chain, errors, finding);
                    return true;
                }, "mta-sts testing") with { Policy = fact, Finding = finding }, null);
            }
        }

        if (!required) return (OwnChoice(options.Tls, host) with { Policy = TlsPolicyFact.None }, null);
        // RFC 8689 4.2.1: a name that anybody in between can have written into the answer is worth no certificate.
        return route.IsAuthentic
            ? (OwnChoice(OutboundTls.Required, host), null)
            : (null, new(550, "5.7.30", $"The message requires TLS all the way, and nobody vouches for {host.Name} being a mail server of {domain}."));
    }

    /// <summary>Whether TLS without need is left off for a while with a server where it did not come up.</summary>
    public bool IsBroken(IPEndPoint endPoint) => broken.TryGetValue(endPoint, out var until) && until > time.GetUtcNow();

    public void SetBroken(IPEndPoint endPoint)
    {
        if (broken.Count > 10_000) broken.Clear();
        broken[endPoint] = time.GetUtcNow() + WithoutTls;
    }

    /// <summary>Told of what was met; null: nobody reports.</summary>
    public TlsReportBook? Reports
    {
        get;
        set
        {
            field = value;
            if (policies is not null) policies.Failed = value is null ? null : (domain, failure) => value.Note(domain, new("sts", [], []), "", null, failure, "");
        }
    }

    public void Dispose()
    {
        policies?.Dispose();
        foreach (var authority in authorities) authority.Dispose();
    }

#pragma warning disable CA5359 // Opportunistic TLS looks at no certificate: nobody could say what should be in it, and without TLS there would be none at all (RFC 7435 3).
    private static bool AnyCertificate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;
#pragma warning restore CA5359

    private TlsPlan OwnChoice(OutboundTls choice, MailHost host) => choice switch
    {
        OutboundTls.Off => TlsPlan.Off,
        OutboundTls.Opportunistic => Plan(host, false, false, AnyCertificate, "opportunistic"),
        _ => Verified(host, "verified", choice == OutboundTls.Implicit),
    };

    private TlsPlan Verified(MailHost host, string description, bool isImplicit = false)
    {
        var finding = new TlsFinding();
        return Plan(host, true, isImplicit, (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, finding), description) with { Finding = finding };
    }

    private static TlsPlan Plan(MailHost host, bool required, bool isImplicit, RemoteCertificateValidationCallback validate, string description) => new(
        true, required, isImplicit,
        new SslClientAuthenticationOptions
        {
            TargetHost = host.Name,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateValidationCallback = validate,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        },
        description);

    /// <summary>As the system judges; and what comes from an authority of the organisation's own, with the right name.</summary>
    private bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, TlsFinding? finding = null)
    {
        if (IsTrusted(certificate, chain, errors)) return true;
        if (finding is not null)
        {
            finding.Type = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? TlsFinding.HostMismatch
                : chain?.ChainStatus.Any(s => s.Status == X509ChainStatusFlags.NotTimeValid) == true ? TlsFinding.Expired : TlsFinding.NotTrusted;
        }

        return false;
    }

    private bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || authorities.Count == 0 || certificate is null) return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(authorities);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.DisableCertificateDownloads = true;
        if (chain is not null) own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        using var server = new X509Certificate2(certificate);
        return own.Build(server);
    }
}
