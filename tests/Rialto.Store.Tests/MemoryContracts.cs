using Rialto.Store.Backend;
using Rialto.Store.Conformance;

namespace Rialto.Store.Tests;

public sealed class MemoryMessageTests : MessageContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());
}

public sealed class MemoryFolderTests : FolderContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());
}

public sealed class MemoryAccessTests : AccessContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());
}

public sealed class MemoryViewTests : ViewContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());
}

public sealed class MemoryTableTests : TableContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());
}

public sealed class MemoryConcurrencyTests : ConcurrencyContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());
}

public sealed class MemoryContentTests : ContentContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());
}

public sealed class MemoryTableViewTests : TableViewContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());
}

public sealed class MemorySearchTests : SearchContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());
}

public sealed class MemoryCombinedChangeTests : CombinedChangeContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());
}

public sealed class MemoryImportTests : ImportContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());
}

public sealed class MemoryManyFlagsTests : ManyFlagsContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());
}
