// [MS-OXCMAPIHTTP] 2.2.5 request types of the address book's endpoint; 3.2.5 how they are answered.
using Microsoft.AspNetCore.Http;
using Rialto.Directory;
using Rialto.Mapi.AddressBook;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Http;

/// <summary>The address book's endpoint: Bind, the methods of the address book, Unbind, PING.</summary>
internal sealed class AddressBookEndpoint(MapiService service)
    : MapiHttpEndpoint<NspiSession>(service, service.AddressBookSessions, "address book", service.Options.MaximumAddressBookRequest)
{
    /// <summary>One row a request type; where the specification and its clients call one differently, both names.</summary>
    protected override Task DispatchAsync(MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body) => exchange.RequestType switch
    {
        "Bind" => BindAsync(exchange, principal, body),
        "Unbind" => EndAsync<NspiUnbind.Request>(exchange, principal, body, Read, static () => BodyOf(NspiUnbind.Execute())),
        "UpdateStat" => RunAsync<NspiUpdateStat.Request, NspiUpdateStat.Response>(exchange, principal, body, NspiUpdateStat.ExecuteAsync),
        "QueryRows" => RunAsync<NspiQueryRows.Request, NspiTableRows>(exchange, principal, body, NspiQueryRows.ExecuteAsync),
        "SeekEntries" => RunAsync<NspiSeekEntries.Request, NspiTableRows>(exchange, principal, body, NspiSeekEntries.ExecuteAsync),
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
        "GetMailboxUrl" => TellUrlAsync(exchange, principal, body, NspiGetMailboxUrl.ExecuteAsync),
        "GetAddressBookUrl" => TellUrlAsync(exchange, principal, body, NspiGetAddressBookUrl.ExecuteAsync),
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
        var response = await NspiBind.ExecuteAsync(CallOf(exchange), request);
        if (response.Error == ErrorCode.Success)
            Begin(exchange, principal, new NspiSession(principal));
        await exchange.RespondAsync(new(BodyOf(response)));
    }

    private Task RunAsync<TRequest, TResponse>(
        MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body, Func<NspiCall, TRequest, ValueTask<TResponse>> method)
        where TRequest : struct, IWireStructure<TRequest>
        where TResponse : struct, INspiResponse<TResponse> =>
        RunAsync<TRequest>(exchange, principal, body, Read, async (at, _, request) => BodyOf(await method(CallOf(at), request)));

    /// <summary>Where an endpoint is: asked beside the session, whose sequence stays. Clients send their next request with the cookies that they had before.</summary>
    private async Task TellUrlAsync(MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body, Func<NspiCall, ServerUrlRequest, ValueTask<ServerUrlResponse>> method)
    {
        var code = Find(exchange, principal, true, out var context);
        var request = default(ServerUrlRequest);
        if (code == ResponseCode.Success && !Read(body, out request))
            code = ResponseCode.InvalidRequestBody;
        if (code != ResponseCode.Success)
        {
            await exchange.RefuseAsync(code);
            return;
        }
        exchange.SetCookies(context!);
        await exchange.RespondAsync(new(BodyOf(await method(CallOf(exchange), request))));
    }

    private static bool Read<TRequest>(ReadOnlyMemory<byte> body, out TRequest request)
        where TRequest : struct, IWireStructure<TRequest> => WireCodec.TryRead(body.Span, out request);

    private NspiCall CallOf(MapiHttpExchange exchange)
    {
        var context = exchange.Context;
        return new(
            Service.AddressBook.Current, Service.Directory, (Account)context.Items[typeof(Account)]!, Service.Options, $"{context.Request.Scheme}://{context.Request.Host}", context.RequestAborted);
    }

    private static MapiHttpBody BodyOf<TResponse>(TResponse response)
        where TResponse : struct, INspiResponse<TResponse> => MapiHttpBody.Pooled(new NspiBody<TResponse> { Response = response });
}
