using Rialto.Delivery;
using Rialto.Directory;
using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>Mailboxes, mail queue and directory in one PostgreSQL database, shared by any number of servers. Disposing of it closes all three; so does disposing of <see cref="Store"/>.</summary>
public sealed class PostgresStorage : IAsyncDisposable
{
    private readonly Database _database;
    private readonly NotificationSender _sender;
    private readonly NotificationListener _listener;
    private readonly PostgresStoreBackend _store;
    private readonly PostgresMailQueue _queue;
    private readonly PostgresDirectoryStorage _directory;
    private int _disposed;

    private PostgresStorage(Database database, bool hasTextWords)
    {
        _database = database;
        _sender = new NotificationSender(database);
        _listener = new NotificationListener(database);
        _store = new PostgresStoreBackend(database, hasTextWords, _sender, _listener, new PostgresBlobStore(database), DisposeAsync);
        _queue = new PostgresMailQueue(database, _sender, _listener);
        _directory = new PostgresDirectoryStorage(database, _sender, _listener);
        _listener.Start();
    }

    public IStoreBackend Store => _store;

    public IMailQueueStorage Queue => _queue;

    public IDirectoryStorage Directory => _directory;

    /// <summary>Opens the database and brings its schema up to this version. Servers may do so at the same time.</summary>
    /// <exception cref="StorageUnavailableException">The database cannot be reached.</exception>
    /// <exception cref="InvalidOperationException">The data was written by a newer version.</exception>
    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public static async Task<PostgresStorage> OpenAsync(string connectionString, PostgresOptions options, TimeProvider time, CancellationToken cancel)
    {
        var database = new Database(connectionString, options, time);
        try
        {
            await Migrations.RunAsync(database, cancel);
            return new PostgresStorage(database, options.UseTextSearch && await TextIndex.ProbeAsync(database, cancel));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _store.StopAsync();
        await _queue.StopAsync();
        await _listener.DisposeAsync();
        await _sender.DisposeAsync();
        await _database.DisposeAsync();
    }
}
