using System.Runtime.CompilerServices;
using Rialto.Delivery;
using Rialto.Store.Sqlite.Databases;

namespace Rialto.Store.Sqlite.Queue;

/// <summary>
/// The mail queue: rows in <see cref="QueueDatabase"/>, and everything about who may have an entry when, in memory, since this process alone works on it.
/// What an earlier process left comes back as repeated: it may have been delivered in part.
/// </summary>
internal sealed class SqliteMailQueue : IMailQueueStorage
{
    private readonly QueueDatabase _database;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Entry> _byId = [];
    private readonly Dictionary<Guid, Task> _arriving = [];
    private readonly SortedDictionary<long, Entry> _all = [];
    private readonly SortedDictionary<long, Entry> _due = [];
    private readonly PriorityQueue<Entry, long> _later = new();
    private readonly List<Action> _watchers = [];
    private long _lastNumber;

    public SqliteMailQueue(QueueDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
        foreach (var (number, message) in database.ReadAll())
        {
            var entry = new Entry(number, message) { Lost = true };
            _lastNumber = number;
            _all.Add(number, entry);
            _byId[message.Id] = entry;
            Schedule(entry);
        }
    }

    public async ValueTask EnqueueAsync(QueuedMessage message, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Entry? entry = null;
        Task? durable;
        lock (_lock)
        {
            if (_byId.ContainsKey(message.Id))
                return;
            // Somebody else adds it right now: it is there when theirs is durable.
            if (!_arriving.TryGetValue(message.Id, out durable))
            {
                entry = new Entry(++_lastNumber, message);
                _arriving[message.Id] = durable = _database.Put(entry.Number, message);
            }
        }
        try
        {
            await durable;
        }
        finally
        {
            if (entry is not null)
                Arrived(entry, durable.IsCompletedSuccessfully);
        }
        if (entry is not null)
            Tell();
    }

    public ValueTask<IReadOnlyList<ClaimedMessage>> ClaimAsync(string holder, int limit, TimeSpan lease, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var now = _time.GetUtcNow().UtcTicks;
        var claimed = new List<ClaimedMessage>();
        lock (_lock)
        {
            while (_later.TryPeek(out var entry, out var when) && when <= now)
            {
                _later.Dequeue();
                Wake(entry, now);
            }
            while (claimed.Count < limit && First(_due) is { } entry)
            {
                _due.Remove(entry.Number);
                entry.Holder = holder;
                entry.Until = now + lease.Ticks;
                _later.Enqueue(entry, entry.Until);
                claimed.Add(new ClaimedMessage(entry.Message, entry.Lost));
            }
        }
        return ValueTask.FromResult<IReadOnlyList<ClaimedMessage>>(claimed);
    }

    public async ValueTask CompleteAsync(string holder, IReadOnlyList<QueueOutcome> outcomes, CancellationToken cancel)
    {
        var durable = Task.CompletedTask;
        lock (_lock)
        {
            foreach (var outcome in outcomes)
            {
                // Whoever lost the hold meanwhile has nothing to say about the entry.
                if (!_byId.TryGetValue(outcome.Id, out var entry) || entry.Holder != holder)
                    continue;
                durable = outcome.Remaining.Count == 0 ? _database.Delete(entry.Number) : _database.Put(entry.Number, entry.Message with { Recipients = outcome.Remaining });
            }
        }
        await durable;
        lock (_lock)
        {
            foreach (var outcome in outcomes)
            {
                if (!_byId.TryGetValue(outcome.Id, out var entry) || entry.Holder != holder)
                    continue;
                entry.Holder = null;
                if (outcome.Remaining.Count == 0)
                {
                    Forget(entry);
                    continue;
                }
                entry.Message = entry.Message with { Recipients = outcome.Remaining };
                Schedule(entry);
            }
        }
        Tell();
    }

    public async ValueTask ProgressAsync(string holder, QueueOutcome outcome, TimeSpan lease, CancellationToken cancel)
    {
        Entry? entry;
        Task durable;
        lock (_lock)
        {
            if (!_byId.TryGetValue(outcome.Id, out entry) || entry.Holder != holder)
                return;
            durable = _database.Put(entry.Number, entry.Message with { Recipients = outcome.Remaining });
        }
        await durable;
        lock (_lock)
        {
            if (entry.Gone || entry.Holder != holder)
                return;
            entry.Message = entry.Message with { Recipients = outcome.Remaining };
            entry.Until = _time.GetUtcNow().UtcTicks + lease.Ticks;
            _later.Enqueue(entry, entry.Until);
        }
    }

