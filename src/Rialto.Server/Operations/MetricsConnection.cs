namespace Rialto.Server.Operations;

/// <summary>Marks connections that came to the listener "metrics".</summary>
internal sealed class MetricsConnection
{
    public static MetricsConnection Instance { get; } = new();
}
