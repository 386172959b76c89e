// [MS-OXORULE] 3.2.5.1: rules of public folders over what clients post there.
using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Delivery;

/// <summary>
/// Runs a public folder's rules over a message that a client has posted: it is in the folder already, so that what rules say of it changes it there. What rules send
/// goes into the queue right after.
/// </summary>
public sealed class PostRules(StoreEngine store, DirectoryService directory, IMailQueueStorage queue, DeliveryOptions options, TimeProvider time, ILogger<PostRules> logger)
{
    /// <summary>Called when something was put into the queue.</summary>
    public Action? Wake { get; init; }

    /// <summary>Runs them; a rule that fails leaves the post as it is.</summary>
    /// <param name="mailbox">The public store, as the one who posts sees it.</param>
    public async ValueTask RunAsync(MailboxSession mailbox, MessageRow post, CancellationToken cancel)
    {
        if (!mailbox.Header.IsPublic || (post.State & MessageState.Associated) != 0 || !mailbox.Folders.TryGet(post.Folder, out var folder) || folder.Counters.AssociatedCount == 0)
            return;
        if (!(await store.OpenAsync(mailbox.MailboxId, Principal.System, cancel)).TryGet(out var session)) return;
        using (session)
        {
            var snapshot = directory.Current;
            var rules = await FolderRules.OfAsync(session, post.Folder, options.Rules, cancel);
            if (rules.Evaluated.Count == 0 || RuleDelivery.OwnerOf(session, post.Folder, snapshot) is not { } owner) return;
            try
            {
                await RunAsync(session, post, rules, owner, snapshot, snapshot.Find<Account>(mailbox.Principal.Id)?.PrimaryAddress ?? "", cancel);
            }
            catch (Exception e) when (e is not (OperationCanceledException or StorageUnavailableException))
            {
                DeliveryLog.RulesFailed(logger, e, Guid.Empty, mailbox.MailboxId);
            }
        }
    }

    private async ValueTask RunAsync(
        MailboxSession session, MessageRow post, FolderRules rules, MailboxRecipient owner, DirectorySnapshot snapshot, string author, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var queued = new QueuedMessage
        {
            Id = OutgoingMail.IdOf(session.MailboxId, session.Header.ReplicaGuid, post.Cn, 0),
            Content = post.Mime,
            Sender = author,
            Submitter = author,
            Recipients = [new QueuedRecipient(owner.PrimaryAddress, null, "NEVER", 0, 0, null)],
            ReceivedUtcTicks = now.UtcTicks,
        };
        using var incoming = await IncomingMessage.OpenAsync(queued, store, cancel);
        var prepared = await store.PrepareMimeAsync(post.Mime, cancel);
        var target = new DeliveryTarget(session.MailboxId, post.Folder, post.State, post.Received, queued.Id, false);
        var context = new RuleContext(incoming, prepared, target, session, owner, store, snapshot, options, now);
        context.Source.Tags.Set(PropertyValue.Of(PropertyTags.MessageClass, post.MessageClass));
        var run = new RuleRun(context);
        await run.ExecuteAsync(rules, cancel);
        if (!run.HasMatched) return;
        if (!run.Placements[0].IsKept)
        {
            await session.SoftDeleteAsync(post.Folder, [post.Id], cancel);
        }
        else
        {
            context.Source.Tags.Remove(PropertyIds.MessageClass);
            if (context.Source.Tags.Count > 0 || run.Keywords.Count > 0)
            {
                await session.UpdateAsync(post.Folder, post.Id, row => row with
                {
                    Overlay = context.Source.Tags.Count == 0 ? row.Overlay : RuleDelivery.With(row.Overlay, context.Source.Tags),
                    Keywords = [.. row.Keywords.Union(run.Keywords)],
                }, cancel);
            }
        }

        foreach (var mail in run.Outgoing) await queue.EnqueueAsync(mail.ToQueued(now), cancel);
        if (run.Outgoing.Count > 0) Wake?.Invoke();
        foreach (var failure in run.Failures.Where(f => (f.Rule.State & RuleState.Error) == 0).DistinctBy(f => f.Rule.Id))
            await RuleDelivery.MarkAsync(session, failure, cancel);
    }
}
