using System.Diagnostics.Metrics;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp;

/// <summary>What SMTP measures. Nothing is counted while nobody listens.</summary>
internal static class SmtpMetrics
{
    private static readonly Meter Meter = new("Rialto.Smtp");

    private static readonly Counter<long> Messages = Meter.CreateCounter<long>("rialto.smtp.messages", "{message}", "Messages whose content came in, by listener and class of the reply");

    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("rialto.smtp.bytes", "By", "Content of messages that were accepted");

    public static void Received(string listener, SmtpReply reply, long size)
    {
        Messages.Add(1, new("listener", listener), new("reply", reply.Code switch { < 300 => "2xx", < 400 => "3xx", < 500 => "4xx", _ => "5xx" }));
        if (!reply.IsError) Bytes.Add(size, new KeyValuePair<string, object?>("listener", listener));
    }
}
