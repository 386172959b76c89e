using System.Diagnostics.Metrics;
using Rialto.Delivery.Trace;

namespace Rialto.Delivery;

/// <summary>What delivery measures. Nothing is counted while nobody listens.</summary>
internal static class DeliveryMetrics
{
    private static readonly Meter Meter = new("Rialto.Delivery");

    private static readonly Counter<long> Recipients = Meter.CreateCounter<long>("rialto.delivery.recipients", "{recipient}", "Recipients of messages by what an attempt did with them");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("rialto.delivery.duration", "s", "From accepting a message to a recipient's mailbox");

    private static readonly KeyValuePair<string, object?>[] Outcomes = [.. Enum.GetNames<TraceStep>().Select(n => new KeyValuePair<string, object?>("outcome", n.ToLowerInvariant()))];

    public static void Recipient(TraceStep step, double seconds)
    {
        Recipients.Add(1, Outcomes[(int)step]);
        if (step == TraceStep.Delivered) Duration.Record(seconds);
    }
}
