namespace Rialto.Delivery;

/// <summary>Limits and periods of the mail queue and local delivery, with their reasons.</summary>
public sealed class DeliveryOptions
{
    /// <summary>This server's name in delivery reports and trace headers; empty takes the machine's.</summary>
    public string HostName { get; set; } = "";

    /// <summary>Entries claimed at once: enough that each mailbox's commit holds several messages under load, few enough that one batch's facts stay small in memory.</summary>
    public int BatchSize { get; set; } = 128;

    /// <summary>Batches in work at the same time: while one waits for its commits, the next one's messages are parsed.</summary>
    public int ConcurrentBatches { get; set; } = 3;

    /// <summary>Mailboxes that one message is delivered to at once; a message to a group of thousands goes in slices of that many, so that it neither floods the store nor starves others.</summary>
    public int MailboxesAtOnce { get; set; } = 512;

    /// <summary>How long a claim holds before another server may take the entry: longer than the largest group takes.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often the queue is looked at for entries whose time has come; new mail does not wait for it.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Waits between attempts, the last one repeated: soon at first, since a mailbox over quota is often emptied at once; hourly later (RFC 5321 4.5.4.1).</summary>
    public IList<TimeSpan> RetryWaits { get; } = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1)];

    /// <summary>How long mail that found no room among what is being sent waits, up to twice of it: the room is full for seconds, or because a destination is slow.</summary>
    public TimeSpan PostponedWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After this a recipient that could not be reached is reported as failed: two days, what Exchange users know.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(2);

    /// <summary>After this a sender that asked for NOTIFY=DELAY is told. RFC 3461 4.1.</summary>
    public TimeSpan DelayReportAfter { get; set; } = TimeSpan.FromHours(4);

    /// <summary>Original messages above this size are returned as header only, even when RET=FULL asks for more: a report need not fill the sender's mailbox.</summary>
    public long MaximumReturnedSize { get; set; } = 1024 * 1024;

    /// <summary>Bytes of header returned at most.</summary>
    public int MaximumReturnedHeader { get; set; } = 64 * 1024;

    /// <summary>Recipients described one by one in a report; the others are counted.</summary>
    public int MaximumReportedRecipients { get; set; } = 1_000;

    /// <summary>How long a submitted message waits before it is sent: as long as a client that takes it back at once (RopAbortSubmit) needs to say so, and nobody notices.</summary>
    public TimeSpan SubmissionHold { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Recipients of one submitted message, groups counted once: what Exchange allows in an organisation by default.</summary>
    public int MaximumSubmittedRecipients { get; set; } = 5_000;

    /// <summary>Recipients that one account may send to in an hour, by SMTP and by MAPI together; 0: any number. A person needs some hundreds at most; a mailing needs its size.</summary>
    public int MaximumRecipientsPerHour { get; set; }

    /// <summary>The spam filter.</summary>
    public RspamdOptions Rspamd { get; set; } = new();

    /// <summary>Bounds of rules.</summary>
    public RuleLimits Rules { get; set; } = new();

    /// <summary>The name to use.</summary>
    public string EffectiveHostName => HostName.Length > 0 ? HostName : Environment.MachineName.ToLowerInvariant();
}
