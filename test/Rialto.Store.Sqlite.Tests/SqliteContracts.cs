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
