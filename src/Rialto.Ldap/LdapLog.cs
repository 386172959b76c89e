using System.Net;
using Microsoft.Extensions.Logging;

namespace Rialto.Ldap;

/// <summary>What the LDAP server logs. No line holds a password.</summary>
internal static partial class LdapLog
{
    [LoggerMessage(1, LogLevel.Information, "{Listener} {Connection}: {Login} logged in from {Remote} ({Tls})")]
    public static partial void LoggedIn(this ILogger logger, string listener, string connection, string login, IPEndPoint? remote, string tls);

    [LoggerMessage(2, LogLevel.Warning, "{Listener} {Connection}: log-in of {Login} from {Remote} refused: {Outcome}")]
    public static partial void LogInRefused(this ILogger logger, string listener, string connection, string login, IPEndPoint? remote, string outcome);

    [LoggerMessage(3, LogLevel.Error, "{Connection}: an operation failed")]
    public static partial void OperationFailed(this ILogger logger, Exception exception, string connection);

    [LoggerMessage(4, LogLevel.Information, "{Connection}: closed after a malformed message")]
    public static partial void Malformed(this ILogger logger, string connection);

    [LoggerMessage(5, LogLevel.Information, "{Connection}: {Account} changed {Dn}")]
    public static partial void Changed(this ILogger logger, string connection, string account, string dn);
}
