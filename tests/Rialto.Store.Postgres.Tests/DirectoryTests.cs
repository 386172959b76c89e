using Rialto.Directory;
using Rialto.Testing;

namespace Rialto.Store.Postgres.Tests;

[Collection(PostgresCollection.Name)]
public sealed class PostgresDirectoryTests(PostgresFixture postgres) : DirectoryStorageContract, IAsyncLifetime
{
    private readonly List<PostgresStorage> _opened = [];
    private string _database = "";

    public async Task InitializeAsync() => _database = await postgres.CreateDatabaseAsync();

    protected override Task<IDirectoryStorage> CreateAsync() => OpenAsync();

    protected override Task<IDirectoryStorage> ReopenAsync(IDirectoryStorage storage) => OpenAsync();

    private async Task<IDirectoryStorage> OpenAsync()
    {
        _opened.Add(await PostgresFixture.OpenAsync(_database));
        return _opened[^1].Directory;
    }

    public async Task DisposeAsync()
    {
        foreach (var storage in _opened)
            await storage.DisposeAsync();
    }
}
