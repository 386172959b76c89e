using System.Net;
using Microsoft.Extensions.Logging;

namespace Rialto.MailAccess;

/// <summary>What the servers of mail access log. No line holds a password or the text of a message.</summary>
internal static partial class MailAccessLog
{
    /// <summary>The one line at this level of a session that ends in order: clients come by the thousand.</summary>
    [LoggerMessage(1, LogLevel.Information, "{Listener} {Connection}: {Login} logged in{Mailbox} from {Remote} ({Mechanism}, {Tls})")]
    public static partial void LoggedIn(this ILogger logger, string listener, string connection, string login, string mailbox, IPEndPoint? remote, string mechanism, string tls);

    [LoggerMessage(2, LogLevel.Warning, "{Listener} {Connection}: log-in of {Login} from {Remote} refused: {Outcome}")]
    public static partial void LogInRefused(this ILogger logger, string listener, string connection, string login, IPEndPoint? remote, string outcome);

    [LoggerMessage(3, LogLevel.Error, "{Connection}: {Command} failed")]
    public static partial void CommandFailed(this ILogger logger, Exception exception, string connection, string command);

    [LoggerMessage(4, LogLevel.Information, "{Connection}: closed after {Count} errors in a row")]
    public static partial void TooManyErrors(this ILogger logger, string connection, int count);
}
