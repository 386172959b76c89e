using Microsoft.Extensions.Logging;

namespace Rialto.Mapi;

/// <summary>What MAPI logs.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "MAPI over HTTP: {RequestType} failed")]
    public static partial void RequestFailed(ILogger logger, string requestType, Exception exception);

    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "MAPI over HTTP: session of {User} began, client {ClientInfo}")]
    public static partial void SessionBegan(ILogger logger, string user, string clientInfo);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "{Address} could not be told of a conflict in a public folder")]
    public static partial void ConflictNotTold(ILogger logger, string address, Exception exception);
}
