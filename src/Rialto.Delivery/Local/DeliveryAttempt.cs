// RFC 5321 3.9 (lists), RFC 3461 5.2.7 (delivery to a list and its notification), RFC 2852 4.1.3.
using Rialto.Delivery.Trace;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>
/// One claimed message on its way: which mailboxes its recipients lead to, each once however often it is named, and what became of each recipient.
/// </summary>
internal sealed class DeliveryAttempt
{
    private readonly DirectorySnapshot directory;
    private readonly DeliveryOptions options;
    private readonly DateTimeOffset now;
    private readonly bool sendsOut;
    private readonly Account? submitter;
    private readonly Dictionary<Guid, int> targetOf = [];
    private readonly List<(QueuedRecipient Recipient, int Target)> routed = [];
    private readonly HashSet<Guid> openedGroups = [];
    private readonly HashSet<Guid> forwarded = [];
    private string expandedFrom = "";
    private string forwardedFrom = "";

    /// <param name="sendsOut">Whether recipients elsewhere are sent to; otherwise they are held.</param>
    public DeliveryAttempt(ClaimedMessage claimed, DirectorySnapshot directory, DeliveryOptions options, DateTimeOffset now, bool sendsOut)
    {
        this.sendsOut = sendsOut;
        Message = claimed.Message;
        this.directory = directory;
        this.options = options;
        this.now = now;
        submitter = Message.Submitter.Length == 0 ? null : directory.FindByAddress(Message.Submitter) as Account;
        foreach (var recipient in Message.Recipients)
        {
            IsFirst &= recipient is { Attempts: 0, LastStatus: null };
            if (recipient.NextAttemptUtcTicks > now.UtcTicks) Remaining.Add(recipient);
            else if (Message.DeliverBy?.IsOver(now) == true) Fail(recipient, DeliveryStatus.NotInTime);
            else Route(recipient, claimed.Repeated || recipient.Attempts > 0);
        }
    }

    public QueuedMessage Message { get; }

    /// <summary>The mailboxes to deliver to.</summary>
    public List<DeliveryTarget> Targets { get; } = [];

    /// <summary>What stays in the queue.</summary>
    public List<QueuedRecipient> Remaining { get; } = [];

    /// <summary>Recipients elsewhere that are due.</summary>
    public List<QueuedRecipient> Remote { get; } = [];

    /// <summary>Mailboxes whose mail goes on elsewhere, and for whom: a message of its own each.</summary>
    public List<(MailboxRecipient Mailbox, QueuedRecipient Recipient)> Forwards { get; } = [];

    /// <summary>Everybody whom this attempt is about, with the group or mailbox that led there: for journals.</summary>
    public List<(string Address, string Expanded, string Forwarded)> Reached { get; } = [];

    /// <summary>Nobody has tried it before.</summary>
    public bool IsFirst { get; } = true;

    /// <summary>Who submitted it; null for mail from outside.</summary>
    public Account? Submitter => submitter;

    /// <summary>Whether this attempt changed anything that the queue should know before recipients elsewhere are tried.</summary>
    public bool HasSettled => Delivered > 0 || Forwards.Count > 0 || Unreported > 0 || Reports.Count > 0 || openedGroups.Count > 0;

    /// <summary>What the sender is to be told.</summary>
    public List<ReportedRecipient> Reports { get; } = [];

    /// <summary>Recipients that were tried, for the log.</summary>
    public int Delivered { get; private set; }

    /// <summary>What became of each recipient in this attempt, for the message trace.</summary>
    public List<(string Address, TraceStep Step, DeliveryStatus Status)> Steps { get; } = [];

    /// <summary>What the content says of itself, once it was read.</summary>
    public ContentFacts? Facts { get; set; }

    public QueueOutcome Outcome => new(Message.Id, Remaining);

