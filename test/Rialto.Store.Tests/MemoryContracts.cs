using Rialto.Store.Backend;
using Rialto.Store.Conformance;

namespace Rialto.Store.Tests;

public sealed class MemoryMessageTests : MessageContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());
}
