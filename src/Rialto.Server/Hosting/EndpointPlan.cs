using System.Globalization;
using System.Net;
using Rialto.Net;
using Rialto.Server.Configuration;

namespace Rialto.Server.Hosting;

/// <summary>What a listener speaks.</summary>
internal enum ListenerKind
{
    Smtp,
    Submission,
    Imap,
    Pop3,
    Ldap,
    Http,

    /// <summary>/metrics and /health in plain HTTP.</summary>
    Metrics,
}

/// <summary>A listener to be opened.</summary>
internal sealed record PlannedListener(string Name, ListenerKind Kind, TlsMode Tls, IPAddress Address, int Port);

/// <summary>Which listeners there are and where: standard ports plus the offset, or placed one by one.</summary>
internal static class EndpointPlan
{
    private static readonly (string Name, ListenerKind Kind, TlsMode Tls, int Port)[] s_standard =
    [
        ("smtp", ListenerKind.Smtp, TlsMode.StartTls, 25),
        ("submission", ListenerKind.Submission, TlsMode.StartTls, 587),
        ("submissions", ListenerKind.Submission, TlsMode.Implicit, 465),
        ("imap", ListenerKind.Imap, TlsMode.StartTls, 143),
        ("imaps", ListenerKind.Imap, TlsMode.Implicit, 993),
        ("pop3", ListenerKind.Pop3, TlsMode.StartTls, 110),
        ("pop3s", ListenerKind.Pop3, TlsMode.Implicit, 995),
        ("ldap", ListenerKind.Ldap, TlsMode.StartTls, 389),
        ("ldaps", ListenerKind.Ldap, TlsMode.Implicit, 636),
        ("http", ListenerKind.Http, TlsMode.None, 80),
        ("https", ListenerKind.Http, TlsMode.Implicit, 443),
    ];

    /// <summary>Off until it is placed: it answers anybody.</summary>
    private const string Metrics = "metrics";

    /// <summary>Names that belong to parts that are not built yet: accepted, and simply absent.</summary>
    private static readonly HashSet<string> s_later = new(StringComparer.OrdinalIgnoreCase) { "epmap", "rpc6001", "rpc6002", "rpc6004", "rpc" };

    public static IReadOnlyList<PlannedListener> Make(RialtoOptions options)
    {
        var address = ParseAddress(options.Bind, "bind");
        foreach (var name in options.Listeners.Keys)
            if (!s_later.Contains(name) && name != Metrics && !s_standard.Any(l => l.Name == name))
                throw new ConfigurationException($"There is no listener \"{name}\". Known are: {string.Join(", ", s_standard.Select(l => l.Name).Append(Metrics))}.");
        var plan = new List<PlannedListener>();
        foreach (var (name, kind, tls, port) in s_standard)
        {
            if (!options.Listeners.TryGetValue(name, out var place))
            {
                var at = port + options.PortOffset;
                if (at is < 0 or > 65535)
                    throw new ConfigurationException($"portOffset {options.PortOffset} puts {name} on port {at}, which there is not.");
                plan.Add(new PlannedListener(name, kind, tls, address, at));
            }
            else if (!string.Equals(place, "off", StringComparison.OrdinalIgnoreCase))
            {
                plan.Add(Place(name, kind, tls, place));
            }
        }
        if (options.Listeners.TryGetValue(Metrics, out var metrics) && !string.Equals(metrics, "off", StringComparison.OrdinalIgnoreCase))
            plan.Add(Place(Metrics, ListenerKind.Metrics, TlsMode.None, metrics));
        return plan;
    }

    private static PlannedListener Place(string name, ListenerKind kind, TlsMode tls, string place)
    {
        var colon = place.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(place.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535)
            throw new ConfigurationException($"The listener {name} takes ADDRESS:PORT or off, not \"{place}\".");
        return new PlannedListener(name, kind, tls, ParseAddress(place[..colon], name), port);
    }

    public static IPAddress ParseAddress(string text, string what) => text switch
    {
        "" or "*" => IPAddress.IPv6Any,
        "localhost" => IPAddress.Loopback,
        _ => IPAddress.TryParse(text.Trim('[', ']'), out var address) ? address : throw new ConfigurationException($"{what}: \"{text}\" is no IP address. Use * for all addresses."),
    };
}
