using Microsoft.Extensions.Logging;

namespace Rialto.Store.Sqlite;

/// <summary>What the storage tells people.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(2101, LogLevel.Information, "Opened {Directory}: {Mailboxes} mailboxes, SQLite {Version}, {Records} records of the commit log looked at, in {Milliseconds} ms.")]
    public static partial void Opened(ILogger logger, string directory, int mailboxes, string version, int records, long milliseconds);

    [LoggerMessage(2102, LogLevel.Error, "The storage's background work failed; it is tried again every second. Writing may stop until it succeeds: look for a full or broken disk.")]
    public static partial void BackgroundWorkFailed(ILogger logger, Exception error);

    [LoggerMessage(2103, LogLevel.Information, "The storage's background work goes on.")]
    public static partial void BackgroundWorkGoesOn(ILogger logger);

    [LoggerMessage(2104, LogLevel.Warning, "{Database} could not be closed in good order; the commit log is kept, and the next start replays it.")]
    public static partial void NotClosed(ILogger logger, string database, Exception error);

    [LoggerMessage(2105, LogLevel.Warning, "The full-text index {Index} is damaged and is made anew from the messages. Searches in that mailbox take longer until then.")]
    public static partial void TextIndexDamaged(ILogger logger, string index, Exception error);
}