    /// <summary>Everything again, later, as if nothing had been tried.</summary>
    public QueueOutcome OutcomeAsItWas(DateTimeOffset later) =>
        new(Message.Id, [.. Message.Recipients.Select(r => r with { NextAttemptUtcTicks = Math.Max(r.NextAttemptUtcTicks, later.UtcTicks) })]);

    /// <summary>The outcome when the reports could not be sent: whom they are about stays in the queue.</summary>
    public QueueOutcome OutcomeWithoutReports()
    {
        var kept = new List<QueuedRecipient>(Remaining);
        foreach (var report in Reports)
        {
            if (report.Action != ReportAction.Delayed) kept.Add(RetrySchedule.Next(Message, report.Recipient, DeliveryStatus.StorageFailure, now, options));
        }

        return new(Message.Id, kept);
    }

    /// <summary>Takes in what the store answered for <see cref="Targets"/>, in their order.</summary>
    public void Finish(ReadOnlySpan<StoreError> results)
    {
        foreach (var (recipient, target) in routed)
        {
            switch (results[target])
            {
                case StoreError.None:
                    Delivered++;
                    Steps.Add((recipient.Address, TraceStep.Delivered, DeliveryStatus.Delivered));
                    if (Notifies(recipient, "SUCCESS")) Reports.Add(new(recipient, ReportAction.Delivered, DeliveryStatus.Delivered));
                    break;
                case StoreError.QuotaExceeded:
                    Defer(recipient, DeliveryStatus.OverQuota);
                    break;
                case StoreError.TooLarge:
                    Fail(recipient, DeliveryStatus.TooLarge);
                    break;
                case StoreError.AccessDenied:
                    Fail(recipient, DeliveryStatus.PublicFolderRefused);
                    break;
                case StoreError.NotFound:
                    Defer(recipient, DeliveryStatus.MailboxMissing);
                    break;
                default:
                    Defer(recipient, DeliveryStatus.StorageFailure);
                    break;
            }
        }

        routed.Clear();
    }

    /// <summary>Nothing could be tried: everybody waits.</summary>
    public void DeferAll(DeliveryStatus status)
    {
        foreach (var (recipient, _) in routed) Defer(recipient, status);
        routed.Clear();
    }

    private static bool Notifies(QueuedRecipient recipient, string what) => Notify.Wants(recipient, what);

    private void Route(QueuedRecipient recipient, bool repeated)
    {
        if (SenderRewriting.Restore(directory, recipient.Address, now) is { } original)
        {
            // A report about mail that we passed on: it goes to who sent it first.
            if (Message.Sender.Length == 0) RouteOn(recipient with { Address = original }, repeated);
            else Fail(recipient, DeliveryStatus.UnknownRecipient);
            return;
        }

        RouteOn(recipient, repeated);
    }

    private void RouteOn(QueuedRecipient recipient, bool repeated)
    {
        var route = RecipientResolver.Resolve(directory, recipient.Address, submitter);
        switch (route.Kind)
        {
            case RouteKind.Mailbox:
                AddTarget(recipient, (MailboxRecipient)route.Recipient!, repeated);
                break;
            case RouteKind.PublicFolder:
                AddTarget(recipient, (MailPublicFolder)route.Recipient!, repeated);
                break;
            case RouteKind.Group:
                Expand(recipient, (Group)route.Recipient!, repeated);
                break;
            case RouteKind.Remote:
                Send(recipient, route);
                break;
            default:
                Fail(recipient, route.Status);
                break;
        }
    }

