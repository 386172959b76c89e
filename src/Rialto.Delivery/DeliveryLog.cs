using Microsoft.Extensions.Logging;

namespace Rialto.Delivery;

/// <summary>Everything that delivery logs. Event ids 3000 to 3099.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(3000, LogLevel.Debug, "Message {Id} from <{Sender}>: delivered to {Delivered}, {Remaining} remain")]
    public static partial void Attempted(ILogger logger, Guid id, string sender, int delivered, int remaining);

    [LoggerMessage(3001, LogLevel.Warning, "Message {Id} has no sender to report to, and <{Recipient}> could not be reached: {Status}")]
    public static partial void DoubleBounce(ILogger logger, Guid id, string recipient, DeliveryStatus status);

    [LoggerMessage(3002, LogLevel.Information, "Message {Id}: report {Report} to <{Sender}> about {Count} recipients")]
    public static partial void Reported(ILogger logger, Guid id, Guid report, string sender, int count);

    [LoggerMessage(3003, LogLevel.Error, "The content of message {Id} cannot be read")]
    public static partial void ContentUnreadable(ILogger logger, Exception exception, Guid id);

    [LoggerMessage(3004, LogLevel.Error, "Message {Id} could not be delivered; it is tried again")]
    public static partial void AttemptFailed(ILogger logger, Exception exception, Guid id);

    [LoggerMessage(3005, LogLevel.Error, "The mail queue cannot be read; trying again in {Wait}")]
    public static partial void QueueUnavailable(ILogger logger, Exception exception, TimeSpan wait);

    [LoggerMessage(3006, LogLevel.Error, "The outcome of {Count} messages could not be recorded; they come back when their lease ends")]
    public static partial void OutcomeLost(ILogger logger, Exception exception, int count);

    [LoggerMessage(3007, LogLevel.Information, "Message {Id}: {Count} recipients failed, and the sender asked not to be told")]
    public static partial void Unreported(ILogger logger, Guid id, int count);

    [LoggerMessage(3008, LogLevel.Error, "The rules of mailbox {Mailbox} could not be run over message {Id}; it is delivered without them")]
    public static partial void RulesFailed(ILogger logger, Exception exception, Guid id, Guid mailbox);

    [LoggerMessage(3009, LogLevel.Debug, "Message {Id}: rules of mailbox {Mailbox} kept {Kept} copies, sent {Sent}, deferred {Deferred}, failed {Failed}")]
    public static partial void RulesApplied(ILogger logger, Guid id, Guid mailbox, int kept, int sent, int deferred, int failed);
}
