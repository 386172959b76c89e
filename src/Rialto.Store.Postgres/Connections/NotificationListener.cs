using Npgsql;

namespace Rialto.Store.Postgres;

/// <summary>
/// One connection that listens on all channels and is opened again whenever it is lost. After each opening, <see cref="Connected"/> says that anything may have been missed.
/// </summary>
internal sealed class NotificationListener : IAsyncDisposable
{
    public const string Mailboxes = "rialto_mailbox";
    public const string Queue = "rialto_queue";
    public const string Directory = "rialto_directory";

    private readonly Database _database;
    private readonly CancellationTokenSource _stopping = new();
    private Task _listening = Task.CompletedTask;

    public NotificationListener(Database database) => _database = database;

    /// <summary>Channel and payload; from the listening loop, must not wait.</summary>
    public event Action<string, string>? Received;

    public event Action? Connected;

    /// <summary>Once everybody has subscribed.</summary>
    public void Start() => _listening = Task.Run(ListenAsync);

    private async Task ListenAsync()
    {
        var wait = _database.Options.ReconnectWait;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(_database.ListenerConnectionString);
                await connection.OpenAsync(_stopping.Token);
                connection.Notification += (_, e) => Received?.Invoke(e.Channel, e.Payload);
                await using (var listen = new NpgsqlCommand($"LISTEN {Mailboxes}; LISTEN {Queue}; LISTEN {Directory}", connection))
                    await listen.ExecuteNonQueryAsync(_stopping.Token);
                Connected?.Invoke();
                wait = _database.Options.ReconnectWait;
                while (true)
                    await connection.WaitAsync(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                // Away, or a database without LISTEN: the polls go on meanwhile.
                await Task.Delay(wait, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, TimeSpan.TicksPerMinute));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _listening;
        _stopping.Dispose();
    }
}
