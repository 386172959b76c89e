// [MS-OXOMSG] 3.2.5.1 RopSubmitMessage, 3.2.5.2 RopAbortSubmit; RFC 6409 (submission).
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rialto.Content.Mail;
using Rialto.Delivery.Trace;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>
/// Sends messages out of mailboxes. First the message is committed as submitted, then its entry goes into the queue; the queue asks the mailbox before it delivers. So the mailbox
/// alone decides: a crash between the two leaves a submitted message without an entry, which <see cref="ResumeAsync"/> gives the same entry again, and a message that was taken
/// back in time is never delivered. One for the process; thread-safe.
/// </summary>
public sealed class MailSubmission(
    StoreEngine store, DirectoryService directory, IMailQueueStorage queue, DeliveryOptions options, TimeProvider time, ILogger<MailSubmission> logger)
{
    private const MessageState Waiting = MessageState.Submitted | MessageState.Read;

    private readonly ConcurrentDictionary<Guid, Lazy<Task>> _resumed = [];

    /// <summary>How much accounts may send; null: as they like.</summary>
    public SendingLimits? Limits { get; set; }

    /// <summary>Called when something that was held is due: the queue's own look may be seconds away.</summary>
    public Action? Wake { get; set; }

    /// <summary>Told of each message; null for nobody.</summary>
    public MessageTrace? Trace { get; init; }

    /// <summary>Saves the message as submitted and queues it; durable in both when it returns without an error.</summary>
    public async ValueTask<SubmissionResult> SubmitAsync(MailboxSession mailbox, MailboxRecipient owner, SubmissionRequest request, CancellationToken cancel)
    {
        var snapshot = directory.Current;
        if (mailbox.Header.IsPublic) return SubmissionResult.Refuse(SubmissionError.NotSupported);
        if (snapshot.Find<Account>(mailbox.Principal.Id) is not { } actor) return SubmissionResult.Refuse(SubmissionError.SenderRefused);
        if (owner.Quotas?.ProhibitSend is { } most && mailbox.Quota.Used >= most) return SubmissionResult.Refuse(SubmissionError.QuotaExceeded);
        if (SenderIdentity.Of(request.Message.Properties, actor, owner, snapshot) is not { } identity) return SubmissionResult.Refuse(SubmissionError.SenderRefused);
        var now = time.GetUtcNow();
        var submitted = FileTime.From(now);
        var message = Complete(request, identity, submitted, snapshot);
        var due = SubmissionPlan.DueOf(message.Properties, submitted);
        if (due == 0 && options.SubmissionHold > TimeSpan.Zero) due = (now + options.SubmissionHold).UtcTicks;
        var error = SubmissionEnvelope.TryMake(message, snapshot, options, due, out var envelope);
        if (error != SubmissionError.None) return SubmissionResult.Refuse(error);

        if (Limits?.TryTake(actor.Id, envelope.Recipients.Count) == false) return SubmissionResult.Refuse(SubmissionError.TooManyRecipients);
        SubmissionEnvelope.MarkResend(message);
        var prepared = await store.PreparePropertiesAsync(message, cancel);
        var saved = await SaveAsync(mailbox, request, prepared, cancel);
        if (!saved.TryGet(out var id)) return SubmissionResult.Refuse(ErrorOf(saved.Error));
        var entry = new Entry(mailbox, actor.PrimaryAddress, identity.Sender.PrimaryAddress, message, envelope, SubmissionPlan.OriginOf(
            message.Properties, mailbox.Header, request.Folder, id, submitted, request.LeaveInPlace));
        try
        {
            // From here on the message is submitted: who sent it may be gone, the mail goes on.
            await EnqueueAsync(entry, due, attempts: 0, CancellationToken.None);
        }
        catch (Exception e)
        {
            DeliveryLog.SubmissionNotQueued(logger, e, entry.Id);
            await mailbox.AbortSubmissionAsync(request.Folder, id, CancellationToken.None);
            _resumed.TryRemove(mailbox.MailboxId, out _);
            return SubmissionResult.Refuse(SubmissionError.StorageUnavailable);
        }

        WakeAt(due, now);
        DeliveryLog.Submitted(logger, entry.Id, entry.Submitter, entry.Sender, envelope.Recipients.Count);
        Trace?.Note(new(now.UtcTicks, TraceStep.Submitted, entry.Id)
        {
            Sender = entry.Sender,
            Recipients = [.. envelope.Recipients.Select(r => r.Address)],
            MessageId = prepared.Facts.InternetMessageId,
            Subject = prepared.Facts.SubjectPrefix + prepared.Facts.NormalizedSubject,
            Size = prepared.MimeSize,
            Login = entry.Submitter,
            Via = "mapi",
        });
        return new(SubmissionError.None, entry.Id, id, message);
    }

    /// <summary>
    /// Takes a message back that waits to be sent. True: it is a draft again and is not sent. False: it is not waiting (any more).
    /// The mailbox decides; the entry is removed because nobody needs it.
    /// </summary>
    public async ValueTask<StoreResult<bool>> AbortAsync(MailboxSession mailbox, FolderId folder, MessageId message, CancellationToken cancel)
    {
        var rows = await mailbox.ReadRowsAsync(folder, new[] { message }, cancel);
        if (!rows.TryGet(out var found)) return rows.Error;
        if (found[0] is not { Sent: { } submitted } row || (row.State & MessageState.Submitted) == 0) return found[0] is null ? StoreError.NotFound : false;
        var aborted = await mailbox.AbortSubmissionAsync(folder, message, cancel);
        if (aborted.TryGet(out var done) && done) await queue.RemoveAsync(SubmissionIds.EntryOf(mailbox.MailboxId, message, submitted), CancellationToken.None);
        return aborted;
    }

    /// <summary>
    /// Queues what a crash left submitted but not queued. Once for each mailbox in the life of the process, before anybody submits from it: call when it is logged on to.
    /// </summary>
    public Task ResumeAsync(MailboxSession mailbox, MailboxRecipient owner)
    {
        if (mailbox.Header.IsPublic) return Task.CompletedTask;
        return _resumed.GetOrAdd(mailbox.MailboxId, _ => new Lazy<Task>(() => ResumeAllAsync(mailbox.MailboxId, owner))).Value;
    }

    private async Task ResumeAllAsync(Guid mailboxId, MailboxRecipient owner)
    {
        try
        {
            var opened = await store.OpenAsync(mailboxId, Principal.System, CancellationToken.None);
            if (!opened.TryGet(out var mailbox)) return;
            using (mailbox)
            {
                foreach (var folder in new[] { SpecialFolder.Outbox, SpecialFolder.Drafts }) await ResumeFolderAsync(mailbox, owner, SpecialFolders.IdOf(folder));
            }
        }
        catch (Exception e)
        {
            // The next log-on tries again.
            _resumed.TryRemove(mailboxId, out _);
            DeliveryLog.SubmissionNotQueued(logger, e, mailboxId);
        }
    }

    private async ValueTask ResumeFolderAsync(MailboxSession mailbox, MailboxRecipient owner, FolderId folder)
    {
        var waiting = new List<MessageId>();
        var opened = await mailbox.OpenViewAsync(folder, CancellationToken.None);
        if (!opened.TryGet(out var view)) return;
        using (view)
        {
            var current = view.Current;
            for (var i = 0; i < current.Count; i++)
            {
                if ((current[i].State & MessageState.Submitted) != 0) waiting.Add(current[i].Id);
            }
        }

        foreach (var id in waiting)
        {
            var rows = await mailbox.ReadRowsAsync(folder, new[] { id }, CancellationToken.None);
            var content = await mailbox.OpenPropertiesAsync(folder, id, CancellationToken.None);
            if (!rows.TryGet(out var row) || row[0]?.Sent is not { } submitted || !content.TryGet(out var message)) continue;
            var snapshot = directory.Current;
            var due = SubmissionPlan.DueOf(message.Properties, submitted);
            if (SubmissionEnvelope.TryMake(message, snapshot, options, due, out var envelope) != SubmissionError.None) continue;
            var sender = PartyProperties.Sender.SmtpOf(message.Properties, snapshot) ?? owner.PrimaryAddress;
            var entry = new Entry(mailbox, sender, sender, message, envelope, SubmissionPlan.OriginOf(message.Properties, mailbox.Header, folder, id, submitted, leaveInPlace: false));
            // One attempt counted: what is in the queue already stays, and what this adds asks the mailboxes whether they have it.
            await EnqueueAsync(entry, due, attempts: 1, CancellationToken.None);
            DeliveryLog.SubmissionResumed(logger, entry.Id);
        }
    }

    private static PropertyMessage Complete(SubmissionRequest request, SenderIdentity identity, FileTime submitted, DirectorySnapshot snapshot)
    {
        var from = request.Message;
        var message = new PropertyMessage
        {
            Properties = new PropertyBag(from.Properties),
            Recipients = from.Recipients.ConvertAll(r => new PropertyRecipient { Properties = new PropertyBag(r.Properties) }),
            Attachments = [.. from.Attachments],
            NamedProperties = new(from.NamedProperties),
        };
        var bag = message.Properties;
        PartyProperties.Sender.Set(bag, identity.Sender);
        PartyProperties.Representing.Set(bag, identity.Representing);
        bag.Set(PropertyValue.Of(PropertyTags.ClientSubmitTime, submitted));
        bag.Set(PropertyValue.Of(PropertyTags.ContentFilterSpamConfidenceLevel, -1));
        if (request.Locale is { } locale) bag.Set(PropertyValue.Of(PropertyTags.MessageLocaleId, locale));
        if (bag.GetString(PropertyTags.InternetMessageId) is not { Length: > 0 })
        {
            var domain = snapshot.ResolveAddress(identity.Sender.PrimaryAddress).Address.Domain;
            bag.Set(PropertyValue.Of(PropertyTags.InternetMessageId, $"<{Guid.CreateVersion7(submitted.ToDateTimeOffset()):N}@{domain}>"));
        }

        if (bag.GetString(PropertyTags.ConversationTopic) is null && (bag.GetString(PropertyTags.NormalizedSubject) ?? bag.GetString(PropertyTags.Subject)) is { Length: > 0 } topic)
            bag.Set(PropertyValue.Of(PropertyTags.ConversationTopic, topic));
        if (bag.GetBinary(PropertyTags.ConversationIndex) is not { Length: >= ConversationIndex.HeaderLength })
            bag.Set(PropertyValue.Of(PropertyTags.ConversationIndex, ConversationIndex.Derive(bag.GetString(PropertyTags.InternetMessageId)!, submitted.ToDateTimeOffset())));
        return message;
    }

    private static async ValueTask<StoreResult<MessageId>> SaveAsync(MailboxSession mailbox, SubmissionRequest request, PreparedMessage prepared, CancellationToken cancel)
    {
        if (request.Id is not { } id)
        {
            var appended = await mailbox.AppendAsync(request.Folder, prepared, new AppendOptions(Waiting, [], null), cancel);
            return appended.TryGet(out var place) ? place.Id : appended.Error;
        }

        var rows = await mailbox.ReadRowsAsync(request.Folder, new[] { id }, cancel);
        if (!rows.TryGet(out var found)) return rows.Error;
        if (found[0] is not { } row) return StoreError.NotFound;
        if ((row.State & MessageState.Submitted) != 0) return StoreError.AlreadyExists;
        var replaced = await mailbox.ReplaceAsync(
            request.Folder, id, prepared, new ReplaceOptions { ExpectedCn = request.ExpectedCn ?? row.Cn, Set = Waiting, Clear = MessageState.Draft }, cancel);
        return replaced.TryGet(out _) ? id : replaced.Error;
    }

    private async ValueTask EnqueueAsync(Entry entry, long due, int attempts, CancellationToken cancel)
    {
        var submitted = new FileTime(entry.Origin.SubmitTime).ToDateTimeOffset();
        var mime = SubmittedMime.Write(entry.Message, entry.Id, submitted, directory.Current, options);
        var content = await store.Backend.Blobs.WriteAsync(mime, cancel);
        await queue.EnqueueAsync(
            new QueuedMessage
            {
                Id = entry.Id,
                Content = content,
                Sender = entry.Sender,
                Recipients = attempts == 0 ? entry.Envelope.Recipients : [.. entry.Envelope.Recipients.Select(r => r with { Attempts = attempts })],
                // A delayed message is as old as its delay allows: it gets its full time of trying.
                ReceivedUtcTicks = Math.Max(due, submitted.UtcTicks),
                Submitter = entry.Submitter,
                SmtpUtf8 = entry.Envelope.IsInternational,
                EightBitMime = true,
                Tls = SubmittedMime.WaivesTls(mime) ? TlsDemand.NotRequired : TlsDemand.Policy,
                Overlay = CarriedProperties.Of(entry.Message),
                Origin = entry.Origin,
            },
            cancel);
    }

    /// <summary>For holds; what is deferred for longer is found in time by the queue itself.</summary>
    private void WakeAt(long due, DateTimeOffset now)
    {
        var wait = TimeSpan.FromTicks(due - now.UtcTicks);
        if (Wake is not { } wake || wait <= TimeSpan.Zero || wait > options.SubmissionHold) return;
        ITimer? timer = null;
        // A timer may fire a tick early.
        timer = time.CreateTimer(
            _ =>
            {
                wake();
                Volatile.Read(ref timer)?.Dispose();
            },
            null, wait + TimeSpan.FromMilliseconds(2), Timeout.InfiniteTimeSpan);
    }

    private static SubmissionError ErrorOf(StoreError error) => error switch
    {
        StoreError.NotFound => SubmissionError.NotFound,
        StoreError.AccessDenied => SubmissionError.AccessDenied,
        StoreError.AlreadyExists => SubmissionError.AlreadySubmitted,
        StoreError.Conflict => SubmissionError.Conflict,
        StoreError.QuotaExceeded => SubmissionError.QuotaExceeded,
        StoreError.TooLarge => SubmissionError.TooLarge,
        StoreError.NotSupported => SubmissionError.NotSupported,
        _ => SubmissionError.StorageUnavailable,
    };

    private sealed record Entry(MailboxSession Mailbox, string Submitter, string Sender, PropertyMessage Message, SubmissionEnvelope Envelope, SubmissionOrigin Origin)
    {
        public Guid Id { get; } = SubmissionIds.EntryOf(Mailbox.MailboxId, new MessageId(Origin.Message), new FileTime(Origin.SubmitTime));
    }
}
