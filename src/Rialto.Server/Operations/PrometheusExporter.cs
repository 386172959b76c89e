// Prometheus text exposition format 0.0.4.
using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Rialto.Server.Operations;

/// <summary>Writes the metrics of one scrape as Prometheus reads them.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();

    public Func<int, bool>? Collect { get; set; }

    /// <summary>Everything as it stands now.</summary>
    public string Scrape()
    {
        lock (_gate)
        {
            _text.Clear();
            Collect?.Invoke(10_000);
            return _text.ToString();
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
            Write(metric);
        return ExportResult.Success;
    }

    private void Write(Metric metric)
    {
        var name = NameOf(metric);
        var type = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => "counter",
            MetricType.Histogram => "histogram",
            MetricType.LongGauge or MetricType.DoubleGauge or MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "gauge",
            _ => null,
        };
        if (type is null)
            return;
        _text.Append("# HELP ").Append(name).Append(' ').Append(metric.Description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            switch (metric.MetricType)
            {
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    Line(name, point.Tags, null, point.GetSumLong());
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    Line(name, point.Tags, null, point.GetSumDouble());
                    break;
                case MetricType.LongGauge:
                    Line(name, point.Tags, null, point.GetGaugeLastValueLong());
                    break;
                case MetricType.DoubleGauge:
                    Line(name, point.Tags, null, point.GetGaugeLastValueDouble());
                    break;
                default:
                    Histogram(name, in point);
                    break;
            }
        }
    }

    private void Histogram(string name, in MetricPoint point)
    {
        long count = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            Line(name + "_bucket", point.Tags, double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : bucket.ExplicitBound.ToString("R", CultureInfo.InvariantCulture), count);
        }
        Line(name + "_sum", point.Tags, null, point.GetHistogramSum());
        Line(name + "_count", point.Tags, null, point.GetHistogramCount());
    }

    private void Line(string name, ReadOnlyTagCollection tags, string? bound, double value)
    {
        _text.Append(name);
        var open = false;
        foreach (var (key, text) in tags)
            Label(Clean(key), Convert.ToString(text, CultureInfo.InvariantCulture) ?? "", ref open);
        if (bound is not null)
            Label("le", bound, ref open);
        _text.Append(open ? "} " : " ").Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private void Label(string name, string value, ref bool open)
    {
        _text.Append(open ? ',' : '{').Append(name).Append("=\"");
        foreach (var c in value)
            _ = c switch { '\\' => _text.Append("\\\\"), '"' => _text.Append("\\\""), '\n' => _text.Append("\\n"), _ => _text.Append(c) };
        _text.Append('"');
        open = true;
    }

    /// <summary>The instrument's name with its unit, and _total for what only grows.</summary>
    private static string NameOf(Metric metric)
    {
        var name = Clean(metric.Name);
        var unit = metric.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        if (unit.Length > 0 && !name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        return metric.MetricType is MetricType.LongSum or MetricType.DoubleSum ? name + "_total" : name;
    }

    private static string Clean(string name) => string.Create(name.Length, name, static (span, from) =>
    {
        for (var i = 0; i < span.Length; i++)
            span[i] = char.IsAsciiLetterOrDigit(from[i]) || from[i] == ':' ? from[i] : '_';
    });
}
