using Microsoft.Extensions.Logging;
using Rialto.Delivery;

namespace Rialto.Smtp.Client;

/// <summary>Everything that sending mail out logs. Event ids 2100 to 2199.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(2100, LogLevel.Debug, "{Destination}: connected to {Server} [{Address}], {Tls} ({Policy})")]
    public static partial void Connected(ILogger logger, string destination, string server, string address, string tls, string policy);

    [LoggerMessage(2101, LogLevel.Information, "{Destination}: {Server} [{Address}] cannot be used: {Status}")]
    public static partial void ServerFailed(ILogger logger, string destination, string server, string address, DeliveryStatus status);

    [LoggerMessage(2102, LogLevel.Warning, "{Destination} cannot be reached and rests for {Rest}; {Count} recipients wait: {Status}")]
    public static partial void Rests(ILogger logger, string destination, TimeSpan rest, int count, DeliveryStatus status);

    [LoggerMessage(2103, LogLevel.Warning, "{Destination}: TLS to {Server} [{Address}] did not come up, going on without: {Status}")]
    public static partial void TlsLost(ILogger logger, string destination, string server, string address, DeliveryStatus status);

    [LoggerMessage(2104, LogLevel.Warning, "The MTA-STS policy of {Domain} was not taken: {Reason}")]
    public static partial void NoPolicy(ILogger logger, string domain, string reason);

    [LoggerMessage(2105, LogLevel.Error, "Sending to {Destination} failed unexpectedly; its mail is tried again")]
    public static partial void Unexpected(ILogger logger, Exception exception, string destination);

    [LoggerMessage(2106, LogLevel.Warning, "{Domain} is testing its MTA-STS policy, and {Server} does not keep to it")]
    public static partial void TestingFailed(ILogger logger, string domain, string server);

    [LoggerMessage(2107, LogLevel.Information, "The TLS report of {Day} went to {Domain} ({Receiver})")]
    public static partial void ReportSent(ILogger logger, string domain, string day, string receiver);

    [LoggerMessage(2108, LogLevel.Warning, "The TLS report for {Domain} could not be sent to {Receiver} and is tried again: {Reason}")]
    public static partial void ReportNotSent(ILogger logger, string domain, string receiver, string reason);

    [LoggerMessage(2109, LogLevel.Warning, "Counts for TLS reports cannot be read or written at the moment")]
    public static partial void ReportsUnavailable(ILogger logger, Exception exception);
}
