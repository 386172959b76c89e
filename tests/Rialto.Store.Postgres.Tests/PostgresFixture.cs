using Rialto.Testing;

[assembly: TestFramework("Rialto.Store.Postgres.Tests.PostgresTestFramework", "Rialto.Store.Postgres.Tests")]

namespace Rialto.Store.Postgres.Tests;

/// <summary>One PostgreSQL for the whole assembly; each test gets a database of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresInstance? _instance;

    public async Task InitializeAsync()
    {
        if (PostgresTestFramework.IsInstalled)
            _instance = await PostgresInstance.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_instance is not null)
            await _instance.DisposeAsync();
    }

    public Task<string> CreateDatabaseAsync() => _instance!.CreateDatabaseAsync();

    public async Task<PostgresStorage> CreateStorageAsync(PostgresOptions? options = null, TimeProvider? time = null) =>
        await OpenAsync(await CreateDatabaseAsync(), options, time);

    public static Task<PostgresStorage> OpenAsync(string connectionString, PostgresOptions? options = null, TimeProvider? time = null) =>
        PostgresStorage.OpenAsync(connectionString, options ?? new PostgresOptions(), time ?? TimeProvider.System, CancellationToken.None);
}

[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>
{
    public const string Name = "postgres";
}
