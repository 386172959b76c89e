using Microsoft.Extensions.Logging;
using Rialto.Store;

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
    [LoggerMessage(3010, LogLevel.Information, "Message {Id}: <{Recipient}> was taken by {Server}: {Status}")]
    public static partial void Relayed(ILogger logger, Guid id, string recipient, string server, DeliveryStatus status);

    [LoggerMessage(3011, LogLevel.Information, "Message {Id}: <{Recipient}> waits; {Server} said: {Status}")]
    public static partial void RemoteDeferred(ILogger logger, Guid id, string recipient, string server, DeliveryStatus status);

    [LoggerMessage(3012, LogLevel.Information, "Message {Id}: <{Recipient}> failed; {Server} said: {Status}")]
    public static partial void RemoteFailed(ILogger logger, Guid id, string recipient, string server, DeliveryStatus status);

    [LoggerMessage(3013, LogLevel.Warning, "Message {Id}: the mail filter cannot be asked: {Reason}; passed unjudged: {Passed}")]
    public static partial void FilterAway(ILogger logger, Guid id, string reason, bool passed);

    [LoggerMessage(3014, LogLevel.Information, "Message {Id}: the mail filter refuses it: {Reason}")]
    public static partial void FilterRefused(ILogger logger, Guid id, string reason);

    [LoggerMessage(3015, LogLevel.Information, "Message {Id} is passed on to <{Address}> for <{Mailbox}>, as {Copy}")]
    public static partial void Forwarded(ILogger logger, Guid id, string mailbox, string address, Guid copy);

    [LoggerMessage(3016, LogLevel.Debug, "Message {Id}: journal report {Report} by rule {Rule}")]
    public static partial void Journaled(ILogger logger, Guid id, Guid report, string rule);

    [LoggerMessage(3020, LogLevel.Information, "Submitted message {Id} is not sent: it was aborted or deleted in the sender's mailbox")]
    public static partial void SubmissionCancelled(ILogger logger, Guid id);
    [LoggerMessage(3021, LogLevel.Warning, "Submitted message {Id} waits: the sender's mailbox answered {Error}")]
    public static partial void SubmissionUndecided(ILogger logger, Guid id, StoreError error);
    [LoggerMessage(3022, LogLevel.Information, "Message {Id} submitted by <{Submitter}> as <{Sender}> to {Recipients} recipients")]
    public static partial void Submitted(ILogger logger, Guid id, string submitter, string sender, int recipients);
    [LoggerMessage(3023, LogLevel.Warning, "Message {Id} had been submitted and was not in the queue; it is now")]
    public static partial void SubmissionResumed(ILogger logger, Guid id);
    [LoggerMessage(3024, LogLevel.Error, "Message {Id} could not be put into the queue")]
    public static partial void SubmissionNotQueued(ILogger logger, Exception exception, Guid id);
    [LoggerMessage(3025, LogLevel.Information, "Receipt {Id} from <{Reader}> to <{Recipient}>")]
    public static partial void ReceiptSent(ILogger logger, Guid id, string reader, string recipient);

    [LoggerMessage(3026, LogLevel.Warning, "{Id}: the journal report for {Journal} could not be delivered and goes to {Alternate} as {Redirected}: {Status}")]
    public static partial void JournalRedirected(ILogger logger, Guid id, string journal, string alternate, Guid redirected, DeliveryStatus status);

    [LoggerMessage(3027, LogLevel.Warning, "{Id}: {Mailbox} passed the message on before, and it came back: it is not passed on to {Recipient} again")]
    public static partial void ForwardedInCircles(ILogger logger, Guid id, string mailbox, string recipient);
}
