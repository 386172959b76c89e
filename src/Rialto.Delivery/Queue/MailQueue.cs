using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Rialto.Delivery.Trace;
using Rialto.Directory;
using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>
/// Drains the durable queue into mailboxes. An entry leaves the queue only after every mailbox is durable and every report about it is in the queue; whatever
/// happens in between, it comes back, and mailboxes that have it already say so.
/// </summary>
public sealed class MailQueue : IAsyncDisposable
{
    private readonly IMailQueueStorage storage;
    private readonly LocalMailDelivery delivery;
    private readonly OutboundDesk? outbound;
    private readonly DeliveryReporter reporter;
    private readonly SubmissionRelease releases;
    private readonly MailCopies copies;
    private readonly DeliveryOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<MailQueue> logger;
    private readonly string holder;
    private readonly CancellationTokenSource stopping = new();
    private readonly Channel<bool> work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim slots;
    private IDisposable? watch;
    private Task draining = Task.CompletedTask;
    private Task measuring = Task.CompletedTask;
    private long delivered;

    public MailQueue(
        IMailQueueStorage storage, StoreEngine store, DirectoryService directory, DeliveryOptions? options = null, TimeProvider? time = null, ILogger<MailQueue>? logger = null,
        IOutboundTransport? transport = null, Rspamd? filter = null)
    {
        this.storage = storage;
        this.options = options ?? new();
        this.time = time ?? TimeProvider.System;
        this.logger = logger ?? Microsoft.Extensions.Logging.Abstractions.NullLogger<MailQueue>.Instance;
        delivery = new(storage, store, directory, this.options, this.time, this.logger, transport is not null);
        copies = new(storage, store.Backend.Blobs, directory, this.options, this.time, this.logger);
        releases = new(store, this.options, this.time, this.logger);
        reporter = new(storage, store.Backend.Blobs, directory, this.options, this.time, this.logger);
        holder = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
        slots = new(this.options.ConcurrentBatches);
        if (transport is not null) outbound = new(storage, transport, reporter, new(store.Backend.Blobs, directory, filter, this.time, this.logger), holder, this.options, this.time, this.logger);
    }

    /// <summary>Told what became of each recipient; null for nobody.</summary>
    public MessageTrace? Trace
    {
        get;
        init
        {
            field = value;
            if (outbound is not null) outbound.Trace = value;
        }
    }

    /// <summary>Recipients delivered since the start.</summary>
    public long Delivered => Interlocked.Read(ref delivered);

    /// <summary>Entries that are out of the house.</summary>
    public int Sending => outbound?.Pending ?? 0;

    /// <summary>Recipients that other servers took since the start.</summary>
    public long Relayed => outbound?.Relayed ?? 0;

    /// <summary>Begins to drain, and goes on until disposed.</summary>
    public void Start()
    {
        if (watch is not null) throw new InvalidOperationException("The queue is already being drained.");
        watch = storage.Watch(Wake);
        draining = Task.Run(RunAsync);
        if (outbound is not null) _ = Task.Run(FreeHeldAsync);
        measuring = Task.Run(MeasureAsync);
    }

    /// <summary>Looks at the queue now; call when the clock or the directory made waiting entries due.</summary>
    public void Wake() => work.Writer.TryWrite(true);

    /// <summary>Attempts everything that is due, in this call: for command lines and tests, instead of <see cref="Start"/>.</summary>
    /// <returns>How many entries were attempted.</returns>
    public async Task<int> DrainAsync(CancellationToken cancel)
    {
        var attempted = 0;
        while (true)
        {
            var batch = await storage.ClaimAsync(holder, options.BatchSize, options.Lease, cancel);
            if (batch.Count == 0) return attempted;
            await ProcessAsync(batch, cancel);
            attempted += batch.Count;
        }
    }

    /// <summary>Stops claiming, and waits for the batches in work.</summary>
    public async ValueTask DisposeAsync()
    {
        watch?.Dispose();
        if (!stopping.IsCancellationRequested) await stopping.CancelAsync();
        await draining;
        await measuring;
        for (var i = 0; i < options.ConcurrentBatches; i++) await slots.WaitAsync(CancellationToken.None);
        slots.Release(options.ConcurrentBatches);
        if (outbound is not null) await outbound.DisposeAsync();
    }

    /// <summary>What an earlier version kept because it sent nothing out is sent now.</summary>
    private async Task FreeHeldAsync()
    {
        try
        {
            await foreach (var message in storage.ListAsync(stopping.Token))
            {
                if (message.Recipients.Any(HeldMail.IsForOutside))
                    await storage.ReviseAsync(message.Id, m => [.. m.Recipients.Select(r => HeldMail.IsForOutside(r) ? HeldMail.Release(r) : r)], stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next start goes on.
        }
        catch (Exception e)
        {
            DeliveryLog.QueueUnavailable(logger, e, options.PollInterval);
        }
    }

    /// <summary>Says now and then how long the queue is, while somebody wants to know.</summary>
    private async Task MeasureAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (DeliveryMetrics.CountsQueue) await MeasureOnceAsync(stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                DeliveryLog.QueueUnavailable(logger, e, options.PollInterval);
            }

            await PauseAsync(options.PollInterval);
        }
    }

