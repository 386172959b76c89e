using Microsoft.Extensions.Logging;
using Rialto.Delivery;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Server.Hosting;

/// <summary>Once a day: senders of mail that expired unread are told, what is older than its folder keeps goes, and contents that no message and no queue entry refers to any more are given back to the disk.</summary>
internal sealed partial class Housekeeping : IAsyncDisposable
{
    /// <summary>Not at the start, when everybody logs in.</summary>
    private static readonly TimeSpan s_first = TimeSpan.FromHours(1);

    private static readonly TimeSpan s_every = TimeSpan.FromDays(1);

    /// <summary>Contents younger than this stay: longer than any message is on its way from the blob store into a mailbox.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromDays(1);

    private readonly StoreEngine _engine;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private readonly ExpiredMail _expired;

    public Housekeeping(StoreEngine engine, ExpiredMail expired, TimeProvider time, ILogger<Housekeeping> logger)
    {
        _engine = engine;
        _expired = expired;
        _time = time;
        _logger = logger;
        _running = RunAsync();
    }

    private async Task RunAsync()
    {
        try
        {
            await Task.Delay(s_first, _time, _stop.Token);
            while (true)
            {
                await ExpireAsync();
                await SweepAsync();
                await Task.Delay(s_every, _time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task ExpireAsync()
    {
        try
        {
            await foreach (var header in _engine.Backend.ListMailboxesAsync(_stop.Token))
            {
                await _expired.SendReceiptsAsync(header.Id, _stop.Token);
                await _engine.ExpireAsync(header.Id, _stop.Token);
            }
        }
        catch (Exception e) when (e is StorageUnavailableException or IOException)
        {
            LogNotExpired(e);
        }
    }

    private async Task SweepAsync()
    {
        try
        {
            LogSwept(await _engine.Backend.Blobs.SweepAsync(BlobMarks.OfAllAsync(_engine, _stop.Token), s_grace, _stop.Token));
        }
        catch (Exception e) when (e is StorageUnavailableException or IOException)
        {
            LogFailed(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    [LoggerMessage(110, LogLevel.Information, "Unused contents were swept: {Bytes} bytes freed")]
    private partial void LogSwept(long bytes);

    [LoggerMessage(112, LogLevel.Warning, "Messages past their folder's age limit could not all be deleted; the next try is tomorrow")]
    private partial void LogNotExpired(Exception error);

    [LoggerMessage(111, LogLevel.Warning, "Unused contents could not be swept; the next try is tomorrow")]
    private partial void LogFailed(Exception error);
}
