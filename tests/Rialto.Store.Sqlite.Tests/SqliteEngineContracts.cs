using Rialto.Store.Backend;
using Rialto.Store.Conformance;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

public sealed class SqliteFolderContractTests : FolderContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

public sealed class SqliteAccessContractTests : AccessContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

public sealed class SqliteViewContractTests : ViewContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

public sealed class SqliteTableContractTests : TableContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

public sealed class SqliteConcurrencyContractTests : ConcurrencyContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

public sealed class SqliteContentContractTests : ContentContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

public sealed class SqliteTableViewTests : TableViewContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

public sealed class SqliteSearchTests : SearchContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

public sealed class SqliteCombinedChangeTests : CombinedChangeContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}

public sealed class SqliteImportTests : ImportContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }
}
