using Rialto.Store.Backend;
using Rialto.Store.Conformance;

namespace Rialto.Store.Postgres.Tests;

[Collection(PostgresCollection.Name)]
public sealed class PostgresMessageTests(PostgresFixture postgres) : MessageContract
{
    protected override async ValueTask<IStoreBackend> CreateBackendAsync() => (await postgres.CreateStorageAsync()).Store;
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresFolderTests(PostgresFixture postgres) : FolderContract
{
    protected override async ValueTask<IStoreBackend> CreateBackendAsync() => (await postgres.CreateStorageAsync()).Store;
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresAccessTests(PostgresFixture postgres) : AccessContract
{
    protected override async ValueTask<IStoreBackend> CreateBackendAsync() => (await postgres.CreateStorageAsync()).Store;
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresViewTests(PostgresFixture postgres) : ViewContract
{
    protected override async ValueTask<IStoreBackend> CreateBackendAsync() => (await postgres.CreateStorageAsync()).Store;
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresTableTests(PostgresFixture postgres) : TableContract
{
    protected override async ValueTask<IStoreBackend> CreateBackendAsync() => (await postgres.CreateStorageAsync()).Store;
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresConcurrencyTests(PostgresFixture postgres) : ConcurrencyContract
{
    protected override async ValueTask<IStoreBackend> CreateBackendAsync() => (await postgres.CreateStorageAsync()).Store;
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresContentTests(PostgresFixture postgres) : ContentContract
{
    protected override async ValueTask<IStoreBackend> CreateBackendAsync() => (await postgres.CreateStorageAsync()).Store;
}

/// <summary>The same contents found without tsvector.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresContentWithoutTextSearchTests(PostgresFixture postgres) : ContentContract
{
    protected override async ValueTask<IStoreBackend> CreateBackendAsync() => (await postgres.CreateStorageAsync(new PostgresOptions { UseTextSearch = false })).Store;
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresSearchTests(PostgresFixture postgres) : SearchContract
{
    protected override async ValueTask<IStoreBackend> CreateBackendAsync() => (await postgres.CreateStorageAsync()).Store;
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresCombinedChangeTests(PostgresFixture postgres) : CombinedChangeContract
{
    protected override async ValueTask<IStoreBackend> CreateBackendAsync() => (await postgres.CreateStorageAsync()).Store;
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresImportTests(PostgresFixture postgres) : ImportContract
{
    protected override async ValueTask<IStoreBackend> CreateBackendAsync() => (await postgres.CreateStorageAsync()).Store;
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresManyFlagsTests(PostgresFixture postgres) : ManyFlagsContract
{
    protected override async ValueTask<IStoreBackend> CreateBackendAsync() => (await postgres.CreateStorageAsync()).Store;
}
