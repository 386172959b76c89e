using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Rialto.Autodiscover.Pox;
using Rialto.Directory;
using Rialto.Net;

namespace Rialto.Autodiscover;

/// <summary>The endpoints of Autodiscover. [MS-OXDISCO] 3.1.5.</summary>
public static class AutodiscoverEndpoints
{
    public const string PoxPath = "/autodiscover/autodiscover.xml";

    /// <summary>Maps POX Autodiscover; paths match in any case, as clients write them.</summary>
    public static IEndpointRouteBuilder MapAutodiscover(
        this IEndpointRouteBuilder routes, DirectoryService directory, Authenticator authenticator, AutodiscoverOptions options, TimeProvider time)
    {
        routes.Map(PoxPath, new PoxEndpoint(directory, authenticator, options, time).HandleAsync);
        return routes;
    }
}
