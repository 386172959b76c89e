using Rialto.Mapi;
using Rialto.Store;
using Rialto.Store.Postgres;
using Rialto.Store.Sqlite;
using Rialto.Testing;

namespace Rialto.Mapi.Tests.Fixtures;

/// <summary>Servers over each of the real stores. PostgreSQL is left out where it is not installed.</summary>
public sealed class StoreServers : IAsyncLifetime
{
    public const string Collection = "stores";

    private readonly List<IAsyncDisposable> _storages = [];
    private readonly List<TempDirectory> _directories = [];
    private PostgresInstance? _postgres;

    public static TheoryData<string> Names => File.Exists(PostgresInstance.Initdb) ? ["sqlite", "postgres"] : ["sqlite"];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task<MapiServer> StartAsync(string store, Action<MapiOptions>? configure = null, IContentConverter? converter = null)
    {
        if (store == "sqlite")
        {
            var directory = new TempDirectory();
            _directories.Add(directory);
            var sqlite = SqliteStoreBackend.Open(new SqliteStoreOptions { Directory = directory.Path }, TimeProvider.System);
            _storages.Add(sqlite);
            return await MapiServer.StartAsync(configure, converter, sqlite);
        }
        _postgres ??= await PostgresInstance.StartAsync();
        var storage = await PostgresStorage.OpenAsync(await _postgres.CreateDatabaseAsync(), new PostgresOptions(), TimeProvider.System, CancellationToken.None);
        _storages.Add(storage);
        return await MapiServer.StartAsync(configure, converter, storage.Store);
    }

    public async Task DisposeAsync()
    {
        foreach (var storage in _storages)
            await storage.DisposeAsync();
        foreach (var directory in _directories)
            directory.Dispose();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }
}

[CollectionDefinition(StoreServers.Collection)]
public sealed class StoreServersCollection : ICollectionFixture<StoreServers>
{
}