    public async ValueTask<QueueRevision> ReviseAsync(Guid id, Func<QueuedMessage, IReadOnlyList<QueuedRecipient>> change, CancellationToken cancel)
    {
        Task durable;
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var entry))
                return QueueRevision.NotFound;
            if (entry.Holder is not null && entry.Until > _time.GetUtcNow().UtcTicks)
                return QueueRevision.InWork;
            if (entry.Holder is not null)
            {
                entry.Holder = null;
                entry.Lost = true;
            }
            var recipients = change(entry.Message);
            if (recipients.Count == 0)
            {
                Forget(entry);
                durable = _database.Delete(entry.Number);
            }
            else
            {
                // Known before it is durable: a claim that comes in between writes what it makes of this after it.
                entry.Message = entry.Message with { Recipients = recipients };
                _due.Remove(entry.Number);
                Schedule(entry);
                durable = _database.Put(entry.Number, entry.Message);
            }
        }
        await durable;
        Tell();
        return QueueRevision.Done;
    }

    public async IAsyncEnumerable<QueuedMessage> ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await ValueTask.CompletedTask;
        List<QueuedMessage> messages;
        lock (_lock)
            messages = [.. _all.Values.Select(e => e.Message)];
        foreach (var message in messages)
        {
            cancel.ThrowIfCancellationRequested();
            yield return message;
        }
    }

    public async ValueTask<bool> RemoveAsync(Guid id, CancellationToken cancel)
    {
        Task durable;
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var entry))
                return false;
            Forget(entry);
            durable = _database.Delete(entry.Number);
        }
        await durable;
        return true;
    }

    /// <summary>The contents that entries refer to: no sweep may take them.</summary>
    public IReadOnlyList<BlobRef> Contents()
    {
        lock (_lock)
            return [.. _all.Values.Select(e => e.Message.Content)];
    }

    public IDisposable Watch(Action available)
    {
        lock (_lock)
            _watchers.Add(available);
        return new Watcher(this, available);
    }

    /// <summary>The backend closes the database.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Arrived(Entry entry, bool isDurable)
    {
        lock (_lock)
        {
            _arriving.Remove(entry.Message.Id);
            if (!isDurable)
                return;
            _all.Add(entry.Number, entry);
            _byId[entry.Message.Id] = entry;
            Schedule(entry);
        }
    }

    private static Entry? First(SortedDictionary<long, Entry> entries)
    {
        foreach (var entry in entries.Values)
            return entry;
        return null;
    }

    /// <summary>A time has come that somebody noted for the entry: a due recipient, or the end of a lease. What was noted may be outdated.</summary>
    private void Wake(Entry entry, long now)
    {
        if (entry.Gone)
            return;
        if (entry.Holder is not null)
        {
            if (entry.Until > now)
                return;
            entry.Holder = null;
            entry.Lost = true;
        }
        Schedule(entry);
    }

    private void Schedule(Entry entry)
    {
        var next = long.MaxValue;
        foreach (var recipient in entry.Message.Recipients)
            next = Math.Min(next, recipient.NextAttemptUtcTicks);
        if (next <= _time.GetUtcNow().UtcTicks)
            _due.TryAdd(entry.Number, entry);
        else if (next < long.MaxValue)
            _later.Enqueue(entry, next);
    }

    private void Forget(Entry entry)
    {
        entry.Gone = true;
        _byId.Remove(entry.Message.Id);
        _all.Remove(entry.Number);
        _due.Remove(entry.Number);
    }

    private void Tell()
    {
        Action[] watchers;
        lock (_lock)
            watchers = [.. _watchers];
        foreach (var watcher in watchers)
            watcher();
    }

    private sealed class Entry(long number, QueuedMessage message)
    {
        public long Number { get; } = number;

        public QueuedMessage Message { get; set; } = message;

        public string? Holder { get; set; }

        public long Until { get; set; }

        public bool Lost { get; set; }

        public bool Gone { get; set; }
    }

    private sealed class Watcher(SqliteMailQueue queue, Action available) : IDisposable
    {
        public void Dispose()
        {
            lock (queue._lock)
                queue._watchers.Remove(available);
        }
    }
}
