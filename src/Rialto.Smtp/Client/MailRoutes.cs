// RFC 5321 5.1 (which host gets the mail), RFC 7505 (null MX), RFC 974's rule against loops as RFC 5321 has it; RFC 7672 2.2.1 (what DNSSEC says of it).
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rialto.Delivery;
using Rialto.Net.Dns;

namespace Rialto.Smtp.Client;

/// <summary>A server that takes a domain's mail.</summary>
/// <param name="Name">Its name, in A-labels; an address where the recipient named one.</param>
/// <param name="Preference">Lower is tried first.</param>
internal sealed record MailHost(string Name, int Port, int Preference);

/// <summary>Where a domain's mail goes.</summary>
/// <param name="Hosts">In the order to be tried; empty with a failure.</param>
/// <param name="Failure">Why there are none.</param>
/// <param name="IsAuthentic">DNSSEC vouches for the names.</param>
/// <param name="IsSmartHost">Our own server's, with its log-in and its kind of TLS.</param>
/// <param name="IsByMx">Found by MX: the domain's policies apply.</param>
internal sealed record MailRoute(IReadOnlyList<MailHost> Hosts, DeliveryStatus? Failure, bool IsAuthentic, bool IsSmartHost, bool IsByMx);

/// <summary>Finds where mail goes: configured routes, the smart host, MX, or the domain's own address.</summary>
internal sealed class MailRoutes(OutboundOptions options, DnsResolver resolver, Func<string> ownName, Func<IPEndPoint, bool> isOwn, TimeProvider time)
{
    private const int MaximumKept = 10_000;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (MailRoute Route, DateTimeOffset Until)> known = new(StringComparer.Ordinal);

    /// <summary>What mail for the domain shares a connection with: the smart host's is all the same.</summary>
    public string DestinationOf(string domain) => ConfiguredFor(domain) ?? domain;

    /// <summary>The route of a destination.</summary>
    public async ValueTask<MailRoute> FindAsync(string destination, CancellationToken cancel)
    {
        if (destination.StartsWith('=')) return Configured(destination[1..]);
        var now = time.GetUtcNow();
        if (known.TryGetValue(destination, out var kept) && kept.Until > now) return kept.Route;
        var (route, ttl) = await LookUpAsync(destination, cancel);
        if (known.Count >= MaximumKept) known.Clear();
        if (route.Failure is null) known[destination] = (route, now + (ttl > Longest ? Longest : ttl < Shortest ? Shortest : ttl));
        return route;
    }

