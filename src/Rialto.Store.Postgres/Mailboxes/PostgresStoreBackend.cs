using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>Mailboxes in one database that any number of servers share.</summary>
internal sealed class PostgresStoreBackend : IStoreBackend
{
    /// <summary>Mailboxes created in one transaction: enough to make its flush cheap, few enough that a failure repeats little.</summary>
    private const int CreatedAtOnce = 250;

    private readonly NotificationSender _sender;
    private readonly IBlobStore _blobs;
    private readonly Func<ValueTask> _dispose;
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, List<PostgresMailbox>> _open = [];
    private readonly List<Action<Guid>> _watchers = [];
    private readonly string _instance = Guid.NewGuid().ToString("N");
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _polling;

    public PostgresStoreBackend(Database database, bool hasTextWords, NotificationSender sender, NotificationListener listener, IBlobStore blobs, Func<ValueTask> dispose)
    {
        Database = database;
        HasTextWords = hasTextWords;
        _sender = sender;
        _blobs = blobs;
        _dispose = dispose;
        listener.Received += OnNotification;
        listener.Connected += () => _ = PollQuietlyAsync();
        _polling = Task.Run(PollAsync);
    }

    public Database Database { get; }

    public bool HasTextWords { get; }

    public string Name => "postgres";

    public bool IsShared => true;

    public IBlobStore Blobs => _blobs;

    public async ValueTask<bool> CreateMailboxAsync(MailboxHeader header, WriteBatch initial, CancellationToken cancel) => await CreateAsync([(header, initial)], cancel) == 1;

    public async ValueTask CreateMailboxesAsync(IReadOnlyList<(MailboxHeader Header, WriteBatch Initial)> mailboxes, CancellationToken cancel)
    {
        foreach (var some in mailboxes.Chunk(CreatedAtOnce))
            await CreateAsync(some, cancel);
    }

