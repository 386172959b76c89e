// [MS-OXDISCO] 3.2.5: the URLs that Autodiscover tells are final, also of services that are not built yet.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Rialto.Net;

namespace Rialto.Autodiscover;

/// <summary>Answers 501 at those URLs, to those who have logged in as the services will ask them to.</summary>
internal static class UnbuiltServices
{
    private static readonly string[] s_paths =
    [
        // todo [MS-OXWSCORE] 3.1: Exchange web services
        "/EWS/{**rest}",
        // todo [MS-ASHTTP] 2.1: ActiveSync
        "/Microsoft-Server-ActiveSync",
        // todo [MS-RPCH] 2.2: RPC over HTTP
        "/rpc/{**rest}",
        // todo [MS-OXDSCLI] 2.2.4.1.1.2.6: the web client and its settings pages
        "/ecp/{**rest}",
        "/owa/{**rest}",
    ];

    public static void Map(IEndpointRouteBuilder routes, AutodiscoverServices services)
    {
        var authentication = new HttpAuthentication(services.SignIn, new HttpAuthenticationOptions("http", AllowPlainTextOnLoopback: services.Options.AllowPlainTextOnLoopback));
        foreach (var path in s_paths)
        {
            routes.Map(path, async (HttpContext context) =>
            {
                if (await authentication.AuthenticateAsync(context) is not null)
                    context.Response.StatusCode = StatusCodes.Status501NotImplemented;
            }).WithOrder(int.MaxValue); // A service that maps the same path comes first.
        }
    }
}
