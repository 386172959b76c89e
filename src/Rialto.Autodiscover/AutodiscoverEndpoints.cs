using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Rialto.Autodiscover.Apple;
using Rialto.Autodiscover.Json;
using Rialto.Autodiscover.Mozilla;
using Rialto.Autodiscover.Pox;
using Rialto.Autodiscover.Soap;

namespace Rialto.Autodiscover;

/// <summary>The endpoints by which clients find what is served here. [MS-OXDISCO] 3.1.5, 3.2.5.</summary>
public static class AutodiscoverEndpoints
{
    /// <summary>Maps every way of discovery; paths match in any case, as clients write them.</summary>
    public static IEndpointRouteBuilder MapAutodiscover(this IEndpointRouteBuilder routes, AutodiscoverServices services)
    {
        routes.Map(ServiceAddresses.PoxPath, new PoxEndpoint(services).HandleAsync);
        routes.Map(ServiceAddresses.SoapPath, new SoapEndpoint(services).HandleAsync);
        var json = new JsonEndpoint(services);
        routes.Map(ServiceAddresses.JsonPath, json.HandleAsync);
        routes.Map(ServiceAddresses.JsonPath + "/v1.0/{address}", json.HandleAsync);
        var autoconfig = new AutoconfigEndpoint(services);
        foreach (var path in AutoconfigEndpoint.Paths)
            routes.Map(path, autoconfig.HandleAsync);
        var profile = new ProfileEndpoint(services);
        routes.Map(ProfileEndpoint.PagePath, profile.PageAsync);
        routes.Map(ProfileEndpoint.FilePath, profile.FileAsync);
        // todo [RFC 6764] 5: /.well-known/caldav and carddav redirect to the services once there are any; until then they are not there, and clients go on without.
        UnbuiltServices.Map(routes, services);
        return routes;
    }
}
