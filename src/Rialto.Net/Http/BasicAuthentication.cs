// RFC 7617 (Basic), RFC 6585 4 (429), RFC 9110 15.6.4 (503).
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Rialto.Directory;
using Rialto.Model;

namespace Rialto.Net;

/// <summary>How an HTTP endpoint authenticates.</summary>
/// <param name="Protocol">The protocol's name for logs, e.g. <c>mapi</c>.</param>
/// <param name="Realm">Shown by clients that ask for the password.</param>
/// <param name="AllowPlainTextOnLoopback">Takes passwords without TLS from loopback addresses: demo servers, or a proxy on the same host that ends TLS.</param>
public sealed record BasicAuthenticationOptions(string Protocol, string Realm = "Rialto", bool AllowPlainTextOnLoopback = false);

/// <summary>HTTP Basic for endpoints: <c>if (await basic.AuthenticateAsync(context) is not { } principal) return;</c></summary>
public sealed class BasicAuthentication(Authenticator authenticator, BasicAuthenticationOptions options)
{
    private readonly string challenge = $"Basic realm=\"{options.Realm}\", charset=\"UTF-8\"";

    /// <summary>
    /// The principal of a request; null when there is none: the response then has its status (401 with a challenge, 403 without TLS, 429 or 503 for later) and the
    /// endpoint returns. The account is in <see cref="HttpContext.Items"/> under <c>typeof(Account)</c>.
    /// </summary>
    public async ValueTask<Principal?> AuthenticateAsync(HttpContext context)
    {
        if (!context.Request.IsHttps && !(options.AllowPlainTextOnLoopback && IsLoopback(context.Connection)))
        {
            // No challenge: it would make the client send the password in plain text.
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return null;
        }

        if (!BasicCredentials.TryParse(context.Request.Headers.Authorization, out var credentials)) return Challenge(context);
        var remote = context.Connection.RemoteIpAddress is { } address ? new IPEndPoint(address, context.Connection.RemotePort) : null;
        var result = await authenticator.AuthenticateAsync(credentials.Login, credentials.Password, remote, options.Protocol, context.RequestAborted);
        if (result.IsSuccess)
        {
            context.Items[typeof(Account)] = result.Account;
            return result.Principal;
        }

        if (!result.IsTemporary) return Challenge(context);
        context.Response.StatusCode = result.Outcome == AuthenticationOutcome.Throttled ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers[HeaderNames.RetryAfter] = Math.Ceiling(result.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return null;
    }

    private Principal? Challenge(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers[HeaderNames.WWWAuthenticate] = challenge;
        return null;
    }

    private static bool IsLoopback(ConnectionInfo connection) => connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);
}
