using System.Runtime.CompilerServices;
using Npgsql;
using Rialto.Delivery;
using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>
/// The mail queue as one table that all servers claim from. An entry stays with its holder until its lease ends or the holder is no longer heard of; whoever claims it after
/// that is told that it may have been delivered in part. Rows that another server is just claiming are skipped, so that servers do not wait for each other.
/// </summary>
internal sealed class PostgresMailQueue : IMailQueueStorage
{
    private const int ListPage = 500;

    private readonly Database _database;
    private readonly NotificationSender _sender;
    private readonly Lock _gate = new();
    private readonly List<Action> _watchers = [];
    private readonly HashSet<string> _holders = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _beating;

    public PostgresMailQueue(Database database, NotificationSender sender, NotificationListener listener)
    {
        _database = database;
        _sender = sender;
        listener.Received += (channel, _) =>
        {
            if (channel == NotificationListener.Queue)
                Tell();
        };
        listener.Connected += Tell;
        _beating = Task.Run(BeatAsync);
    }

    public async ValueTask EnqueueAsync(QueuedMessage message, CancellationToken cancel)
    {
        var due = DueOf(message.Recipients);
        await _database.BatchAsync(batch => batch.Add("""
            INSERT INTO mail_queue(id, content, content_length, envelope, recipients, due, received) VALUES($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING
            """)
            .With(message.Id).With(message.Content.Key).With(message.Content.Length).With(QueuePayload.Envelope(message)).With(QueuePayload.Recipients(message.Recipients))
            .With(due).With(message.ReceivedUtcTicks), cancel);
        if (due <= _database.NowTicks)
            Announce();
    }

    /// <summary>The first time that a recipient is due; what is due already takes its place by its arrival.</summary>
    private long DueOf(IReadOnlyList<QueuedRecipient> recipients) =>
        recipients.Count == 0 ? long.MaxValue : Math.Max(_database.NowTicks, recipients.Min(r => r.NextAttemptUtcTicks));

    public async ValueTask<IReadOnlyList<ClaimedMessage>> ClaimAsync(string holder, int limit, TimeSpan lease, CancellationToken cancel)
    {
        await AnnounceHolderAsync(holder, cancel);
        var now = _database.NowTicks;
        var claimed = await _database.ListAsync("""
            WITH due AS (
                SELECT id, holder FROM mail_queue e
                WHERE due <= $1 AND (leased_until <= $1 OR NOT EXISTS (SELECT 1 FROM queue_holder h WHERE h.holder = e.holder AND h.seen > now() - $5 * interval '1 millisecond'))
                ORDER BY due, number LIMIT $2 FOR UPDATE OF e SKIP LOCKED)
            UPDATE mail_queue q SET holder = $3, leased_until = $4 FROM due WHERE q.id = due.id
            RETURNING q.id, q.content, q.content_length, q.received, q.envelope, q.recipients, due.holder IS NOT NULL, q.due, q.number
            """,
            p => p.With(now).With(limit).With(holder).With(now + lease.Ticks).With((long)_database.Options.HolderSilence.TotalMilliseconds),
            r => (Message: new ClaimedMessage(ReadMessage(r), r.GetBoolean(6)), Due: r.Int64(7), Number: r.Int64(8)), cancel);
        return [.. claimed.OrderBy(c => c.Due).ThenBy(c => c.Number).Select(c => c.Message)];
    }

