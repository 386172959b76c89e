// [MS-OXCMAPIHTTP] 2.2.5: the address book.
using Microsoft.AspNetCore.Http;

namespace Rialto.Mapi.Http;

/// <summary>The address book's endpoint.</summary>
internal sealed class AddressBookEndpoint(MapiService service)
{
    // todo [MS-OXCMAPIHTTP] 2.2.5: Bind and the other request types of the address book; until then each is an invalid request type.
    public async Task HandleAsync(HttpContext context)
    {
        if (await service.Authentication.AuthenticateAsync(context) is null)
            return;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await MapiHttpEndpoints.WritePageAsync(context, "address book", service);
            return;
        }
        var exchange = new MapiHttpExchange(context, service);
        var code = HttpMethods.IsPost(context.Request.Method) ? exchange.CheckHeaders() : ResponseCode.InvalidVerb;
        if (code == ResponseCode.Success && exchange.RequestType == "PING")
            await exchange.RespondAsync(new(MapiHttpBody.Empty));
        else
            await exchange.RefuseAsync(code == ResponseCode.Success ? ResponseCode.InvalidRequestType : code);
    }
}
