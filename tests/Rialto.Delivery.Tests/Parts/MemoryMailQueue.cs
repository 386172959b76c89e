using System.Runtime.CompilerServices;

namespace Rialto.Delivery.Tests;

/// <summary>The mail queue's contract in memory. <see cref="LoseHolds"/> is what the death of the holding process looks like.</summary>
public sealed class MemoryMailQueue(TimeProvider time) : IMailQueueStorage
{
    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];
    private readonly List<Action> watchers = [];

    /// <summary>Throws to make a write fail.</summary>
    public Action? BeforeEnqueue { get; set; }

    public Action? BeforeComplete { get; set; }

    public IReadOnlyList<QueuedMessage> Messages
    {
        get
        {
            lock (gate) return [.. entries.Select(e => e.Message)];
        }
    }

    public ValueTask EnqueueAsync(QueuedMessage message, CancellationToken cancel)
    {
        BeforeEnqueue?.Invoke();
        Action[] told;
        lock (gate)
        {
            if (entries.Any(e => e.Message.Id == message.Id)) return default;
            if (entries.Exists(e => e.Message.Id == message.Id)) return default;
            entries.Add(new Entry { Message = message });
            told = [.. watchers];
        }

        foreach (var watcher in told) watcher();
        return default;
    }

    public ValueTask<IReadOnlyList<ClaimedMessage>> ClaimAsync(string holder, int limit, TimeSpan lease, CancellationToken cancel)
    {
        var now = time.GetUtcNow().UtcTicks;
        var claimed = new List<ClaimedMessage>();
        lock (gate)
        {
            foreach (var entry in entries)
            {
                if (claimed.Count == limit) break;
                if (entry.Holder is not null && entry.Until > now) continue;
                if (!entry.Message.Recipients.Any(r => r.NextAttemptUtcTicks <= now)) continue;
                entry.Lost |= entry.Holder is not null;
                entry.Holder = holder;
                entry.Until = now + lease.Ticks;
                claimed.Add(new(entry.Message, entry.Lost));
            }
        }

        return new((IReadOnlyList<ClaimedMessage>)claimed);
    }

    public ValueTask CompleteAsync(string holder, IReadOnlyList<QueueOutcome> outcomes, CancellationToken cancel)
    {
        BeforeComplete?.Invoke();
        lock (gate)
        {
            foreach (var outcome in outcomes)
            {
                var entry = entries.FirstOrDefault(e => e.Message.Id == outcome.Id && e.Holder == holder);
                if (entry is null) continue;
                entry.Holder = null;
                if (outcome.Remaining.Count == 0) entries.Remove(entry);
                else entry.Message = entry.Message with { Recipients = outcome.Remaining };
            }
        }

        return default;
    }

    public ValueTask ProgressAsync(string holder, QueueOutcome outcome, TimeSpan lease, CancellationToken cancel)
    {
        lock (gate)
        {
            var entry = entries.FirstOrDefault(e => e.Message.Id == outcome.Id && e.Holder == holder);
            if (entry is null) return default;
            entry.Message = entry.Message with { Recipients = outcome.Remaining };
            entry.Until = time.GetUtcNow().UtcTicks + lease.Ticks;
        }

        return default;
    }

    public ValueTask<QueueRevision> ReviseAsync(Guid id, Func<QueuedMessage, IReadOnlyList<QueuedRecipient>> change, CancellationToken cancel)
    {
        lock (gate)
        {
            var entry = entries.FirstOrDefault(e => e.Message.Id == id);
            if (entry is null) return new(QueueRevision.NotFound);
            if (entry.Holder is not null && entry.Until > time.GetUtcNow().UtcTicks) return new(QueueRevision.InWork);
            var recipients = change(entry.Message);
            if (recipients.Count == 0) entries.Remove(entry);
            else entry.Message = entry.Message with { Recipients = recipients };
        }

        return new(QueueRevision.Done);
    }

    /// <summary>Every hold is lost, as after a crash: what is claimed next comes back as repeated.</summary>
    public void LoseHolds()
    {
        lock (gate)
        {
            foreach (var entry in entries)
            {
                entry.Holder = null;
                entry.Lost = true;
            }
        }
    }

    /// <summary>Whoever waits for a later attempt is due now; what is held for the outside stays held.</summary>
    public void MakeDue()
    {
        lock (gate)
        {
            foreach (var entry in entries)
                entry.Message = entry.Message with { Recipients = [.. entry.Message.Recipients.Select(r => HeldMail.IsHeld(r) ? r : r with { NextAttemptUtcTicks = 0 })] };
        }
    }

    public async IAsyncEnumerable<QueuedMessage> ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        foreach (var message in Messages) yield return message;
    }

    public ValueTask<bool> RemoveAsync(Guid id, CancellationToken cancel)
    {
        lock (gate) return new(entries.RemoveAll(e => e.Message.Id == id) > 0);
    }

    public IDisposable Watch(Action available)
    {
        lock (gate) watchers.Add(available);
        return new Watcher(this, available);
    }

    public ValueTask DisposeAsync() => default;

    private sealed class Entry
    {
        public required QueuedMessage Message { get; set; }

        public string? Holder { get; set; }

        public long Until { get; set; }

        public bool Lost { get; set; }
    }

    private sealed class Watcher(MemoryMailQueue owner, Action action) : IDisposable
    {
        public void Dispose()
        {
            lock (owner.gate) owner.watchers.Remove(action);
        }
    }
}