    /// <summary>Before the first claim: an entry whose holder nobody has heard of is anybody's.</summary>
    private async ValueTask AnnounceHolderAsync(string holder, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_holders.Contains(holder))
                return;
        }
        await BeatAsync([holder], cancel);
        lock (_gate)
            _holders.Add(holder);
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(_database.Options.HolderBeat);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                string[] holders;
                lock (_gate)
                    holders = [.. _holders];
                try
                {
                    if (holders.Length > 0)
                        await BeatAsync(holders, _stopping.Token);
                }
                catch (StorageUnavailableException)
                {
                    // Silent meanwhile, as a dead one is.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private Task<int> BeatAsync(string[] holders, CancellationToken cancel) => _database.BatchAsync(batch =>
    {
        batch.Add("INSERT INTO queue_holder(holder, seen) SELECT h, now() FROM unnest($1::text[]) AS h ON CONFLICT (holder) DO UPDATE SET seen = excluded.seen").With(holders);
        batch.Add("DELETE FROM queue_holder WHERE seen < now() - interval '1 day'");
    }, cancel);

    internal async ValueTask StopAsync()
    {
        await _stopping.CancelAsync();
        await _beating;
        _stopping.Dispose();
        string[] holders;
        lock (_gate)
            holders = [.. _holders];
        if (holders.Length == 0)
            return;
        try
        {
            // What they still hold may be taken at once.
            await _database.BatchAsync(batch => batch.Add("DELETE FROM queue_holder WHERE holder = ANY($1::text[])").With(holders), CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // Their silence tells.
        }
    }

    private static QueuedMessage ReadMessage(NpgsqlDataReader r) => QueuePayload.Read(r.GetGuid(0), new BlobRef(r.Int64(1), r.Int64(2)), r.Int64(3), r.Bytes(4), r.Bytes(5));

    public async ValueTask CompleteAsync(string holder, IReadOnlyList<QueueOutcome> outcomes, CancellationToken cancel)
    {
        var done = outcomes.Where(o => o.Remaining.Count == 0).Select(o => o.Id).ToList();
        var kept = outcomes.Where(o => o.Remaining.Count > 0).DistinctBy(o => o.Id).ToList();
        if (outcomes.Count == 0)
            return;
        // Only what this holder still holds: an entry whose lease ended is another's, who asks the mailboxes what they have.
        await _database.BatchAsync(batch =>
        {
            if (done.Count > 0)
                batch.Add("DELETE FROM mail_queue WHERE id = ANY($1::uuid[]) AND holder = $2").With(done).With(holder);
            if (kept.Count > 0)
            {
                batch.Add("""
                    UPDATE mail_queue q SET recipients = v.recipients, due = v.due, leased_until = 0, holder = NULL
                    FROM unnest($2::uuid[], $3::bytea[], $4::bigint[]) AS v(id, recipients, due) WHERE q.id = v.id AND q.holder = $1
                    """).With(holder).With(kept.Select(o => o.Id)).With(kept.Select(o => (byte[]?)QueuePayload.Recipients(o.Remaining))).With(kept.Select(o => DueOf(o.Remaining)));
            }
        }, cancel);
        if (kept.Any(o => DueOf(o.Remaining) <= _database.NowTicks))
            Announce();
    }

    public async ValueTask ProgressAsync(string holder, QueueOutcome outcome, TimeSpan lease, CancellationToken cancel) =>
        await _database.BatchAsync(batch => batch.Add("UPDATE mail_queue SET recipients = $3, leased_until = $4 WHERE id = $1 AND holder = $2")
            .With(outcome.Id).With(holder).With(QueuePayload.Recipients(outcome.Remaining)).With(_database.NowTicks + lease.Ticks), cancel);

    public async ValueTask<QueueRevision> ReviseAsync(Guid id, Func<QueuedMessage, IReadOnlyList<QueuedRecipient>> change, CancellationToken cancel)
    {
        while (true)
        {
            var found = await _database.ListAsync(
                """
                SELECT e.id, e.content, e.content_length, e.received, e.envelope, e.recipients,
                    leased_until > $2 AND EXISTS (SELECT 1 FROM queue_holder h WHERE h.holder = e.holder AND h.seen > now() - $3 * interval '1 millisecond'), coalesce(e.holder, '')
                FROM mail_queue e WHERE id = $1
                """,
                p => p.With(id).With(_database.NowTicks).With((long)_database.Options.HolderSilence.TotalMilliseconds), r => (Message: ReadMessage(r), Held: r.GetBoolean(6), Holder: r.GetString(7)), cancel);
            if (found.Count == 0)
                return QueueRevision.NotFound;
            var (message, held, holder) = found[0];
            if (held)
                return QueueRevision.InWork;
            var recipients = change(message);
            // Only what was read: what somebody claimed or changed meanwhile is looked at again.
            var before = QueuePayload.Recipients(message.Recipients);
            var changed = recipients.Count == 0
                ? await _database.BatchAsync(batch => batch.Add("DELETE FROM mail_queue WHERE id = $1 AND recipients = $2 AND coalesce(holder, '') = $3").With(id).With(before).With(holder), cancel)
                : await _database.BatchAsync(batch => batch.Add("UPDATE mail_queue SET recipients = $2, due = $3, leased_until = 0, holder = NULL WHERE id = $1 AND recipients = $4 AND coalesce(holder, '') = $5")
                    .With(id).With(QueuePayload.Recipients(recipients)).With(DueOf(recipients)).With(before).With(holder), cancel);
            if (changed > 0)
            {
                Announce();
                return QueueRevision.Done;
            }
            await Task.Delay(50, cancel);
        }
    }

    public async IAsyncEnumerable<QueuedMessage> ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var after = long.MinValue;
        while (true)
        {
            var some = await _database.ListAsync("SELECT id, content, content_length, received, envelope, recipients, number FROM mail_queue WHERE number > $1 ORDER BY number LIMIT $2",
                p => p.With(after).With(ListPage), r => (Message: ReadMessage(r), Number: r.Int64(6)), cancel);
            foreach (var (message, _) in some)
                yield return message;
            if (some.Count < ListPage)
                yield break;
            after = some[^1].Number;
        }
    }

    public async ValueTask<bool> RemoveAsync(Guid id, CancellationToken cancel) =>
        await _database.BatchAsync(batch => batch.Add("DELETE FROM mail_queue WHERE id = $1").With(id), cancel) > 0;

    public IDisposable Watch(Action available)
    {
        lock (_gate)
            _watchers.Add(available);
        return new Subscription(() =>
        {
            lock (_gate)
                _watchers.Remove(available);
        });
    }

    private void Announce()
    {
        Tell();
        _sender.Send(NotificationListener.Queue, Guid.Empty, "");
    }

    private void Tell()
    {
        Action[] watchers;
        lock (_gate)
            watchers = [.. _watchers];
        foreach (var watcher in watchers)
            watcher();
    }

    /// <summary>Nothing of its own: the storage that it belongs to closes the connections.</summary>
    public ValueTask DisposeAsync() => default;
}
