// [MS-OXORULE] 3.2.5.1: rules of public folders over what clients post there.
using System.Buffers.Binary;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Delivery;

/// <summary>
/// Runs a public folder's rules over a message that a client has posted: it is in the folder already, so that what rules say of it changes it there. With the post a mark is
/// committed, and what rules send is kept with the mark before anything is done to the post: a post whose rules a crash cut short is found by its mark
/// (<see cref="ResumeAsync(MailboxSession)"/>), and they run again, to the same ids, so that the queue takes what they send once.
/// </summary>
public sealed class PostRules(StoreEngine store, DirectoryService directory, IMailQueueStorage queue, DeliveryOptions options, TimeProvider time, ILogger<PostRules> logger)
{
    private const string Marks = "posts";

    /// <summary>Bytes of a mark: folder and message. What follows is what is to be sent.</summary>
    private const int PlaceSize = 16;

    private readonly ConcurrentDictionary<Guid, Lazy<Task>> resumed = [];

    /// <summary>Called when something was put into the queue.</summary>
    public Action? Wake { get; init; }

    /// <summary>The mark for a post about to be made; null where no rules could run over it. For <see cref="AppendOptions.Pending"/>.</summary>
    public static ClientStateKey? MarkFor(MailboxSession mailbox, FolderId folder) =>
        mailbox.Header.IsPublic && mailbox.Folders.TryGet(folder, out var found) && found.Counters.AssociatedCount > 0
            ? new ClientStateKey(OutOfOfficeHistory.Client, Marks, Guid.CreateVersion7().ToString("N"))
            : null;

    /// <summary>Runs them; a rule that fails leaves the post as it is.</summary>
    /// <param name="mailbox">The public store, as the one who posts sees it.</param>
    /// <param name="post">The post.</param>
    /// <param name="mark">What was committed with it.</param>
    public async ValueTask RunAsync(MailboxSession mailbox, MessageRow post, ClientStateKey mark, CancellationToken cancel)
    {
        if (!(await store.OpenAsync(mailbox.MailboxId, Principal.System, cancel)).TryGet(out var session)) return;
        using (session) await RunAsync(session, post, mark, isRepeated: false, cancel);
    }

    /// <summary>Runs the rules of posts that an earlier life of the process left. Once for each store: call when it is logged on to.</summary>
    public Task ResumeAsync(MailboxSession mailbox) =>
        !mailbox.Header.IsPublic ? Task.CompletedTask : resumed.GetOrAdd(mailbox.MailboxId, id => new Lazy<Task>(() => ResumeAllAsync(id))).Value;

    private async Task ResumeAllAsync(Guid mailbox)
    {
        try
        {
            if (!(await store.OpenAsync(mailbox, Principal.System, CancellationToken.None)).TryGet(out var session)) return;
            using (session)
            {
                foreach (var (key, mark) in await session.ReadClientStatesAsync(OutOfOfficeHistory.Client, Marks, CancellationToken.None))
                    await ResumeAsync(session, new(OutOfOfficeHistory.Client, Marks, key), mark, CancellationToken.None);
            }
        }
        catch (Exception e) when (e is StorageUnavailableException or IOException)
        {
            // The next log-on tries again.
            resumed.TryRemove(mailbox, out _);
            DeliveryLog.RulesFailed(logger, e, Guid.Empty, mailbox);
        }
    }

    private async ValueTask ResumeAsync(MailboxSession session, ClientStateKey key, ReadOnlyMemory<byte> mark, CancellationToken cancel)
    {
        MessageRow? post = null;
        if (mark.Length >= PlaceSize)
        {
            var folder = new FolderId(BinaryPrimitives.ReadInt64LittleEndian(mark.Span));
            var id = new MessageId(BinaryPrimitives.ReadInt64LittleEndian(mark.Span[8..]));
            if ((await session.ReadRowsAsync(folder, new[] { id }, cancel)).TryGet(out var rows)) post = rows[0];
        }

        if (post is not null && (post.State & MessageState.SoftDeleted) == 0)
        {
            await RunAsync(session, post, key, isRepeated: true, cancel);
            return;
        }

        // The post is where the rules sent it; what they send may not be.
        if (mark.Length > PlaceSize) await SendAsync(OutgoingMail.Read(mark[PlaceSize..]), isRepeated: true, cancel);
        await session.WriteClientStateAsync([(key, null)], cancel);
    }

