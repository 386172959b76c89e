// [MS-OXORULE] 3.2.5.1: rules at delivery, one commit a mailbox.
using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Delivery;

/// <summary>
/// Delivers one message into mailboxes with rules. The rules are run first; then one commit puts the message where they say, with their deferred messages, their
/// history and what they send; only after it what they send goes into the queue, and what had to be sent is forgotten. Whatever happens in between, the entry comes
/// back, the mailbox says that it has it, and what is still to be sent is sent: under ids that follow from the delivery, so that the queue takes each once.
/// </summary>
internal sealed class RuleDelivery(QueuedMessage queued, IMailQueueStorage queue, StoreEngine store, DirectorySnapshot directory, DeliveryOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim opening = new(1);
    private IncomingMessage? incoming;

    /// <summary>A <see cref="DeliveryStep"/>.</summary>
    public async ValueTask<StoreResult<AppendedMessage>?> DeliverAsync(MailboxSession mailbox, PreparedMessage message, DeliveryTarget target, CancellationToken cancel)
    {
        if (target.Repeated && await ResumeAsync(mailbox, target.QueueId, cancel)) return default(AppendedMessage);
        if (mailbox.Header.IsPublic)
        {
            if (target.Repeated && await mailbox.IsDeliveredAsync(target.QueueId, cancel)) return default(AppendedMessage);
            var submitter = queued.Submitter.Length == 0 ? null : directory.FindByAddress(queued.Submitter) as Account;
            if (!PublicFolderPosting.MayPost(mailbox, directory, target.Folder, submitter)) return StoreError.AccessDenied;
        }

        if (!mailbox.Folders.TryGet(target.Folder, out var folder) || folder.Counters.AssociatedCount == 0) return null;
        var rules = await FolderRules.OfAsync(mailbox, target.Folder, options.Rules, cancel);
        if (rules.Evaluated.Count == 0 || OwnerOf(mailbox, target.Folder, directory) is not { } owner) return null;
        var context = new RuleContext(await OpenAsync(cancel), message, target, mailbox, owner, store, directory, options, time.GetUtcNow());
        var run = new RuleRun(context);
        try
        {
            await run.ExecuteAsync(rules, cancel);
            return run.HasMatched ? await CommitAsync(context, run, cancel) : null;
        }
        catch (Exception e) when (e is not (OperationCanceledException or StorageUnavailableException))
        {
            // A rule must not keep mail from anybody: without it the message goes where it was addressed to.
            DeliveryLog.RulesFailed(logger, e, queued.Id, mailbox.MailboxId);
            return null;
        }
        finally
        {
            lock (rules.Answered)
            {
                foreach (var rule in run.Answered) rules.Answered.Remove(context.AnswerKey(rule));
            }
        }
    }

    /// <summary>Whom rules act for: the mailbox's owner; in public folders the folder, where it has an address.</summary>
    internal static MailboxRecipient? OwnerOf(MailboxSession mailbox, FolderId folder, DirectorySnapshot directory) =>
        directory.FindByMailbox(mailbox.MailboxId) is not { } owner ? null
        : owner is PublicStore store && directory.FindPublicFolder(folder.Value) is { } listed
            ? store with
            {
                Id = listed.Id, Alias = listed.Alias, PrimaryAddress = listed.PrimaryAddress, FurtherAddresses = listed.FurtherAddresses, DisplayName = listed.DisplayName,
                LegacyExchangeDn = listed.LegacyExchangeDn, FurtherLegacyDns = listed.FurtherLegacyDns,
            }
        : owner;

    public void Dispose()
    {
        incoming?.Dispose();
        opening.Dispose();
    }

    private async ValueTask<StoreResult<AppendedMessage>?> CommitAsync(RuleContext context, RuleRun run, CancellationToken cancel)
    {
        var mailbox = context.Mailbox;
        var target = context.Target;
        var change = new CombinedChange { QueueEntry = target.QueueId, Repeated = target.Repeated };
        var kept = run.Placements.Where(p => p.IsKept).Select(p => p.Folder).ToList();
        var failures = run.Failures.Where(f => (f.Rule.State & RuleState.Error) == 0).DistinctBy(f => f.Rule.Id).ToList();
        // A public store has no place for deferred actions, and nobody to tell of errors but by the rule's own state.
        var tells = !mailbox.Header.IsPublic;
        var deferred = kept.Count == 0 || !tells ? [] : run.Deferred.GroupBy(d => (d.Folder, d.Rule.Provider)).ToList();
        long? firstMid = null;
        if (tells && deferred.Count + failures.Count > 0)
        {
            // None for a delivery that there is not: an id given and not used stays on the list of the given ones for ever.
            var own = kept.Count > 0 ? 1 : 0;
            var reserved = await mailbox.ReserveIdsAsync(own + deferred.Count + failures.Count, cancel);
            if (!reserved.Succeeded) return reserved.Error;
            firstMid = reserved.Value - 1 + own;
        }

        var overlay = await OverlayAsync(context, deferred.Count > 0, cancel);
        var state = target.State | (run.IsRead ? MessageState.Read : 0) | (IsFlagged(context.Source.Tags) ? MessageState.Flagged : 0);
        foreach (var folder in kept)
        {
            var append = new AppendOptions(state, run.Keywords, target.Received) { Overlay = overlay, Mid = change.Appends.Count == 0 ? firstMid : null };
            change.Appends.Add((folder, context.Prepared, append));
        }

        if (firstMid is { } mid)
        {
            var delivered = kept.Count == 0 ? null : StoreKeys.EntryIdOf(mailbox.Header, kept[0], mid);
            foreach (var group in deferred)
                await AddNoticeAsync(change, DeferredMessages.Action(mailbox.Header, group.Key.Folder, [.. group.Select(d => (d.Rule, d.Action))], delivered!, ++mid), mid, cancel);
            foreach (var failure in failures)
                await AddNoticeAsync(change, DeferredMessages.Error(mailbox.Header, failure.Folder, failure.Rule, failure.Error, failure.Action, failure.Number, delivered), ++mid, cancel);
        }

        foreach (var rule in run.Answered) change.States.Add((OutOfOfficeHistory.KeyOf(rule, context.SenderAddress), new byte[] { 1 }));
        if (run.Outgoing.Count > 0) change.States.Add((OutgoingMail.KeyOf(target.QueueId), OutgoingMail.Write(run.Outgoing)));

        var applied = await mailbox.ApplyAsync(change, cancel);
        if (!applied.TryGet(out var outcome))
        {
            // A folder may have gone since: the message is not lost over it.
            return applied.Error is StoreError.NotFound or StoreError.InvalidArgument or StoreError.NotSupported ? null : applied.Error;
        }

        if (outcome.WasDelivered) return default(AppendedMessage);
        if (run.Outgoing.Count > 0) await SendAsync(mailbox, target.QueueId, run.Outgoing, cancel);
        foreach (var failure in failures) await MarkAsync(mailbox, failure, cancel);
        DeliveryLog.RulesApplied(logger, queued.Id, mailbox.MailboxId, kept.Count, run.Outgoing.Count, deferred.Count, failures.Count);
        return kept.Count > 0 ? outcome.Appended[0] : default(AppendedMessage);
    }

    private async ValueTask AddNoticeAsync(CombinedChange change, PropertyMessage notice, long mid, CancellationToken cancel) =>
        change.Appends.Add((SpecialFolders.IdOf(SpecialFolder.DeferredAction), await store.PreparePropertiesAsync(notice, cancel), AppendOptions.Default with { Mid = mid }));

    /// <summary>3.2.5.1.3: the first error is told and marked, so that the next one is not told again.</summary>
    internal static async ValueTask MarkAsync(MailboxSession mailbox, RuleFailure failure, CancellationToken cancel) =>
        await mailbox.UpdateAsync(failure.Folder, failure.Rule.Id, row => row with { Overlay = With(row.Overlay, [PropertyValue.Of(PropertyTags.RuleMessageState, (int)(failure.Rule.State | RuleState.Error))]) }, cancel);

    private async ValueTask<bool> ResumeAsync(MailboxSession mailbox, Guid queueEntry, CancellationToken cancel)
    {
        if (await mailbox.ReadClientStateAsync(OutgoingMail.KeyOf(queueEntry), cancel) is not { } stored) return false;
        await SendAsync(mailbox, queueEntry, OutgoingMail.Read(stored), cancel);
        return true;
    }

    private async ValueTask SendAsync(MailboxSession mailbox, Guid queueEntry, IReadOnlyList<OutgoingMail> mails, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        // RFC 8689 6: what follows from a message that required TLS requires it too.
        foreach (var mail in mails) await queue.EnqueueAsync(mail.ToQueued(now) with { Tls = queued.Tls }, cancel);
        await mailbox.WriteClientStateAsync([(OutgoingMail.KeyOf(queueEntry), null)], cancel);
    }

    private async ValueTask<IncomingMessage> OpenAsync(CancellationToken cancel)
    {
        if (Volatile.Read(ref incoming) is { } open) return open;
        await opening.WaitAsync(cancel);
        try
        {
            return incoming ??= await IncomingMessage.OpenAsync(queued, store, cancel);
        }
        finally
        {
            opening.Release();
        }
    }

    private static async ValueTask<byte[]?> OverlayAsync(RuleContext context, bool hasDeferred, CancellationToken cancel)
    {
        var tags = context.Source.Tags;
        if (tags.Count == 0 && !hasDeferred) return context.Target.Overlay;
        var bag = await CarriedProperties.ForAsync(context.Target.Overlay, context.Mailbox, cancel);
        foreach (var tag in tags) bag.Set(tag);
        if (hasDeferred) bag.Set(PropertyValue.Of(PropertyTags.HasDeferredActionMessages, true));
        return PropertyBagCodec.Write(bag);
    }

    internal static byte[] With(byte[]? overlay, IEnumerable<PropertyValue> values)
    {
        var bag = new PropertyBag();
        if (overlay is not null && PropertyBagCodec.TryRead(overlay, out PropertyBag stored)) bag = stored;
        foreach (var value in values) bag.Set(value);
        return PropertyBagCodec.Write(bag);
    }

    /// <summary>[MS-OXOFLAG] 2.2.1.1: followupFlagged.</summary>
    private static bool IsFlagged(PropertyBag tags) => tags.GetInt32(PropertyTags.FlagStatus) == 2;
}
