// RFC 7435 (opportunistic security), RFC 7672 2.2 (DANE), RFC 8461 4 (MTA-STS), RFC 8314 (smart hosts), RFC 8689 4.2.1 and 4.2.2 (what the sender demands).
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
            if (answer.Status == DnsStatus.Failed) return (null, new(451, "4.7.5", $"The TLSA records of {host.Name} cannot be looked up."));
            if (answer is { Status: DnsStatus.Found, IsAuthentic: true })
            {
                var usable = DaneCheck.Usable(answer.All<DnsTlsa>());
                IReadOnlyList<string> names = [host.Name, domain];
                return (Plan(host, true, false, usable.Count == 0
                    ? new RemoteCertificateValidationCallback(AnyCertificate)
                    : (_, certificate, chain, _) => certificate is not null && DaneCheck.Fits(usable, names, new X509Certificate2(certificate), chain, time.GetUtcNow()), "dane"), null);
            }
        }

        if (policies is not null && await policies.FindAsync(domain, cancel) is { Mode: not StsMode.None } policy)
        {
            if (policy.Mode == StsMode.Enforce || (required && policy.Names(host.Name)))
            {
                return policy.Names(host.Name)
                    ? (Plan(host, true, false, (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors), "mta-sts"), null)
                    : (null, new(451, "4.7.0", $"The MTA-STS policy of {domain} does not name {host.Name}."));
            }

            if (!policy.Names(host.Name)) ClientLog.TestingFailed(logger, domain, host.Name);
        }

        if (!required) return (OwnChoice(options.Tls, host), null);
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
        _ => Plan(host, true, choice == OutboundTls.Implicit, (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors), "verified"),
    };

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