    private async Task MeasureOnceAsync(CancellationToken cancel)
    {
        long due = 0, later = 0, held = 0, oldest = long.MaxValue;
        var now = time.GetUtcNow().UtcTicks;
        await foreach (var message in storage.ListAsync(cancel))
        {
            var heldHere = 0;
            foreach (var recipient in message.Recipients)
            {
                if (HeldMail.IsHeld(recipient)) heldHere++;
                else if (recipient.NextAttemptUtcTicks > now) later++;
                else due++;
            }

            held += heldHere;
            if (heldHere < message.Recipients.Count) oldest = Math.Min(oldest, message.ReceivedUtcTicks);
        }

        DeliveryMetrics.Queue(due, later, held, oldest >= now ? 0 : (now - oldest) / (double)TimeSpan.TicksPerSecond);
    }

    private async Task RunAsync()
    {
        var wait = TimeSpan.FromSeconds(1);
        while (!stopping.IsCancellationRequested)
        {
            var taken = false;
            try
            {
                await slots.WaitAsync(stopping.Token);
                taken = true;
                var batch = await storage.ClaimAsync(holder, options.BatchSize, options.Lease, stopping.Token);
                wait = TimeSpan.FromSeconds(1);
                if (batch.Count > 0)
                {
                    taken = false;
                    _ = ProcessInSlotAsync(batch);
                    continue;
                }

                slots.Release();
                taken = false;
                await WaitForWorkAsync();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                if (taken) slots.Release();
                return;
            }
            catch (Exception e)
            {
                if (taken) slots.Release();
                DeliveryLog.QueueUnavailable(logger, e, wait);
                await PauseAsync(wait);
                wait = wait < TimeSpan.FromSeconds(30) ? wait * 2 : wait;
            }
        }
    }

    private async Task WaitForWorkAsync()
    {
        try
        {
            await work.Reader.WaitToReadAsync(stopping.Token).AsTask().WaitAsync(options.PollInterval, time, stopping.Token);
            work.Reader.TryRead(out _);
        }
        catch (TimeoutException)
        {
            // Time to look for entries that are due again.
        }
    }

    private async Task PauseAsync(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, time, stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task ProcessInSlotAsync(IReadOnlyList<ClaimedMessage> batch)
    {
        // Not on the thread that claims: it has the next batch to take.
        await Task.Yield();
        try
        {
            // A batch in work is finished when the server stops: its mailboxes commit in milliseconds, and nothing is claimed again.
            await ProcessAsync(batch, CancellationToken.None);
        }
        catch (Exception e)
        {
            DeliveryLog.OutcomeLost(logger, e, batch.Count);
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task ProcessAsync(IReadOnlyList<ClaimedMessage> batch, CancellationToken cancel)
    {
        var outcomes = new List<QueueOutcome>(batch.Count);
        var leaving = new List<Task>();
        var attempts = await delivery.DeliverAsync(await releases.DecideAsync(batch, outcomes, cancel), cancel);
        foreach (var attempt in attempts)
        {
            if (attempt.Unreported > 0) DeliveryLog.Unreported(logger, attempt.Message.Id, attempt.Unreported);
            if (!await TryCopyAsync(attempt, cancel))
            {
                outcomes.Add(attempt.OutcomeAsItWas(time.GetUtcNow() + options.RetryWaits.FirstOrDefault(TimeSpan.FromMinutes(1))));
                continue;
            }

            var outcome = await ReportAsync(attempt, cancel);
            if (attempt.Remote.Count == 0) outcomes.Add(outcome);
            else leaving.Add(outbound!.BeginAsync(attempt, outcome.Remaining, cancel).AsTask());
            Interlocked.Add(ref delivered, attempt.Delivered);
            NoteSteps(attempt);
            DeliveryLog.Attempted(logger, attempt.Message.Id, attempt.Message.Sender, attempt.Delivered, attempt.Remaining.Count);
        }

        if (outcomes.Count > 0) await storage.CompleteAsync(holder, outcomes, cancel);
        await Task.WhenAll(leaving);
    }

    /// <summary>False when what follows from the message could not be queued: it is delivered again then, and mailboxes that have it say so.</summary>
    private async ValueTask<bool> TryCopyAsync(DeliveryAttempt attempt, CancellationToken cancel)
    {
        try
        {
            await copies.SendAsync(attempt, cancel);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            DeliveryLog.AttemptFailed(logger, e, attempt.Message.Id);
            return false;
        }
    }

    private void NoteSteps(DeliveryAttempt attempt)
    {
        var now = time.GetUtcNow();
        var age = (now.UtcTicks - attempt.Message.ReceivedUtcTicks) / (double)TimeSpan.TicksPerSecond;
        foreach (var (address, step, status) in attempt.Steps)
        {
            DeliveryMetrics.Recipient(step, age);
            Trace?.Note(new(now.UtcTicks, step, attempt.Message.Id)
            {
                Sender = attempt.Message.Sender,
                Recipients = [address],
                MessageId = attempt.Facts?.InternetMessageId ?? "",
                Subject = attempt.Facts is { } facts ? facts.SubjectPrefix + facts.NormalizedSubject : "",
                Status = status.ToString(),
            });
        }
    }

    private async ValueTask<QueueOutcome> ReportAsync(DeliveryAttempt attempt, CancellationToken cancel)
    {
        if (attempt.Reports.Count == 0) return attempt.Outcome;
        try
        {
            if (await reporter.ReportAsync(attempt.Message, attempt.Reports, cancel) is { } report)
                Trace?.Note(new(time.GetUtcNow().UtcTicks, TraceStep.Reported, attempt.Message.Id) { Recipients = [attempt.Message.Sender], Status = $"report {report}" });
            return attempt.Outcome;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Without its report the entry stays: the next attempt delivers to nobody twice and reports again.
            DeliveryLog.AttemptFailed(logger, e, attempt.Message.Id);
            return attempt.OutcomeWithoutReports();
        }
    }
}
