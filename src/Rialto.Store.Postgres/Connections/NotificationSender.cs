
namespace Rialto.Store.Postgres;

/// <summary>
/// Sends notifications after the commits that they tell of, newest of each key, many in a statement. Not within those transactions: PostgreSQL lets transactions with
/// notifications commit one at a time, flush included. A notification lost by a crash in between is made up for by the polls.
/// </summary>
internal sealed class NotificationSender : IAsyncDisposable
{
    private readonly Database _database;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _waiting = new(0, 1);
    private readonly Task _sending;
    private Dictionary<(string Channel, Guid Key), string> _pending = [];
    private volatile bool _closed;

    public NotificationSender(Database database)
    {
        _database = database;
        _sending = Task.Run(SendAsync);
    }

    public void Send(string channel, Guid key, string payload)
    {
        lock (_gate)
        {
            _pending[(channel, key)] = payload;
            if (_waiting.CurrentCount == 0)
                _waiting.Release();
        }
    }

    private async Task SendAsync()
    {
        while (!_closed)
        {
            await _waiting.WaitAsync();
            Dictionary<(string Channel, Guid Key), string> pending;
            lock (_gate)
            {
                pending = _pending;
                _pending = [];
            }
            if (pending.Count == 0)
                continue;
            try
            {
                await _database.BatchAsync(batch =>
                {
                    Database.WithoutFlush(batch);
                    batch.Add("SELECT pg_notify(n.channel, n.payload) FROM unnest($1::text[], $2::text[]) AS n(channel, payload)")
                        .With(pending.Keys.Select(k => k.Channel)).With(pending.Values);
                }, CancellationToken.None);
            }
            catch (Exception)
            {
                // Hints: the polls find what these would have told. A database without notifications is not asked in a loop.
                if (!_closed)
                    await Task.Delay(1000);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        Send("rialto_closed", Guid.Empty, "");
        await _sending;
        _waiting.Dispose();
    }
}
