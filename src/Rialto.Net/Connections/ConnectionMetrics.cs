using System.Diagnostics.Metrics;

namespace Rialto.Net;

/// <summary>What is measured of connections that are not HTTP (the web server measures its own). Nothing is counted while nobody listens.</summary>
internal static class ConnectionMetrics
{
    private static readonly Meter Meter = new("Rialto.Net");

    private static readonly UpDownCounter<long> Open = Meter.CreateUpDownCounter<long>("rialto.connections.open", "{connection}", "Connections being served");

    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("rialto.connections.refused", "{connection}", "Connections refused by a limit");

    public static void Opened(string listener) => Open.Add(1, new KeyValuePair<string, object?>("listener", listener));

    public static void Closed(string listener) => Open.Add(-1, new KeyValuePair<string, object?>("listener", listener));

    public static void Refuse(string listener, ConnectionRefusal reason) => Refused.Add(1, new("listener", listener), new("reason", reason.ToString()));
}
