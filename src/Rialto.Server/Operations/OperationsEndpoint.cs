using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Rialto.Delivery;
using Rialto.Server.Hosting;

namespace Rialto.Server.Operations;

/// <summary>What the listener "metrics" answers, and nothing else there: /metrics and /health.</summary>
internal sealed class OperationsEndpoint(RialtoServices services, PrometheusExporter metrics)
{
    /// <summary>A part that has not answered by then is counted as failed.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    public async Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD";
            return;
        }
        switch (context.Request.Path.Value)
        {
            case "/metrics":
                response.ContentType = PrometheusExporter.ContentType;
                await response.WriteAsync(metrics.Scrape(), context.RequestAborted);
                break;
            case "/health":
                var (healthy, report) = await CheckAsync(context.RequestAborted);
                response.StatusCode = healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
                response.ContentType = "application/json";
                await response.WriteAsync(report.ToJsonString() + "\n", context.RequestAborted);
                break;
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task<(bool Healthy, JsonObject Report)> CheckAsync(CancellationToken cancel)
    {
        var storage = await AnswersAsync(async c =>
        {
            await foreach (var _ in services.Backend.ListMailboxesAsync(c))
                break;
        }, cancel);
        var queue = await AnswersAsync(async c =>
        {
            await foreach (var _ in services.Queue.ListAsync(c))
                break;
        }, cancel);
        var free = new DriveInfo(services.Options.Data).AvailableFreeSpace;
        var healthy = storage && queue;
        var low = free < services.Options.Operations.LowDiskSpace;
        return (healthy, new JsonObject
        {
            ["status"] = !healthy ? "failed" : low ? "warning" : "ok",
            ["storage"] = storage ? "ok" : "does not answer",
            ["queue"] = queue ? "ok" : "does not answer",
            ["diskFree"] = free,
            ["disk"] = low ? string.Create(CultureInfo.InvariantCulture, $"less than {services.Options.Operations.LowDiskSpace} bytes free") : "ok",
        });
    }

    private static async Task<bool> AnswersAsync(Func<CancellationToken, Task> ask, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(s_patience);
        try
        {
            await ask(patience.Token).WaitAsync(s_patience, cancel);
            return true;
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            // Which way it failed is in the part's own log; here it counts that it did.
            return false;
        }
    }
}
