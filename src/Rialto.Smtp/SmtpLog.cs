using Microsoft.Extensions.Logging;

namespace Rialto.Smtp;

/// <summary>Everything that SMTP logs. Event ids 2000 to 2099. Never a line as the client sent it: it may hold a password.</summary>
internal static partial class SmtpLog
{
    [LoggerMessage(2000, LogLevel.Debug, "{Connection}: message {Id} of {Size} bytes answered with {Code}")]
    public static partial void Received(ILogger logger, string connection, Guid id, int code, long size);

    [LoggerMessage(2001, LogLevel.Error, "{Connection}: the store or the queue failed; the client was told to try again")]
    public static partial void StorageFailed(ILogger logger, Exception exception, string connection);

    [LoggerMessage(2002, LogLevel.Warning, "The greylist's file cannot be read or written; after a restart some senders are asked to come once more")]
    public static partial void GreylistUnavailable(ILogger logger, Exception exception);
}
