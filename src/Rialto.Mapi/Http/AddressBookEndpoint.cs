// [MS-OXCMAPIHTTP] 2.2.5 request types of the address book's endpoint; 3.2.5 how they are answered.
using System.Buffers;
using Microsoft.AspNetCore.Http;
using Rialto.Directory;
using Rialto.Mapi.AddressBook;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Http;

/// <summary>The address book's endpoint: Bind, the methods of the address book, Unbind, PING.</summary>
internal sealed class AddressBookEndpoint(MapiService service)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await service.Authentication.AuthenticateAsync(context) is not { } principal)
            return;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await MapiHttpEndpoints.WritePageAsync(context, "address book", service);
            return;
        }
        var exchange = new MapiHttpExchange(context, service);
        var code = HttpMethods.IsPost(context.Request.Method) ? exchange.CheckHeaders() : ResponseCode.InvalidVerb;
        if (code != ResponseCode.Success)
        {
            await exchange.RefuseAsync(code);
            return;
        }
        var (body, length, bodyCode) = await exchange.ReadBodyAsync(service.Options.MaximumAddressBookRequest);
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

    /// <summary>One row a request type; where the specification and its clients call one differently, both names.</summary>
    private Task DispatchAsync(MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body) => exchange.RequestType switch
    {
        "Bind" => BindAsync(exchange, principal, body),
        "Unbind" => UnbindAsync(exchange, principal, body),
        "UpdateStat" => RunAsync<NspiUpdateStat.Request, NspiUpdateStat.Response>(exchange, principal, body, NspiUpdateStat.ExecuteAsync),
        "QueryRows" => RunAsync<NspiQueryRows.Request, NspiQueryRows.Response>(exchange, principal, body, NspiQueryRows.ExecuteAsync),
        "SeekEntries" => RunAsync<NspiSeekEntries.Request, NspiSeekEntries.Response>(exchange, principal, body, NspiSeekEntries.ExecuteAsync),
        "GetMatches" => RunAsync<NspiGetMatches.Request, NspiGetMatches.Response>(exchange, principal, body, NspiGetMatches.ExecuteAsync),
        "ResortRestriction" => RunAsync<NspiResortRestriction.Request, NspiResortRestriction.Response>(exchange, principal, body, NspiResortRestriction.ExecuteAsync),
        "DNToMId" or "DnToMinId" => RunAsync<NspiDnToMinId.Request, NspiDnToMinId.Response>(exchange, principal, body, NspiDnToMinId.ExecuteAsync),
        "GetPropList" => RunAsync<NspiGetPropList.Request, NspiGetPropList.Response>(exchange, principal, body, NspiGetPropList.ExecuteAsync),
        "GetProps" => RunAsync<NspiGetProps.Request, NspiGetProps.Response>(exchange, principal, body, NspiGetProps.ExecuteAsync),
        "CompareMIds" or "CompareMinIds" => RunAsync<NspiCompareMinIds.Request, NspiCompareMinIds.Response>(exchange, principal, body, NspiCompareMinIds.ExecuteAsync),
        "ModProps" => RunAsync<NspiModProps.Request, NspiModProps.Response>(exchange, principal, body, NspiModProps.ExecuteAsync),
        "ModLinkAtt" => RunAsync<NspiModLinkAtt.Request, NspiModLinkAtt.Response>(exchange, principal, body, NspiModLinkAtt.ExecuteAsync),
        "GetSpecialTable" => RunAsync<NspiGetSpecialTable.Request, NspiGetSpecialTable.Response>(exchange, principal, body, NspiGetSpecialTable.ExecuteAsync),
        "GetTemplateInfo" => RunAsync<NspiGetTemplateInfo.Request, NspiGetTemplateInfo.Response>(exchange, principal, body, NspiGetTemplateInfo.ExecuteAsync),
        "QueryColumns" => RunAsync<NspiQueryColumns.Request, NspiQueryColumns.Response>(exchange, principal, body, NspiQueryColumns.ExecuteAsync),
        "ResolveNames" => RunAsync<NspiResolveNames.Request, NspiResolveNames.Response>(exchange, principal, body, NspiResolveNames.ExecuteAsync),
        "GetMailboxUrl" => RunAsync<NspiGetMailboxUrl.Request, NspiGetMailboxUrl.Response>(exchange, principal, body, NspiGetMailboxUrl.ExecuteAsync),
        "GetAddressBookUrl" => RunAsync<NspiGetAddressBookUrl.Request, NspiGetAddressBookUrl.Response>(exchange, principal, body, NspiGetAddressBookUrl.ExecuteAsync),
        "PING" => PingAsync(exchange, principal),
        _ => exchange.RefuseAsync(ResponseCode.InvalidRequestType),
    };

    private async Task BindAsync(MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body)
    {
        if (!WireCodec.TryRead<NspiBind.Request>(body.Span, out var request))
        {
            await exchange.RefuseAsync(ResponseCode.InvalidRequestBody);
            return;
        }
        // A client that comes back gives up the session it had.
        if (SessionCookies.Value(exchange, MapiHttpHeaders.ContextCookie) is { } old && service.AddressBookSessions.Find(old, principal) is { } previous)
            service.AddressBookSessions.Remove(previous);
        var response = await NspiBind.ExecuteAsync(CallOf(exchange), request);
        if (response.Error == ErrorCode.Success)
            exchange.SetCookies(service.AddressBookSessions.Add(new NspiSession(principal)));
        await exchange.RespondAsync(new(BodyOf(response)));
    }

    private async Task UnbindAsync(MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body)
    {
        var code = SessionCookies.Find(service.AddressBookSessions, exchange, principal, true, out var context);
        var request = default(NspiUnbind.Request);
        if (code == ResponseCode.Success && !WireCodec.TryRead(body.Span, out request))
            code = ResponseCode.InvalidRequestBody;
        if (code != ResponseCode.Success)
        {
            await exchange.RefuseAsync(code);
            return;
        }
        exchange.SetCookies(context!);
        service.AddressBookSessions.Remove(context!);
        await exchange.RespondAsync(new(BodyOf(await NspiUnbind.ExecuteAsync(CallOf(exchange), request))));
    }

    private async Task RunAsync<TRequest, TResponse>(
        MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body, Func<NspiCall, TRequest, ValueTask<TResponse>> method)
        where TRequest : struct, IWireStructure<TRequest>
        where TResponse : struct, INspiResponse<TResponse>
    {
        var code = SessionCookies.Find(service.AddressBookSessions, exchange, principal, true, out var context);
        if (code == ResponseCode.Success && !context!.Session.TryEnter())
            code = ResponseCode.InvalidSequence;
        if (code != ResponseCode.Success)
        {
            await exchange.RefuseAsync(code);
            return;
        }
        // The sequence may have moved on between the look and the entry.
        var request = default(TRequest);
        if (SessionCookies.Value(exchange, MapiHttpHeaders.SequenceCookie) != context!.Sequence)
            code = ResponseCode.InvalidSequence;
        else if (!WireCodec.TryRead(body.Span, out request))
            code = ResponseCode.InvalidRequestBody;
        if (code != ResponseCode.Success)
        {
            context.Session.Leave();
            await exchange.RefuseAsync(code);
            return;
        }
        context.Advance();
        exchange.SetCookies(context);
        await exchange.RespondAsync(AnswerAsync(CallOf(exchange), request, method, context));
    }

    private async ValueTask<MapiHttpBody> AnswerAsync<TRequest, TResponse>(
        NspiCall call, TRequest request, Func<NspiCall, TRequest, ValueTask<TResponse>> method, SessionContext<NspiSession> context)
        where TRequest : struct
        where TResponse : struct, INspiResponse<TResponse>
    {
        try
        {
            return BodyOf(await method(call, request));
        }
        finally
        {
            service.AddressBookSessions.Touch(context);
            // The client may send its next request as soon as it has the answer.
            context.Session.Leave();
        }
    }

    private Task PingAsync(MapiHttpExchange exchange, Principal principal)
    {
        // A PING without a session asks whether the endpoint is there.
        if (SessionCookies.Value(exchange, MapiHttpHeaders.ContextCookie) is null)
            return exchange.RespondAsync(new(MapiHttpBody.Empty));
        var code = SessionCookies.Find(service.AddressBookSessions, exchange, principal, false, out var context);
        if (code != ResponseCode.Success)
            return exchange.RefuseAsync(code);
        service.AddressBookSessions.Touch(context!);
        exchange.SetCookies(context!);
        return exchange.RespondAsync(new(MapiHttpBody.Empty));
    }

    private NspiCall CallOf(MapiHttpExchange exchange)
    {
        var context = exchange.Context;
        return new(
            service.AddressBook.Current, service.Directory, (Account)context.Items[typeof(Account)]!, service.Options, $"{context.Request.Scheme}://{context.Request.Host}", context.RequestAborted);
    }

    private static MapiHttpBody BodyOf<TResponse>(TResponse response)
        where TResponse : struct, INspiResponse<TResponse> => MapiHttpBody.Pooled(new NspiBody<TResponse> { Response = response });
}