    private async ValueTask RunAsync(MailboxSession session, MessageRow post, ClientStateKey mark, bool isRepeated, CancellationToken cancel)
    {
        var snapshot = directory.Current;
        var rules = await FolderRules.OfAsync(session, post.Folder, options.Rules, cancel);
        if (rules.Evaluated.Count > 0 && (post.State & MessageState.Associated) == 0 && RuleDelivery.OwnerOf(session, post.Folder, snapshot) is { } owner)
        {
            try
            {
                await RunAsync(session, post, rules, owner, snapshot, mark, isRepeated, cancel);
            }
            catch (Exception e) when (e is not (OperationCanceledException or StorageUnavailableException))
            {
                DeliveryLog.RulesFailed(logger, e, Guid.Empty, session.MailboxId);
            }
        }

        await session.WriteClientStateAsync([(mark, null)], cancel);
    }

    private async ValueTask RunAsync(
        MailboxSession session, MessageRow post, FolderRules rules, MailboxRecipient owner, DirectorySnapshot snapshot, ClientStateKey mark, bool isRepeated, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var author = snapshot.Find<Account>(post.Creator)?.PrimaryAddress ?? "";
        var queued = new QueuedMessage
        {
            // What rules send gets its ids from this one: the same however often they run over the post.
            Id = OutgoingMail.IdOf(session.MailboxId, session.Header.ReplicaGuid, post.Mid, 0),
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
        if (run.Outgoing.Count > 0) await KeepAsync(session, post, mark, run.Outgoing, cancel);
        await PlaceAsync(session, post, context, run, cancel);
        await SendAsync(run.Outgoing, isRepeated, cancel);
        foreach (var failure in run.Failures.Where(f => (f.Rule.State & RuleState.Error) == 0).DistinctBy(f => f.Rule.Id))
            await RuleDelivery.MarkAsync(session, failure, cancel);
    }

    private static async ValueTask KeepAsync(MailboxSession session, MessageRow post, ClientStateKey mark, IReadOnlyList<OutgoingMail> mails, CancellationToken cancel)
    {
        var outgoing = OutgoingMail.Write(mails);
        var kept = new byte[PlaceSize + outgoing.Length];
        BinaryPrimitives.WriteInt64LittleEndian(kept, post.Folder.Value);
        BinaryPrimitives.WriteInt64LittleEndian(kept.AsSpan(8), post.Id.Value);
        outgoing.CopyTo(kept.AsSpan(PlaceSize));
        await session.WriteClientStateAsync([(mark, kept)], cancel);
    }

    private static async ValueTask PlaceAsync(MailboxSession session, MessageRow post, RuleContext context, RuleRun run, CancellationToken cancel)
    {
        if (!run.Placements[0].IsKept)
        {
            await session.SoftDeleteAsync(post.Folder, [post.Id], cancel);
            return;
        }

        context.Source.Tags.Remove(PropertyIds.MessageClass);
        if (context.Source.Tags.Count == 0 && run.Keywords.Count == 0) return;
        await session.UpdateAsync(post.Folder, post.Id, row => row with
        {
            Overlay = context.Source.Tags.Count == 0 ? row.Overlay : RuleDelivery.With(row.Overlay, context.Source.Tags),
            Keywords = [.. row.Keywords.Union(run.Keywords)],
        }, cancel);
    }

    private async ValueTask SendAsync(IReadOnlyList<OutgoingMail> mails, bool isRepeated, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        foreach (var mail in mails) await queue.EnqueueAsync(mail.ToQueued(now, isRepeated), cancel);
        if (mails.Count > 0) Wake?.Invoke();
    }
}