    /// <summary>Addresses of a host; empty when it has none, null when that could not be found out.</summary>
    public async ValueTask<(IReadOnlyList<IPEndPoint>? EndPoints, bool IsAuthentic)> AddressesAsync(MailHost host, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host.Name, out var literal)) return ([new(literal, host.Port)], false);
        var four = resolver.QueryAsync(host.Name, DnsRecordType.A, cancel).AsTask();
        var six = resolver.QueryAsync(host.Name, DnsRecordType.Aaaa, cancel).AsTask();
        await Task.WhenAll(four, six);
        List<IPEndPoint> found = [.. (await four).All<DnsAddress>().Concat((await six).All<DnsAddress>()).Select(a => new IPEndPoint(a.Address, host.Port))];
        if (found.Count == 0 && ((await four).Status == DnsStatus.Failed || (await six).Status == DnsStatus.Failed)) return (null, false);
        if (found.Count == 0 && host.Name is "localhost") found.Add(new(IPAddress.Loopback, host.Port));
        // Equal ones share the load; where IPv6 leads nowhere the next address is tried at once.
        Random.Shared.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(found));
        return (found, (await four).IsAuthentic && (await six).IsAuthentic);
    }

    private string? ConfiguredFor(string domain)
    {
        if (options.Routes.Count > 0)
        {
            for (var (at, name) = (0, domain); at >= 0; at = domain.IndexOf('.', at + 1), name = at < 0 ? "" : domain[at..])
            {
                if (!options.Routes.TryGetValue(name, out var route)) continue;
                return route.Equals("mx", StringComparison.OrdinalIgnoreCase) ? null : "=" + route;
            }
        }

        return options.SmartHost.Length > 0 ? "=" + options.SmartHost : null;
    }

    private MailRoute Configured(string text)
    {
        var isSmartHost = text == options.SmartHost;
        var port = !isSmartHost ? options.Port : options.SmartHostTls == OutboundTls.Implicit ? 465 : 587;
        var name = text;
        var colon = text.LastIndexOf(':');
        if (colon > 0 && text.IndexOf(':', StringComparison.Ordinal) == colon && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var given))
            (name, port) = (text[..colon], given);
        else if (text.StartsWith('[') && IPEndPoint.TryParse(text, out var six))
            (name, port) = (six.Address.ToString(), six.Port == 0 ? port : six.Port);
        return new([new(name, port, 0)], null, false, isSmartHost, false);
    }

    private async ValueTask<(MailRoute Route, TimeSpan Ttl)> LookUpAsync(string domain, CancellationToken cancel)
    {
        if (domain.StartsWith('['))
        {
            var text = domain.Trim('[', ']');
            if (text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase)) text = text[5..];
            return IPAddress.TryParse(text, out var literal) ? (Of([new(literal.ToString(), options.Port, 0)], false), Longest) : Fail(new(550, "5.1.2", "The address literal of the recipient is none."));
        }

        var answer = await resolver.QueryAsync(domain, DnsRecordType.Mx, cancel);
        switch (answer.Status)
        {
            case DnsStatus.Failed:
                return Fail(new(451, "4.4.3", "The mail servers of the recipient's domain cannot be looked up at the moment."));
            case DnsStatus.NoSuchName:
                return Fail(new(550, "5.1.2", "The recipient's domain does not exist."));
            case DnsStatus.NoRecords:
                return (Of([new(domain, options.Port, 0)], answer.IsAuthentic), Shortest);
        }

        var records = answer.All<DnsMx>().Where(m => m.Host.Length > 0).ToList();
        if (records.Count == 0) return Fail(new(556, "5.1.10", "The recipient's domain takes no mail."));
        // A name that is none (the reader marks its octets) can be neither looked up nor quoted.
        records.RemoveAll(m => !Ascii.IsValid(m.Host));
        if (records.Count == 0) return Fail(new(550, "5.1.2", "The mail servers of the recipient's domain have no names that can be looked up."));
        var hosts = records.Select(m => new MailHost(m.Host, options.Port, m.Preference)).ToList();
        Random.Shared.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(hosts));
        hosts = [.. hosts.OrderBy(h => h.Preference)];
        // We are one of them: only who is nearer to the mailbox than we are gets it, or it would go round in circles.
        foreach (var host in hosts)
        {
            if (!await IsOwnAsync(host, cancel)) continue;
            hosts = [.. hosts.Where(h => h.Preference < host.Preference)];
            break;
        }

        return hosts.Count == 0 ? Fail(new(554, "5.4.6", "The recipient's domain has this server for its mail, which does not know it: mail for it loops back.")) : (Of(hosts, answer.IsAuthentic), answer.Ttl);

        static MailRoute Of(IReadOnlyList<MailHost> hosts, bool authentic) => new(hosts, null, authentic, false, true);
        static (MailRoute Route, TimeSpan Ttl) Fail(DeliveryStatus status) => (new([], status, false, false, true), TimeSpan.Zero);
    }

    private async ValueTask<bool> IsOwnAsync(MailHost host, CancellationToken cancel)
    {
        if (host.Name.Equals(ownName(), StringComparison.OrdinalIgnoreCase)) return true;
        return (await AddressesAsync(host, cancel)).EndPoints is { } endPoints && endPoints.Any(isOwn);
    }
}
