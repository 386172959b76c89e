using System.Diagnostics.Metrics;
using Rialto.Delivery.Trace;

namespace Rialto.Delivery;

/// <summary>What delivery measures. Nothing is counted while nobody listens.</summary>
internal static class DeliveryMetrics
{
    private static readonly Meter Meter = new("Rialto.Delivery");

    private static readonly Counter<long> Recipients = Meter.CreateCounter<long>("rialto.delivery.recipients", "{recipient}", "Recipients of messages by what an attempt did with them");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("rialto.delivery.duration", "s", "From accepting a message to a recipient's mailbox");

    private static readonly Gauge<long> Waiting = Meter.CreateGauge<long>("rialto.queue.recipients", "{recipient}", "Recipients in the queue by what they wait for");

    private static readonly Gauge<double> Oldest = Meter.CreateGauge<double>("rialto.queue.oldest", "s", "Age of the oldest message in the queue that nobody holds");

    private static readonly KeyValuePair<string, object?>[] Outcomes = [.. Enum.GetNames<TraceStep>().Select(n => new KeyValuePair<string, object?>("outcome", n.ToLowerInvariant()))];

    /// <summary>Whether somebody wants to know how long the queue is.</summary>
    public static bool CountsQueue => Waiting.Enabled || Oldest.Enabled;

    public static void Queue(long due, long later, long held, double oldestSeconds)
    {
        Waiting.Record(due, new KeyValuePair<string, object?>("state", "due"));
        Waiting.Record(later, new KeyValuePair<string, object?>("state", "later"));
        Waiting.Record(held, new KeyValuePair<string, object?>("state", "held"));
        Oldest.Record(oldestSeconds);
    }

    public static void Recipient(TraceStep step, double seconds)
    {
        Recipients.Add(1, Outcomes[(int)step]);
        if (step == TraceStep.Delivered) Duration.Record(seconds);
    }
}