    private void AddTarget(QueuedRecipient recipient, MailboxRecipient mailbox, bool repeated)
    {
        if (mailbox.Forwarding is not { Address: var onward } forwarding)
        {
            AddOwn(recipient, mailbox, repeated);
            return;
        }

        if (forwarding.KeepsCopy) AddOwn(recipient, mailbox, repeated);
        // Each mailbox passes a message on once, so that circles end; who is in one and keeps no copy has it all the same, or nobody would.
        if (!forwarded.Add(mailbox.Id))
        {
            if (!forwarding.KeepsCopy) AddOwn(recipient, mailbox, repeated);
            return;
        }

        var route = RecipientResolver.Resolve(directory, onward, mailbox as Account);
        var asOther = recipient with
        {
            Address = route.Address,
            OriginalRecipient = OriginalRecipients.Of(recipient),
            // RFC 3461 5.2.7.3 (b): what the sender wants to hear is told by one of the two, the mailbox that he named.
            Notify = forwarding.KeepsCopy ? "NEVER" : recipient.Notify,
        };
        var before = forwardedFrom;
        forwardedFrom = mailbox.PrimaryAddress;
        switch (route.Kind)
        {
            case RouteKind.Mailbox:
                AddTarget(asOther, (MailboxRecipient)route.Recipient!, repeated);
                break;
            case RouteKind.PublicFolder:
                AddTarget(asOther, (MailPublicFolder)route.Recipient!, repeated);
                break;
            case RouteKind.Group:
                Expand(asOther, (Group)route.Recipient!, repeated);
                break;
            case RouteKind.Remote:
                Forwards.Add((mailbox, asOther));
                Reached.Add((asOther.Address, expandedFrom, forwardedFrom));
                break;
            default:
                // Better at the wrong end than nowhere.
                if (!forwarding.KeepsCopy) AddOwn(recipient, mailbox, repeated);
                break;
        }

        forwardedFrom = before;
    }

    private void AddOwn(QueuedRecipient recipient, MailboxRecipient mailbox, bool repeated) =>
        AddTarget(recipient, mailbox.MailboxGuid, mailbox.MailboxGuid, SpecialFolders.IdOf(SpecialFolder.Inbox), Message.Id, repeated);

    /// <summary>Public folders are in one mailbox, which remembers a delivery to each of them apart: by an id that follows from the message's and the folder's.</summary>
    private void AddTarget(QueuedRecipient recipient, MailPublicFolder folder, bool repeated)
    {
        Span<byte> delivery = stackalloc byte[16], own = stackalloc byte[16];
        Message.Id.TryWriteBytes(delivery);
        folder.Id.TryWriteBytes(own);
        for (var i = 0; i < own.Length; i++) delivery[i] ^= own[i];
        AddTarget(recipient, folder.Id, directory.PublicStore!.MailboxGuid, new FolderId(folder.FolderId), new Guid(delivery), repeated);
    }

    /// <summary>mfFromMe of who sent it to itself, mfInternet of who did not log in. [MS-OXCMSG] 2.2.1.6.</summary>
    private MessageState OriginOf(Guid mailbox) =>
        submitter is not null ? submitter.MailboxGuid == mailbox ? MessageState.FromMe : MessageState.None
        : Message.Submitter.Length == 0 && Message.Sender.Length > 0 ? MessageState.FromInternet : MessageState.None;

    private void AddTarget(QueuedRecipient recipient, Guid key, Guid mailbox, FolderId folder, Guid delivery, bool repeated)
    {
        if (!targetOf.TryGetValue(key, out var target))
        {
            target = Targets.Count;
            targetOf.Add(key, target);
            var received = FileTime.From(new DateTimeOffset(Message.ReceivedUtcTicks, TimeSpan.Zero));
            Targets.Add(new(mailbox, folder, OriginOf(mailbox), received, delivery, repeated) { Overlay = Message.Overlay });
        }
        else if (repeated && !Targets[target].Repeated)
        {
            Targets[target] = Targets[target] with { Repeated = true };
        }

        Reached.Add((recipient.Address, expandedFrom, forwardedFrom));
        routed.Add((recipient, target));
    }

