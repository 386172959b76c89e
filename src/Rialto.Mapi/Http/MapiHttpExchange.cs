// [MS-OXCMAPIHTTP] 2.2.2.2 common response format, 2.2.7 meta-tags, 3.2.5.2 responding.
using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Rialto.Mapi.Sessions;
using Rialto.Wire;

namespace Rialto.Mapi.Http;

/// <summary>
/// One request and its answer: headers checked and repeated, then a chunked body.
/// <code>
/// PROCESSING CRLF                      at once
/// PENDING CRLF                         every pending period
/// DONE CRLF
/// X-ElapsedTime: … CRLF X-StartTime: … CRLF CRLF
/// body
/// </code>
/// </summary>
internal sealed class MapiHttpExchange(HttpContext context, MapiService service)
{
    private static readonly byte[] s_processing = "PROCESSING\r\n"u8.ToArray();
    private static readonly byte[] s_pending = "PENDING\r\n"u8.ToArray();

    /// <summary>A TLS record, without what a chunk has before and behind it. RFC 8446 5.1.</summary>
    private const int PieceSize = 16 * 1024 - 64;

    /// <summary>As much as the connection takes before it waits for the client.</summary>
    private const int PiecesAtOnce = 4;

    private readonly long _started = service.Time.GetTimestamp();
    private readonly DateTimeOffset _startTime = service.Time.GetUtcNow();

    /// <summary>What takes no longer than a few syncs of a disk needs no packet of its own that says it is being processed.</summary>
    private static readonly TimeSpan AnsweredAtOnce = TimeSpan.FromMilliseconds(20);

    public HttpContext Context => context;

    public string RequestType { get; private set; } = "";

    public string ClientInfo { get; private set; } = "";

    /// <summary>Checks what every request must have; anything but success is the answer.</summary>
    public ResponseCode CheckHeaders()
    {
        var headers = context.Request.Headers;
        RequestType = headers[MapiHttpHeaders.RequestType].ToString();
        ClientInfo = headers[MapiHttpHeaders.ClientInfo].ToString();
        if (RequestType.Length == 0 || headers[MapiHttpHeaders.RequestId].Count == 0)
            return ResponseCode.MissingHeader;
        // PING has no body and some clients then leave the type out.
        if (context.Request.ContentType is { } type ? !type.StartsWith(MapiHttpHeaders.ContentType, StringComparison.OrdinalIgnoreCase) : RequestType != "PING")
            return ResponseCode.InvalidHeader;
        return ResponseCode.Success;
    }

