using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Rialto.MailAccess;

/// <summary>What the mail access protocols measure. Nothing is timed while nobody listens.</summary>
internal static class MailAccessMetrics
{
    private static readonly Meter Meter = new("Rialto.MailAccess");

    private static readonly Histogram<double> Imap = Meter.CreateHistogram<double>("rialto.imap.command.duration", "s", "From a command's last octet to its tagged response, IDLE left out");

    /// <summary>The moment, or 0 while nobody listens.</summary>
    public static long Start() => Imap.Enabled ? Stopwatch.GetTimestamp() : 0;

    public static void ImapCommand(string name, long started)
    {
        if (started != 0 && name != "IDLE") Imap.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("command", name));
    }
}