    /// <summary>The members take the group's place, one by one: those that cannot be reached now wait for themselves, not the whole group with them.</summary>
    private void Expand(QueuedRecipient recipient, Group group, bool repeated)
    {
        if (!openedGroups.Add(group.Id)) return;
        var expansion = directory.Expand(group);
        if (expansion.Outcome != ExpansionOutcome.Complete)
        {
            Fail(recipient, expansion.Outcome == ExpansionOutcome.TooDeep ? DeliveryStatus.GroupTooDeep : DeliveryStatus.GroupTooLarge);
            return;
        }

        var notify = WithoutSuccess(recipient.Notify);
        var original = OriginalRecipients.Of(recipient);
        var reached = 0;
        var before = expandedFrom;
        expandedFrom = group.PrimaryAddress;
        foreach (var member in expansion.Recipients)
        {
            // A member whose mailbox is closed is left out, as an address list would: the sender did not name it.
            var route = RecipientResolver.RouteTo(directory, member.PrimaryAddress, member, submitter);
            var asMember = new QueuedRecipient(route.Address, original, notify, recipient.Attempts, 0, null);
            if (route.Kind == RouteKind.Mailbox) AddTarget(asMember, (MailboxRecipient)route.Recipient!, repeated);
            else if (route.Kind == RouteKind.PublicFolder) AddTarget(asMember, (MailPublicFolder)route.Recipient!, repeated);
            else if (route.Kind == RouteKind.Remote) Send(asMember, route);
            else continue;
            reached++;
        }

        if (reached > 0) Steps.Add((recipient.Address, TraceStep.Expanded, DeliveryStatus.Expanded));
        expandedFrom = before;
        if (reached == 0) Fail(recipient, DeliveryStatus.GroupEmpty);
        else if (Notifies(recipient, "SUCCESS")) Reports.Add(new(recipient, ReportAction.Expanded, DeliveryStatus.Expanded));
    }

    /// <summary>Mail for the outside is sent for those who may send it there: authenticated submitters, and contacts that our own directory names.</summary>
    private void Send(QueuedRecipient recipient, in Route route)
    {
        if (Message.Submitter.Length == 0 && Message.Sender.Length > 0 && route.Recipient is null)
        {
            Fail(recipient, DeliveryStatus.RelayDenied);
            return;
        }

        Reached.Add((route.Address, expandedFrom, forwardedFrom));
        if (route.Address != recipient.Address) recipient = recipient with { OriginalRecipient = OriginalRecipients.Of(recipient) };
        if (sendsOut) Remote.Add(recipient with { Address = route.Address });
        else
        {
            Steps.Add((route.Address, TraceStep.Held, DeliveryStatus.Held));
            Remaining.Add(HeldMail.Hold(recipient) with { Address = route.Address });
        }
    }

    private void Defer(QueuedRecipient recipient, DeliveryStatus status)
    {
        if (RetrySchedule.IsExpired(Message, now, options))
        {
            Fail(recipient, status.GivenUp());
            return;
        }

        if (RetrySchedule.IsOverdueReportDue(Message, recipient, now)) Reports.Add(new(recipient, ReportAction.Delayed, DeliveryStatus.Overdue));
        else if (Notifies(recipient, "DELAY") && RetrySchedule.IsDelayReportDue(Message, recipient, now, options))
            Reports.Add(new(recipient, ReportAction.Delayed, status));
        Steps.Add((recipient.Address, TraceStep.Deferred, status));
        Remaining.Add(RetrySchedule.Next(Message, recipient, status, now, options));
    }

    private void Fail(QueuedRecipient recipient, DeliveryStatus status)
    {
        Steps.Add((recipient.Address, TraceStep.Failed, status));
        if (Notify.WantsFailure(recipient)) Reports.Add(new(recipient, ReportAction.Failed, status));
        else Unreported++;
    }

    /// <summary>Failures that the sender asked not to be told of.</summary>
    public int Unreported { get; private set; }

    private static string? WithoutSuccess(string? notify)
    {
        if (notify is null || !notify.Contains("SUCCESS", StringComparison.OrdinalIgnoreCase)) return notify;
        var left = notify.Split(',').Where(n => !n.Equals("SUCCESS", StringComparison.OrdinalIgnoreCase)).ToArray();
        return left.Length == 0 ? "NEVER" : string.Join(',', left);
    }
}
