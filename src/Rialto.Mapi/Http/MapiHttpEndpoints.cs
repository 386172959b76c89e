using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Rialto.Mapi.Http;

/// <summary>The endpoints of MAPI over HTTP. [MS-OXCMAPIHTTP] 2.2.2.</summary>
public static class MapiHttpEndpoints
{
    public const string MailboxPath = "/mapi/emsmdb";
    public const string AddressBookPath = "/mapi/nspi";

    /// <summary>Maps <c>/mapi/emsmdb/</c> and <c>/mapi/nspi/</c>: POST for requests, GET for a page that tells that the endpoint is there.</summary>
    public static IEndpointRouteBuilder MapMapiHttp(this IEndpointRouteBuilder routes, MapiService service)
    {
        var mailbox = new MailboxEndpoint(service);
        var addressBook = new AddressBookEndpoint(service);
        // The route matches with and without the final slash that clients send.
        routes.Map(MailboxPath, mailbox.HandleAsync);
        routes.Map(AddressBookPath, addressBook.HandleAsync);
        return routes;
    }

    /// <summary>What a browser sees of an endpoint.</summary>
    internal static Task WritePageAsync(HttpContext context, string name, MapiService service)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers[MapiHttpHeaders.ServerApplication] = service.Options.ServerApplication;
        var user = context.Items[typeof(Directory.Account)] as Directory.Account;
        var page = new StringBuilder("<!DOCTYPE html><html><head><title>MAPI over HTTP</title></head><body><h1>MAPI over HTTP: ").Append(name)
            .Append("</h1><p>The endpoint is working.</p><p>User: ").Append(System.Net.WebUtility.HtmlEncode(user?.PrimaryAddress ?? ""))
            .Append("</p><p>Version: ").Append(System.Net.WebUtility.HtmlEncode(service.Options.ServerApplication)).Append("</p></body></html>");
        return context.Response.WriteAsync(page.ToString(), context.RequestAborted);
    }
}
