using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Rialto.Directory;
using Rialto.Server.Configuration;

namespace Rialto.Server.Operations;

/// <summary>Collects what the parts measure while somebody asks for it: a scraper of /metrics, or a collector that OTLP sends to.</summary>
internal sealed class ServerMetrics : IDisposable
{
    /// <summary>From a disk cache's microseconds to a queue's minutes; the seconds that the parts measure lie between.</summary>
    private static readonly double[] s_seconds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600];

    private readonly Meter _meter = new("Rialto.Server");
    private readonly MeterProvider _provider;

    private ServerMetrics(OperationsOptions options, bool scraped, string hostName, Authenticator authenticator)
    {
        var logIns = _meter.CreateCounter<long>("rialto.logins", "{attempt}", "Attempts to log in, by protocol and outcome");
        authenticator.Attempted += (_, _, protocol, outcome) => logIns.Add(1, new("protocol", protocol), new("outcome", outcome.ToString()));
        var builder = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(r => r.AddService("rialto", serviceVersion: typeof(ServerMetrics).Assembly.GetName().Version?.ToString(), serviceInstanceId: hostName))
            .AddMeter("Rialto.*", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
            .AddView(i => i.Unit == "s" && i.GetType().GetGenericTypeDefinition() == typeof(Histogram<>) ? new ExplicitBucketHistogramConfiguration { Boundaries = s_seconds } : null);
        if (scraped)
        {
            Prometheus = new PrometheusExporter();
            builder.AddReader(new BaseExportingMetricReader(Prometheus) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative });
        }
        if (options.OtlpEndpoint.Length > 0)
        {
            if (!Uri.TryCreate(options.OtlpEndpoint, UriKind.Absolute, out var endpoint))
                throw new ConfigurationException($"operations.otlpEndpoint: \"{options.OtlpEndpoint}\" is no URL such as http://127.0.0.1:4317.");
            builder.AddOtlpExporter((exporter, reader) =>
            {
                exporter.Endpoint = endpoint;
                exporter.Protocol = options.OtlpTransport == OtlpTransport.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.OtlpInterval.TotalMilliseconds;
            });
        }
        _provider = builder.Build();
    }

    /// <summary>What /metrics answers with; null where nobody scrapes.</summary>
    public PrometheusExporter? Prometheus { get; }

    /// <summary>Begins to collect; null where nobody asks: the parts then measure nothing.</summary>
    public static ServerMetrics? Start(OperationsOptions options, bool scraped, string hostName, Authenticator authenticator) =>
        scraped || options.OtlpEndpoint.Length > 0 ? new(options, scraped, hostName, authenticator) : null;

    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }
}
