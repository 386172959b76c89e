using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Delivery;

/// <summary>
/// Delivers a batch of claimed messages into mailboxes. All messages of the batch are parsed first and then given to the store together, in the order they
/// arrived: a mailbox that several of them go to takes them in one commit.
/// </summary>
internal sealed class LocalMailDelivery(IMailQueueStorage queue, StoreEngine store, DirectoryService directory, DeliveryOptions options, TimeProvider time, ILogger logger, bool sendsOut)
{
    /// <summary>A message to so many mailboxes is given to each at once; more go in slices.</summary>
    private const int FewTargets = 16;

    /// <summary>The attempts, finished: every mailbox named as delivered is durable. Never throws for a single message's sake.</summary>
    public async Task<IReadOnlyList<DeliveryAttempt>> DeliverAsync(IReadOnlyList<ClaimedMessage> batch, CancellationToken cancel)
    {
        var snapshot = directory.Current;
        var now = time.GetUtcNow();
        var attempts = new List<DeliveryAttempt>(batch.Count);
        var prepared = new List<(DeliveryAttempt Attempt, PreparedMessage Message)>(batch.Count);
        foreach (var claimed in batch)
        {
            var attempt = new DeliveryAttempt(claimed, snapshot, options, now, sendsOut);
            attempts.Add(attempt);
            if (attempt.Targets.Count == 0) continue;
            try
            {
                var message = await store.PrepareMimeAsync(claimed.Message.Content, cancel);
                attempt.Facts = message.Facts;
                prepared.Add((attempt, message));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                DeliveryLog.AttemptFailed(logger, e, claimed.Message.Id);
                attempt.DeferAll(DeliveryStatus.StorageFailure);
            }
        }

        var running = new Task[prepared.Count];
        for (var i = 0; i < running.Length; i++) running[i] = DeliverAsync(prepared[i].Attempt, prepared[i].Message, snapshot, cancel);
        await Task.WhenAll(running);
        return attempts;
    }

    private async Task DeliverAsync(DeliveryAttempt attempt, PreparedMessage message, DirectorySnapshot snapshot, CancellationToken cancel)
    {
        using var rules = new RuleDelivery(attempt.Message, queue, store, snapshot, options, time, logger);
        DeliveryStep step = rules.DeliverAsync;
        var results = new StoreError[attempt.Targets.Count];
        if (results.Length <= FewTargets)
        {
            // One by one, so that each mailbox gets its messages in the order in which they arrived.
            var few = new Task[results.Length];
            for (var i = 0; i < few.Length; i++) few[i] = DeliverAsync(attempt, message, step, i, 1, results, cancel);
            await Task.WhenAll(few);
        }
        else
        {
            for (var start = 0; start < results.Length; start += options.MailboxesAtOnce)
                await DeliverAsync(attempt, message, step, start, Math.Min(options.MailboxesAtOnce, results.Length - start), results, cancel);
        }

        attempt.Finish(results);
    }

    private async Task DeliverAsync(DeliveryAttempt attempt, PreparedMessage message, DeliveryStep step, int start, int count, StoreError[] results, CancellationToken cancel)
    {
        try
        {
            var delivered = await store.DeliverAsync(message, attempt.Targets.GetRange(start, count), cancel, step);
            for (var i = 0; i < count; i++) results[start + i] = delivered[i].Error;
        }
        catch (Exception e)
        {
            // Some of them may be durable all the same: the mark of the queue entry keeps the next attempt from delivering twice.
            if (e is not (StorageUnavailableException or OperationCanceledException)) DeliveryLog.AttemptFailed(logger, e, attempt.Message.Id);
            results.AsSpan(start, count).Fill(StoreError.StorageUnavailable);
        }
    }
}
