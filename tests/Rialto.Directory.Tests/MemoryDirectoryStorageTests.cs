using Rialto.Testing;

namespace Rialto.Directory.Tests;

public sealed class MemoryDirectoryStorageTests : DirectoryStorageContract
{
    protected override Task<IDirectoryStorage> CreateAsync() => Task.FromResult<IDirectoryStorage>(new MemoryDirectoryStorage());

    protected override Task<IDirectoryStorage> ReopenAsync(IDirectoryStorage storage) => Task.FromResult(storage);
}
