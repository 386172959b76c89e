// [MS-OXDISCO] 3.1.5.2 and 3.2.5 (redirection of plain HTTP); [MS-OXDSCLI] 3.2.5.
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Rialto.Model;
using Rialto.Net;

namespace Rialto.Autodiscover.Access;

/// <summary>What every request passes: a path as it is meant, TLS, and a log-in where one is asked for.</summary>
internal sealed class Entrance(AutodiscoverServices services)
{
    private readonly HttpAuthentication _authentication =
        new(services.SignIn, new HttpAuthenticationOptions("autodiscover", AllowPlainTextOnLoopback: services.Options.AllowPlainTextOnLoopback));

    /// <summary>Who it is; null when the request was answered: 400, 302 to HTTPS, 401, 403.</summary>
    public async ValueTask<Principal?> LogInAsync(HttpContext context, string path)
    {
        if (!IsAsMeant(context))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return null;
        }
        // Clients ask without TLS for one thing only: where to go. Whoever sends a password is told nothing.
        if (!context.Request.IsHttps && IsRead(context.Request) && !context.Request.Headers.ContainsKey(HeaderNames.Authorization) && Redirect(context, path))
            return null;
        return await _authentication.AuthenticateAsync(context);
    }

    /// <summary>Whether a request that needs no log-in goes on; otherwise it was answered.</summary>
    public bool Admit(HttpContext context, string path)
    {
        if (!IsAsMeant(context))
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        else if (!IsRead(context.Request))
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        else if (context.Request.IsHttps || services.Options.AllowPlainTextOnLoopback && context.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from))
            return true;
        else if (!Redirect(context, path))
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return false;
    }

    /// <summary>
    /// Whether the path is written the one way there is: nothing encoded, no parameters, no dots to resolve. What a proxy in front might read otherwise than this server goes no
    /// further. Only an address as the last part may be encoded, and the slash in none.
    /// </summary>
    public static bool IsAsMeant(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestFeature>()?.RawTarget is not { } target || !RequestPaths.IsPlain(target))
            return false;
        var path = RequestPaths.PathOf(target);
        if (path.IsEmpty || path[0] != '/')
            return false;
        if (context.Request.RouteValues["address"] is string address)
        {
            if (address.AsSpan().ContainsAny("%/\\;"))
                return false;
            path = path[..path.LastIndexOf('/')];
        }
        return !path.ContainsAny("%;\\@") && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal);
    }

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private bool Redirect(HttpContext context, string path)
    {
        if (services.SecurePort() is not { } port)
            return false;
        var host = services.Options.HostName.Length > 0 ? services.Options.HostName : context.Request.Host.Host;
        var at = port == 443 ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        context.Response.Redirect($"https://{at}{path}{context.Request.QueryString.Value}");
        return true;
    }
}