    private Task<int> CreateAsync((MailboxHeader Header, WriteBatch Initial)[] mailboxes, CancellationToken cancel) => Database.RunAsync(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var created = new HashSet<Guid>();
        await using (var insert = new NpgsqlCommand("""
            INSERT INTO mailbox(id, replica, is_public, owner, created, sequence)
            SELECT v.id, v.replica, v.is_public, v.owner, v.created, v.sequence
            FROM unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::uuid[], $5::bigint[], $6::bigint[]) AS v(id, replica, is_public, owner, created, sequence)
            ON CONFLICT (id) DO NOTHING RETURNING id
            """, connection))
        {
            insert.Parameters.With(mailboxes.Select(m => m.Header.Id)).With(mailboxes.Select(m => m.Header.ReplicaGuid)).With(mailboxes.Select(m => m.Header.IsPublic))
                .With(mailboxes.Select(m => m.Header.Owner)).With(mailboxes.Select(m => m.Header.CreatedUtcTicks)).With(mailboxes.Select(m => m.Initial.NewSequence));
            await using var reader = await insert.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
                created.Add(reader.GetGuid(0));
        }
        var commands = new BatchCommands(HasTextWords);
        var inserted = 0;
        foreach (var (header, initial) in mailboxes)
        {
            // Named twice, the first one counts.
            if (!created.Remove(header.Id))
                continue;
            commands.Add(header.Id, initial.Mutations);
            inserted++;
        }
        await using (var batch = new NpgsqlBatch(connection))
        {
            commands.WriteTo(batch);
            if (batch.BatchCommands.Count > 0)
                await batch.ExecuteNonQueryAsync(cancel);
        }
        await transaction.CommitAsync(cancel);
        return inserted;
    }, cancel);

    public async ValueTask<IMailboxStorage?> OpenMailboxAsync(Guid mailbox, CancellationToken cancel)
    {
        var found = await Database.FirstAsync("SELECT id, replica, is_public, owner, created, number FROM mailbox WHERE id = $1", p => p.With(mailbox),
            r => new PostgresMailbox(this, ReadHeader(r), r.Int64(5)), cancel);
        if (found is null)
            return null;
        lock (_gate)
        {
            if (!_open.TryGetValue(mailbox, out var open))
                _open.Add(mailbox, open = []);
            open.Add(found);
        }
        return found;
    }

    private static MailboxHeader ReadHeader(NpgsqlDataReader r) => new(r.GetGuid(0), r.GetGuid(1), r.GetBoolean(2), r.GetGuid(3), r.Int64(4));

    internal void Closed(PostgresMailbox mailbox)
    {
        lock (_gate)
        {
            if (_open.TryGetValue(mailbox.Id, out var open) && open.Remove(mailbox) && open.Count == 0)
                _open.Remove(mailbox.Id);
        }
    }

    public async ValueTask<bool> DeleteMailboxAsync(Guid mailbox, CancellationToken cancel) => await Database.RunAsync(async connection =>
    {
        await using var batch = new NpgsqlBatch(connection);
        // Its row first: a batch that is being applied is waited for, later ones find it gone.
        batch.Add("DELETE FROM mailbox WHERE id = $1").With(mailbox);
        foreach (var table in InitialSchema.MailboxTables)
            batch.Add($"DELETE FROM {table} WHERE mailbox = $1").With(mailbox);
        if (HasTextWords)
            batch.Add("DELETE FROM text_vector WHERE mailbox = $1").With(mailbox);
        await batch.ExecuteNonQueryAsync(cancel);
        return batch.BatchCommands[0].RecordsAffected > 0;
    }, cancel);

    public async IAsyncEnumerable<MailboxHeader> ListMailboxesAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        const int page = 1000;
        var after = Guid.Empty;
        while (true)
        {
            var some = await Database.ListAsync("SELECT id, replica, is_public, owner, created FROM mailbox WHERE id > $1 ORDER BY id LIMIT $2", p => p.With(after).With(page), ReadHeader, cancel);
            foreach (var header in some)
                yield return header;
            if (some.Count < page)
                yield break;
            after = some[^1].Id;
        }
    }

    public IDisposable WatchMailboxes(Action<Guid> changed)
    {
        lock (_gate)
            _watchers.Add(changed);
        return new Subscription(() =>
        {
            lock (_gate)
                _watchers.Remove(changed);
        });
    }

    internal void TellWritten(Guid mailbox, long sequence) =>
        _sender.Send(NotificationListener.Mailboxes, mailbox, string.Create(CultureInfo.InvariantCulture, $"{_instance}:{mailbox:N}:{sequence}"));

    private void OnNotification(string channel, string payload)
    {
        if (channel != NotificationListener.Mailboxes || payload.Split(':') is not [var instance, var id, var number] || !Guid.TryParseExact(id, "N", out var mailbox)
            || !long.TryParse(number, CultureInfo.InvariantCulture, out var sequence))
            return;
        bool isNews;
        lock (_gate)
            isNews = _open.TryGetValue(mailbox, out var open) ? open.Exists(m => m.Known < sequence) : instance != _instance;
        if (isNews)
            Tell(mailbox);
    }

    private void Tell(Guid mailbox)
    {
        Action<Guid>[] watchers;
        lock (_gate)
            watchers = [.. _watchers];
        foreach (var watcher in watchers)
            watcher(mailbox);
    }

    private async Task PollAsync()
    {
        using var timer = new PeriodicTimer(Database.Options.MailboxPoll);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
                await PollQuietlyAsync();
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>Compares the sequences of what is open with the database's: what notifications may have missed.</summary>
    private async Task PollQuietlyAsync()
    {
        Guid[] open;
        lock (_gate)
            open = [.. _open.Keys];
        if (open.Length == 0)
            return;
        try
        {
            var sequences = await Database.ListAsync("SELECT id, sequence FROM mailbox WHERE id = ANY($1::uuid[])", p => p.With(open), r => (Id: r.GetGuid(0), Sequence: r.Int64(1)), _stopping.Token);
            foreach (var (id, sequence) in sequences)
            {
                bool isNews;
                lock (_gate)
                    isNews = _open.TryGetValue(id, out var now) && now.Exists(m => m.Known < sequence);
                if (isNews)
                    Tell(id);
            }
        }
        catch (Exception)
        {
            // Away: the next poll tells.
        }
    }

    public ValueTask BackupAsync(string directory, IProgress<BackendProgress>? progress, CancellationToken cancel) => throw new BackupNotSupportedException();

    public IAsyncEnumerable<string> CheckAsync(IProgress<BackendProgress>? progress, CancellationToken cancel) => DataCheck.RunAsync(Database, progress, cancel);

    internal async ValueTask StopAsync()
    {
        await _stopping.CancelAsync();
        await _polling;
        _stopping.Dispose();
    }

    public ValueTask DisposeAsync() => _dispose();
}