    /// <summary>The whole body in a rented array that the caller gives back; null and the reason when it is too large or cut short.</summary>
    public async ValueTask<(byte[]? Rented, int Length, ResponseCode Code)> ReadBodyAsync(int limit)
    {
        if (context.Request.ContentLength > limit)
            return (null, 0, ResponseCode.TooLarge);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit + 1;
        var buffer = ArrayPool<byte>.Shared.Rent((int)(context.Request.ContentLength ?? 4096) + 1);
        var length = 0;
        try
        {
            while (true)
            {
                var read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), context.RequestAborted);
                if (read == 0)
                {
                    var whole = buffer;
                    buffer = null;
                    return (whole, length, ResponseCode.Success);
                }
                length += read;
                if (length > limit)
                    return (null, 0, ResponseCode.TooLarge);
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
        }
        catch (BadHttpRequestException)
        {
            return (null, 0, ResponseCode.InvalidRequestBody);
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The answer to a request that was not accepted: its code, and a page for whoever reads the wire.</summary>
    public Task RefuseAsync(ResponseCode code)
    {
        CommonHeaders(code, "text/html");
        var page = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"<html><head><title>{(int)code}</title></head><body>The request was refused: {code} ({(int)code}).</body></html>"));
        context.Response.ContentLength = page.Length;
        return context.Response.Body.WriteAsync(page, 0, page.Length, context.RequestAborted);
    }

    /// <summary>Sends the session's cookies with the response, which must not have begun.</summary>
    public void SetCookies(SessionContext session)
    {
        var cookies = context.Response.Cookies;
        // Each endpoint has its own: a client may talk to both at the same time.
        var path = context.Request.Path.StartsWithSegments(MapiHttpEndpoints.AddressBookPath, StringComparison.OrdinalIgnoreCase) ? MapiHttpEndpoints.AddressBookPath : MapiHttpEndpoints.MailboxPath;
        var options = new CookieOptions { HttpOnly = true, Secure = context.Request.IsHttps, Path = path };
        cookies.Append(MapiHttpHeaders.ContextCookie, session.Id, options);
        cookies.Append(MapiHttpHeaders.SequenceCookie, session.Sequence, options);
    }

    /// <summary>
    /// Accepts the request and answers it when <paramref name="work"/> is done: what it returns is the body. While it works the client is told so. Work that is
    /// done at once is answered in one piece.
    /// </summary>
    public async Task RespondAsync(ValueTask<MapiHttpBody> work)
    {
        CommonHeaders(ResponseCode.Success, MapiHttpHeaders.ContentType);
        context.Response.Headers[MapiHttpHeaders.PendingPeriod] = Milliseconds(service.Options.PendingPeriod);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var output = context.Response.BodyWriter;
        output.Write(s_processing);
        var body = MapiHttpBody.Empty;
        var code = ResponseCode.Success;
        if (work.IsCompletedSuccessfully)
        {
            body = await work;
        }
        else
        {
            var running = work.AsTask();
            if (!await EndsWithinAsync(running, AnsweredAtOnce))
            {
                await output.FlushAsync(CancellationToken.None);
                while (!await EndsWithinAsync(running, service.Options.PendingPeriod))
                {
                    output.Write(s_pending);
                    await output.FlushAsync(CancellationToken.None);
                }
            }
            try
            {
                body = await running;
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // 3.2.5.2: the response has begun, so that the failure follows it.
                Log.RequestFailed(service.Logger, RequestType, e);
                code = ResponseCode.UnknownFailure;
            }
        }
        using (body)
        {
            // What is written before the head is kept in pages of its own first, and copied.
            if (body.Bytes.Length > PieceSize)
                await context.Response.StartAsync(context.RequestAborted);
            WriteTail(output, code);
            await WriteAsync(output, body.Bytes, context.RequestAborted);
        }
        await output.FlushAsync(context.RequestAborted);
    }

    /// <summary>In pieces of a TLS record each: what the server takes by itself makes a record of every page of 4 KB. The client has the first while the others are encrypted.</summary>
    private static async ValueTask WriteAsync(PipeWriter output, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        for (var pieces = 1; !bytes.IsEmpty; pieces++)
        {
            var piece = bytes[..Math.Min(bytes.Length, PieceSize)];
            piece.Span.CopyTo(output.GetSpan(piece.Length));
            output.Advance(piece.Length);
            bytes = bytes[piece.Length..];
            if (pieces % PiecesAtOnce == 0)
                await output.FlushAsync(cancel);
        }
    }

    private void WriteTail(PipeWriter output, ResponseCode code)
    {
        var elapsed = (long)service.Time.GetElapsedTime(_started).TotalMilliseconds;
        Span<byte> text = stackalloc byte[160];
        if (System.Text.Unicode.Utf8.TryWrite(text, CultureInfo.InvariantCulture,
            $"DONE\r\nX-ElapsedTime: {elapsed}\r\nX-StartTime: {_startTime:R}\r\n", out var written))
        {
            output.Write(text[..written]);
        }
        if (code != ResponseCode.Success
            && System.Text.Unicode.Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"X-ResponseCode: {(int)code}\r\nContent-Type: text/html\r\n", out written))
        {
            output.Write(text[..written]);
        }
        output.Write("\r\n"u8);
    }

    /// <summary>Whether the work ended, well or not, before so much time had passed; no timer is left behind.</summary>
    private async ValueTask<bool> EndsWithinAsync(Task running, TimeSpan time)
    {
        await running.WaitAsync(time, service.Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return running.IsCompleted;
    }

    private void CommonHeaders(ResponseCode code, string contentType)
    {
        var request = context.Request.Headers;
        var response = context.Response.Headers;
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = contentType;
        response[MapiHttpHeaders.RequestType] = RequestType;
        response[MapiHttpHeaders.ResponseCode] = ((int)code).ToString(CultureInfo.InvariantCulture);
        response[MapiHttpHeaders.RequestId] = request[MapiHttpHeaders.RequestId];
        response[MapiHttpHeaders.ClientInfo] = request[MapiHttpHeaders.ClientInfo];
        response[MapiHttpHeaders.ServerApplication] = service.Options.ServerApplication;
        response[MapiHttpHeaders.ExpirationInfo] = Milliseconds(service.Options.SessionIdle);
        response.CacheControl = "private";
    }

    private static string Milliseconds(TimeSpan span) => ((long)span.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}

/// <summary>A response body, in a rented array or its own.</summary>
internal readonly struct MapiHttpBody(byte[] bytes, int length, bool isRented) : IDisposable
{
    public static MapiHttpBody Empty { get; } = new([], 0, false);

    public ReadOnlyMemory<byte> Bytes => bytes.AsMemory(0, length);

    public static MapiHttpBody Of<T>(T structure)
        where T : IWireStructure<T>
    {
        var bytes = WireCodec.ToArray(structure);
        return new(bytes, bytes.Length, false);
    }

    /// <summary>The structure in a rented array.</summary>
    public static MapiHttpBody Pooled<T>(T structure)
        where T : IWireStructure<T>
    {
        var writer = new WireWriter(4096);
        try
        {
            writer.Structure(ref structure);
            if (writer.Failed)
                throw new InvalidOperationException($"{typeof(T).Name} does not fit its wire form.");
            var bytes = ArrayPool<byte>.Shared.Rent(writer.Position);
            writer.Written.CopyTo(bytes);
            return new(bytes, writer.Position, true);
        }
        finally
        {
            writer.Dispose();
        }
    }

    public void Dispose()
    {
        if (isRented)
            ArrayPool<byte>.Shared.Return(bytes);
    }
}
