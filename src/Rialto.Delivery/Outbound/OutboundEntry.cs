// RFC 5321 4.5.4.1 (retries), RFC 3461 5.2 (who reports what), 6; RFC 2852 4.1.
using Microsoft.Extensions.Logging;
using Rialto.Delivery.Trace;

namespace Rialto.Delivery;

/// <summary>
/// One claimed entry while its recipients elsewhere are being reached. What is known is written down as it comes in, so that a crash repeats as few of them as it can; the entry is
/// let go of when the last one has been answered for.
/// </summary>
internal sealed class OutboundEntry(QueuedMessage message, IReadOnlyList<QueuedRecipient> settled, IReadOnlyList<QueuedRecipient> remote, OutboundDesk desk)
{
    private readonly Lock gate = new();
    private readonly HashSet<QueuedRecipient> pending = new(remote, ReferenceEqualityComparer.Instance);

    /// <summary>Stays in the queue after this claim: what waits for another time, and what has been tried in vain by now.</summary>
    private readonly List<QueuedRecipient> remaining = [.. settled];
    private List<OutboundResult> news = [];
    private bool writing;

    public QueuedMessage Message => message;

    /// <summary>When the lease was last prolonged; the desk's own.</summary>
    public long HeldSince { get; set; }

    public OutboundJob ToJob() => new(message, remote, Answer);

    /// <summary>What the queue is to know of the entry now.</summary>
    public QueueOutcome Outcome
    {
        get
        {
            lock (gate) return new(message.Id, [.. remaining, .. pending]);
        }
    }

    /// <summary>Nobody could be tried.</summary>
    public void Defer(DeliveryStatus status) => Answer([.. remote.Select(r => new OutboundResult(r, status))]);

    private void Answer(IReadOnlyList<OutboundResult> results)
    {
        lock (gate)
        {
            news.AddRange(results);
            if (writing) return;
            writing = true;
        }

        _ = WriteAsync();
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            List<OutboundResult> taken;
            lock (gate)
            {
                if (news.Count == 0)
                {
                    writing = false;
                    return;
                }

                taken = news;
                news = [];
            }

            try
            {
                if (await SettleAsync(taken)) return;
            }
            catch (Exception e)
            {
                // The entry comes back when its lease ends; whom it reached already may get it twice then.
                desk.Lost(this, e);
                return;
            }
        }
    }

    /// <summary>True when nothing is left to wait for.</summary>
    private async Task<bool> SettleAsync(List<OutboundResult> results)
    {
        var now = desk.Time.GetUtcNow();
        var reports = new List<ReportedRecipient>();
        var kept = new List<QueuedRecipient>();
        foreach (var result in results) Judge(result, now, kept, reports);
        if (reports.Count > 0 && !await desk.ReportAsync(message, reports))
        {
            // Who failed and nobody was told of stays, and fails again; who was reached must not be sent to twice for a report's sake.
            foreach (var report in reports)
            {
                if (report.Action == ReportAction.Failed) kept.Add(RetrySchedule.Next(message, report.Recipient, DeliveryStatus.StorageFailure, now, desk.Options));
            }
        }

        bool finished;
        lock (gate)
        {
            foreach (var result in results) pending.Remove(result.Recipient);
            remaining.AddRange(kept);
            finished = pending.Count == 0;
        }

        await (finished ? desk.CompleteAsync(this) : desk.ProgressAsync(this));
        return finished;
    }

    /// <summary>RFC 2852 4.1.4: the sender hears of the server that has it now where that was asked for, and where that server will not tell of a delay because nobody could tell it until when.</summary>
    private bool IsTraced(OutboundResult result, DateTimeOffset now) =>
        message.DeliverBy is { } by && !Notify.Wants(result.Recipient, "NEVER") && (by.Traces || (!by.Returns && !result.TakesDeliverBy && now.UtcTicks < by.UtcTicks));

    private void Judge(OutboundResult result, DateTimeOffset now, List<QueuedRecipient> kept, List<ReportedRecipient> reports)
    {
        var (recipient, status) = (result.Recipient, result.Status);
        if (result.IsPostponed)
        {
            // Not all at the same moment again.
            var wait = desk.Options.PostponedWait * (1 + Random.Shared.NextDouble());
            if (RetrySchedule.IsOverdueReportDue(message, recipient, now)) reports.Add(new(recipient, ReportAction.Delayed, DeliveryStatus.Overdue));
            kept.Add(recipient with { NextAttemptUtcTicks = RetrySchedule.NotPast(message, now, (now + wait).UtcTicks), LastStatus = recipient.LastStatus ?? status.ToString() });
            return;
        }

        if (status.IsTemporaryFailure && message.DeliverBy?.IsOver(now) == true) status = DeliveryStatus.NotInTime;
        if (status.IsTemporaryFailure && RetrySchedule.IsExpired(message, now, desk.Options)) status = status.GivenUp();
        if (status.IsTemporaryFailure)
        {
            DeliveryLog.RemoteDeferred(desk.Logger, message.Id, recipient.Address, result.RemoteServer ?? "-", status);
            if (RetrySchedule.IsOverdueReportDue(message, recipient, now)) reports.Add(new(recipient, ReportAction.Delayed, DeliveryStatus.Overdue));
            else if (Notify.Wants(recipient, "DELAY") && RetrySchedule.IsDelayReportDue(message, recipient, now, desk.Options))
                reports.Add(new(recipient, ReportAction.Delayed, status) { RemoteServer = result.RemoteServer });
            kept.Add(RetrySchedule.Next(message, recipient, status, now, desk.Options));
            desk.Note(message, result, TraceStep.Deferred, status);
        }
        else if (status.IsPermanentFailure)
        {
            DeliveryLog.RemoteFailed(desk.Logger, message.Id, recipient.Address, result.RemoteServer ?? "-", status);
            desk.Note(message, result, TraceStep.Failed, status);
            if (Notify.WantsFailure(recipient)) reports.Add(new(recipient, ReportAction.Failed, status) { RemoteServer = result.RemoteServer });
        }
        else
        {
            desk.Note(message, result, TraceStep.Relayed, status);
            DeliveryLog.Relayed(desk.Logger, message.Id, recipient.Address, result.RemoteServer ?? "-", status);
            if ((!result.NotifiesItself && Notify.Wants(recipient, "SUCCESS")) || IsTraced(result, now)) reports.Add(new(recipient, ReportAction.Relayed, status) { RemoteServer = result.RemoteServer });
        }
    }
}
