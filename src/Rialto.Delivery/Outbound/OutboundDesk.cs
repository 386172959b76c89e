using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rialto.Delivery.Trace;

namespace Rialto.Delivery;

/// <summary>The entries that are out of the house: written down as their recipients are answered for, and their leases prolonged while that takes long.</summary>
internal sealed class OutboundDesk : IAsyncDisposable
{
    private readonly IMailQueueStorage storage;
    private readonly IOutboundTransport transport;
    private readonly DeliveryReporter reporter;
    private readonly string holder;
    private readonly ConcurrentDictionary<Guid, OutboundEntry> entries = [];
    private readonly OutboundPreparation preparation;
    private readonly ITimer renewal;
    private long relayed;
    private int renewing;

    public OutboundDesk(IMailQueueStorage storage, IOutboundTransport transport, DeliveryReporter reporter, OutboundPreparation preparation, string holder, DeliveryOptions options, TimeProvider time, ILogger logger)
    {
        this.storage = storage;
        this.transport = transport;
        this.reporter = reporter;
        this.preparation = preparation;
        this.holder = holder;
        Options = options;
        Time = time;
        Logger = logger;
        var period = options.Lease / 5;
        renewal = time.CreateTimer(_ => _ = RenewAsync(), null, period, period);
    }

    public DeliveryOptions Options { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    /// <summary>Told what became of each recipient; null for nobody.</summary>
    public MessageTrace? Trace { get; set; }

    /// <summary>Entries that are out.</summary>
    public int Pending => entries.Count;

    /// <summary>Recipients that other servers took since the start.</summary>
    public long Relayed => Interlocked.Read(ref relayed);

    /// <summary>Sends the rest of an entry whose local part is done. It stays claimed until everybody was answered for.</summary>
    public async ValueTask BeginAsync(DeliveryAttempt attempt, IReadOnlyList<QueuedRecipient> settled, CancellationToken cancel)
    {
        var entry = new OutboundEntry(attempt.Message, settled, attempt.Remote, this) { HeldSince = Time.GetTimestamp() };
        cancel.ThrowIfCancellationRequested();
        entries[attempt.Message.Id] = entry;
        try
        {
            // What was delivered here need not be repeated because something elsewhere takes long.
            if (attempt.HasSettled) await ProgressAsync(entry);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Lost(entry, e);
            return;
        }

        try
        {
            var job = await preparation.PrepareAsync(entry.ToJob(), attempt.Submitter, cancel);
            if (job is not null) transport.Send(job);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            DeliveryLog.AttemptFailed(Logger, e, attempt.Message.Id);
            entry.Defer(DeliveryStatus.StorageFailure);
        }
    }

    /// <summary>False when the report could not be put into the queue.</summary>
    public async ValueTask<bool> ReportAsync(QueuedMessage message, IReadOnlyList<ReportedRecipient> reports)
    {
        try
        {
            if (await reporter.ReportAsync(message, reports, CancellationToken.None) is { } report)
                Trace?.Note(new(Time.GetUtcNow().UtcTicks, TraceStep.Reported, message.Id) { Recipients = [message.Sender], Status = $"report {report}" });
            return true;
        }
        catch (Exception e)
        {
            DeliveryLog.AttemptFailed(Logger, e, message.Id);
            return false;
        }
    }

    public async Task CompleteAsync(OutboundEntry entry)
    {
        await storage.CompleteAsync(holder, [entry.Outcome], CancellationToken.None);
        entries.TryRemove(entry.Message.Id, out _);
    }

    public async Task ProgressAsync(OutboundEntry entry)
    {
        await storage.ProgressAsync(holder, entry.Outcome, Options.Lease, CancellationToken.None);
        entry.HeldSince = Time.GetTimestamp();
    }

    public void Lost(OutboundEntry entry, Exception e)
    {
        entries.TryRemove(entry.Message.Id, out _);
        DeliveryLog.OutcomeLost(Logger, e, 1);
    }

    /// <summary>Notes what became of a recipient.</summary>
    public void Note(QueuedMessage message, OutboundResult result, TraceStep step, DeliveryStatus status)
    {
        if (step == TraceStep.Relayed) Interlocked.Increment(ref relayed);
        var now = Time.GetUtcNow().UtcTicks;
        DeliveryMetrics.Recipient(step, (now - message.ReceivedUtcTicks) / (double)TimeSpan.TicksPerSecond);
        Trace?.Note(new(now, step, message.Id) { Sender = message.Sender, Recipients = [result.Recipient.Address], Peer = result.RemoteServer ?? "", Status = status.ToString() });
    }

    public async ValueTask DisposeAsync()
    {
        await renewal.DisposeAsync();
        await transport.DisposeAsync();
    }

    private async Task RenewAsync()
    {
        if (Interlocked.Exchange(ref renewing, 1) != 0) return;
        try
        {
            foreach (var entry in entries.Values)
            {
                if (Time.GetElapsedTime(entry.HeldSince) > Options.Lease / 3) await ProgressAsync(entry);
            }
        }
        catch (Exception e)
        {
            DeliveryLog.OutcomeLost(Logger, e, 1);
        }
        finally
        {
            Volatile.Write(ref renewing, 0);
        }
    }
}
