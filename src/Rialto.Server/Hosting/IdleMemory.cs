using Rialto.Net;

namespace Rialto.Server.Hosting;

/// <summary>
/// Gives memory back when nothing goes on. The collector lets garbage grow to the size of the processor's cache before it looks, which on a large machine is
/// more than a thousand idle connections need; a burst of log-ins would leave that much behind until the next burst.
/// </summary>
internal sealed class IdleMemory : IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    /// <summary>Looks between two collections at least, so that light work in bursts costs a few hundredths of a core at most.</summary>
    private const int LooksBetween = 4;

    /// <summary>Looks that find it quiet before memory is given back: between two bursts it would only have to be taken again, page by page.</summary>
    private const int QuietLooks = 2;

    /// <summary>Bytes allocated between two looks by a server that does nothing but keep-alives and timers.</summary>
    private const long Quiet = 256 * 1024;

    /// <summary>Garbage that is worth a collection.</summary>
    private const long Worthwhile = 4 * 1024 * 1024;

    /// <summary>Heaps above this are collected beside the work, not in its way: compacting them would hold requests up for longer than a person overlooks.</summary>
    private const long LargeHeap = 256 * 1024 * 1024;

    private readonly ConnectionMemory _connections;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public IdleMemory(ConnectionMemory connections, TimeProvider time)
    {
        _connections = connections;
        _time = time;
        _running = RunAsync();
    }

    private async Task RunAsync()
    {
        var collected = 0L;
        var before = 0L;
        var looks = LooksBetween;
        var quiet = 0;
        try
        {
            while (true)
            {
                await Task.Delay(s_look, _time, _stop.Token);
                var now = GC.GetTotalAllocatedBytes();
                quiet = now - before < Quiet ? quiet + 1 : 0;
                before = now;
                if (++looks < LooksBetween || quiet < QuietLooks || now - collected < Worthwhile)
                    continue;
                _connections.Trim();
                if (GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes < LargeHeap)
                    GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                else
                    GC.Collect(2, GCCollectionMode.Optimized, blocking: false);
                collected = before = GC.GetTotalAllocatedBytes();
                looks = 0;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
