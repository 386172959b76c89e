using Rialto.Directory;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>The store's contract, on this backend.</summary>
public sealed class SqliteMessageTests : MessageContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>The store's contract, on this backend.</summary>
public sealed class SqliteFolderTests : FolderContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>The store's contract, on this backend.</summary>
public sealed class SqliteViewTests : ViewContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>The store's contract, on this backend.</summary>
public sealed class SqliteTableTests : TableContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>The store's contract, on this backend.</summary>
public sealed class SqliteAccessTests : AccessContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>The store's contract, on this backend.</summary>
public sealed class SqliteContentTests : ContentContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>The store's contract, on this backend.</summary>
public sealed class SqliteConcurrencyTests : ConcurrencyContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

/// <summary>The directory's storage contract, on this backend.</summary>
public sealed class SqliteDirectoryTests : DirectoryStorageContract, IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private SqliteStoreBackend? _backend;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_backend is not null)
            await _backend.DisposeAsync();
        _directory.Dispose();
    }

    protected override Task<IDirectoryStorage> CreateAsync()
    {
        _backend = TestData.Open(_directory.Path);
        return Task.FromResult(_backend.Directory);
    }

    /// <summary>One process works on a data directory, so every service in it shares the one storage.</summary>
    protected override Task<IDirectoryStorage> ReopenAsync(IDirectoryStorage storage) => Task.FromResult(storage);
}

/// <summary>The store's contract, on this backend.</summary>
public sealed class SqliteManyFlagsTests : ManyFlagsContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}
