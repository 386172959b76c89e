// [MS-OXCMAPIHTTP] 2.2.6 PING, 3.2.5 how requests of both endpoints are answered.
using System.Buffers;
using Microsoft.AspNetCore.Http;
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Http;

/// <summary>What the mailbox's and the address book's endpoint do alike: who asks, bodies, sessions and their cookies, PING.</summary>
/// <param name="service">The server.</param>
/// <param name="sessions">The sessions of this endpoint.</param>
/// <param name="name">What a browser is told that it is.</param>
/// <param name="maximumBody">Bytes of the largest request.</param>
internal abstract class MapiHttpEndpoint<TSession>(MapiService service, SessionTable<TSession> sessions, string name, int maximumBody)
    where TSession : class, IClientSession
{
    protected delegate bool BodyReader<TRequest>(ReadOnlyMemory<byte> body, out TRequest request);

    protected MapiService Service => service;

    protected SessionTable<TSession> Sessions => sessions;

    public async Task HandleAsync(HttpContext context)
    {
        if (await service.Authentication.AuthenticateAsync(context) is not { } principal)
            return;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await MapiHttpEndpoints.WritePageAsync(context, name, service);
            return;
        }
        var exchange = new MapiHttpExchange(context, service);
        var code = HttpMethods.IsPost(context.Request.Method) ? exchange.CheckHeaders() : ResponseCode.InvalidVerb;
        if (code != ResponseCode.Success)
        {
            await exchange.RefuseAsync(code);
            return;
        }
        var (body, length, bodyCode) = await exchange.ReadBodyAsync(maximumBody);
        if (body is null)
        {
            await exchange.RefuseAsync(bodyCode);
            return;
        }
        try
        {
            await DispatchAsync(exchange, principal, body.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    /// <summary>One row a request type.</summary>
    protected abstract Task DispatchAsync(MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body);

    protected ResponseCode Find(MapiHttpExchange exchange, Principal principal, bool checkSequence, out SessionContext<TSession>? context) =>
        SessionCookies.Find(sessions, exchange, principal, checkSequence, out context);

    /// <summary>Begins a session. 3.2.5.6: a client that comes back gives up the one it had.</summary>
    protected void Begin(MapiHttpExchange exchange, Principal principal, TSession session)
    {
        if (SessionCookies.Value(exchange, MapiHttpHeaders.ContextCookie) is { } old && sessions.Find(old, principal) is { } previous)
            sessions.Remove(previous);
        exchange.SetCookies(sessions.Add(session));
    }

    /// <summary>
    /// Runs a request of a session, which takes one at a time and in its sequence. The session is free for the next one before this one's answer is sent.
    /// </summary>
    protected async Task RunAsync<TRequest>(
        MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body, BodyReader<TRequest> read,
        Func<MapiHttpExchange, TSession, TRequest, ValueTask<MapiHttpBody>> run)
    {
        var code = Find(exchange, principal, true, out var context);
        if (code == ResponseCode.Success && !context!.Session.TryEnter())
            code = ResponseCode.InvalidSequence;
        if (code != ResponseCode.Success)
        {
            await exchange.RefuseAsync(code);
            return;
        }
        // The sequence may have moved on between the look and the entry.
        TRequest? request = default;
        if (SessionCookies.Value(exchange, MapiHttpHeaders.SequenceCookie) != context!.Sequence)
            code = ResponseCode.InvalidSequence;
        else if (!read(body, out request))
            code = ResponseCode.InvalidRequestBody;
        if (code != ResponseCode.Success)
        {
            context.Session.Leave();
            await exchange.RefuseAsync(code);
            return;
        }
        context.Advance();
        exchange.SetCookies(context);
        await exchange.RespondAsync(RunAndLeaveAsync(exchange, context, request!, run));
    }

    /// <summary>Ends a session, if the request is one.</summary>
    protected async Task EndAsync<TRequest>(MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body, BodyReader<TRequest> read, Func<MapiHttpBody> response)
    {
        var code = Find(exchange, principal, true, out var context);
        if (code == ResponseCode.Success && !read(body, out _))
            code = ResponseCode.InvalidRequestBody;
        if (code != ResponseCode.Success)
        {
            await exchange.RefuseAsync(code);
            return;
        }
        exchange.SetCookies(context!);
        sessions.Remove(context!);
        await exchange.RespondAsync(new(response()));
    }

    protected Task PingAsync(MapiHttpExchange exchange, Principal principal)
    {
        // A PING without a session asks whether the endpoint is there.
        if (SessionCookies.Value(exchange, MapiHttpHeaders.ContextCookie) is null)
            return exchange.RespondAsync(new(MapiHttpBody.Empty));
        var code = Find(exchange, principal, false, out var context);
        if (code != ResponseCode.Success)
            return exchange.RefuseAsync(code);
        sessions.Touch(context!);
        exchange.SetCookies(context!);
        return exchange.RespondAsync(new(MapiHttpBody.Empty));
    }

    private async ValueTask<MapiHttpBody> RunAndLeaveAsync<TRequest>(
        MapiHttpExchange exchange, SessionContext<TSession> context, TRequest request, Func<MapiHttpExchange, TSession, TRequest, ValueTask<MapiHttpBody>> run)
    {
        try
        {
            return await run(exchange, context.Session, request);
        }
        finally
        {
            sessions.Touch(context);
            context.Session.Leave();
        }
    }
}
