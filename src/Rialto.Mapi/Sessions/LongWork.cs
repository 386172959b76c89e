// [MS-OXCPRPT] 3.2.5.19, [MS-OXCFOLD] 3.1.5.2: operations that a client lets run while it asks how far they are.
using Rialto.Mapi.Rops;

namespace Rialto.Mapi.Sessions;

/// <summary>An operation that goes on behind its request. One at a time for an object.</summary>
internal sealed class LongWork(WorkProgress progress, CancellationTokenSource cancel, RopDefinition definition, RopRequest request) : IDisposable
{
    public WorkProgress Progress { get; } = progress;

    /// <summary>The operation that it is, whose response RopProgress gives at the end.</summary>
    public RopDefinition Definition { get; } = definition;

    public RopRequest Request { get; } = request;

    public required Task<RopResponse> Task { get; init; }

    public void Cancel() => cancel.Cancel();

    public void Dispose()
    {
        cancel.Cancel();
        // The work may still look at its token; without a timer the source holds nothing.
    }
}
