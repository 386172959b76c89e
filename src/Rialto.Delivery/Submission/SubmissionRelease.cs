// [MS-OXOMSG] 3.2.5.1, 3.2.5.2: a submitted message is sent unless it was aborted or deleted before its time.
using Microsoft.Extensions.Logging;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>
/// Asks the sender's mailbox, before anything of an entry is delivered, whether its message is still to be sent. The mailbox's commit decides: what was aborted there is never
/// delivered, and what was decided stays so however often the entry comes back.
/// </summary>
internal sealed class SubmissionRelease(StoreEngine store, DeliveryOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>The entries to deliver now; what becomes of the others is added to the outcomes.</summary>
    public async ValueTask<IReadOnlyList<ClaimedMessage>> DecideAsync(IReadOnlyList<ClaimedMessage> batch, List<QueueOutcome> outcomes, CancellationToken cancel)
    {
        List<ClaimedMessage>? released = null;
        for (var i = 0; i < batch.Count; i++)
        {
            var message = batch[i].Message;
            var goes = message.Origin is null || IsDecided(message) || await ReleaseAsync(message, message.Origin, outcomes, cancel);
            if (!goes) released ??= [.. batch.Take(i)];
            else released?.Add(batch[i]);
        }

        return released ?? batch;
    }

    /// <summary>An attempt leaves its trace with every recipient that it leaves behind.</summary>
    private static bool IsDecided(QueuedMessage message)
    {
        foreach (var recipient in message.Recipients)
        {
            if (recipient.LastStatus is not null) return true;
        }

        return false;
    }

    private async ValueTask<bool> ReleaseAsync(QueuedMessage message, SubmissionOrigin origin, List<QueueOutcome> outcomes, CancellationToken cancel)
    {
        var opened = await store.OpenAsync(origin.Mailbox, Principal.System, cancel);
        if (!opened.TryGet(out var mailbox)) return Undecided(message, opened.Error, outcomes);
        using (mailbox)
        {
            var decided = await mailbox.ReleaseSubmissionAsync(SubmissionIds.SubmittedOf(origin, message.Id), cancel);
            if (!decided.TryGet(out var decision)) return Undecided(message, decided.Error, outcomes);
            if (decision == SubmissionDecision.Send) return true;
        }

        return Cancel(message, outcomes);
    }

    private bool Undecided(QueuedMessage message, StoreError error, List<QueueOutcome> outcomes)
    {
        if (error == StoreError.NotFound) return Cancel(message, outcomes);
        // Without a status: the next attempt asks again.
        var next = (time.GetUtcNow() + options.RetryWaits.FirstOrDefault(TimeSpan.FromMinutes(1))).UtcTicks;
        outcomes.Add(new(message.Id, [.. message.Recipients.Select(r => r with { NextAttemptUtcTicks = Math.Max(next, r.NextAttemptUtcTicks) })]));
        DeliveryLog.SubmissionUndecided(logger, message.Id, error);
        return false;
    }

    private bool Cancel(QueuedMessage message, List<QueueOutcome> outcomes)
    {
        outcomes.Add(new(message.Id, []));
        DeliveryLog.SubmissionCancelled(logger, message.Id);
        return false;
    }
}
