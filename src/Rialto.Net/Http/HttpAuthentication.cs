// RFC 7617 (Basic), RFC 4559 and [MS-NTHT] (Negotiate and NTLM, by connection), RFC 6750 (Bearer), RFC 6585 4 (429), RFC 9110 11, 15.6.4 (503), RFC 9113 7 (HTTP_1_1_REQUIRED).
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Rialto.Directory;
using Rialto.Model;

namespace Rialto.Net;

/// <summary>How an HTTP endpoint authenticates.</summary>
/// <param name="Protocol">The protocol's name for logs and for what is offered, e.g. <c>mapi</c>.</param>
/// <param name="Realm">Shown by clients that ask for the password.</param>
/// <param name="AllowPlainTextOnLoopback">Takes passwords without TLS from loopback addresses: demo servers, or a proxy on the same host that ends TLS.</param>
public sealed record HttpAuthenticationOptions(string Protocol, string Realm = "Rialto", bool AllowPlainTextOnLoopback = false);

/// <summary>
/// Basic, NTLM, Negotiate and Bearer for endpoints: <c>if (await authentication.AuthenticateAsync(context) is not { } principal) return;</c>
/// NTLM, and Kerberos where it is kept, log in a connection of HTTP/1.1: its later requests need no header. Never where a proxy in front may send requests of different people over
/// one connection.
/// </summary>
public sealed class HttpAuthentication
{
    /// <summary>The stream error that tells a client to come again with HTTP/1.1.</summary>
    private const int Http11Required = 0xD;

    private readonly AuthenticationService service;
    private readonly HttpAuthenticationOptions options;
    private readonly HashSet<string> schemes;
    private readonly string[] challenges;

    public HttpAuthentication(AuthenticationService service, HttpAuthenticationOptions options)
    {
        this.service = service;
        this.options = options;
        var offered = service.HttpSchemes(options.Protocol);
        schemes = new(offered, StringComparer.OrdinalIgnoreCase);
        challenges = [.. offered.Select(s => s switch
        {
            "Bearer" => $"Bearer realm=\"{options.Realm}\"",
            "Basic" => $"Basic realm=\"{options.Realm}\", charset=\"UTF-8\"",
            _ => s,
        })];
    }

    /// <summary>
    /// The principal of a request; null when there is none: the response then has its status (401 with challenges, 403 without TLS, 429 or 503 for later) and the
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

        var header = context.Request.Headers.Authorization;
        if (header.Count > 1) return Challenge(context);
        var text = header.ToString();
        if (text.Length == 0) return OfConnection(context);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var scheme = space < 0 ? text : text[..space];
        if (!schemes.Contains(scheme)) return Challenge(context);
        return scheme.ToUpperInvariant() switch
        {
            "BASIC" => await BasicAsync(context, text),
            "BEARER" => await BearerAsync(context, text[(space + 1)..].Trim()),
            _ => await NegotiateAsync(context, scheme, text[(space + 1)..].Trim()),
        };
    }

    private async ValueTask<Principal?> BasicAsync(HttpContext context, string header)
    {
        if (!BasicCredentials.TryParse(header, out var credentials)) return Challenge(context);
        return Decided(context, await service.Authenticator.AuthenticateAsync(credentials.Login, credentials.Password, Remote(context), options.Protocol, context.RequestAborted));
    }

    private async ValueTask<Principal?> BearerAsync(HttpContext context, string token)
    {
        var found = await service.Bearer!.AccountOfAsync(token, service.Authenticator.Directory.Current, context.RequestAborted);
        if (found.IsUnavailable)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return null;
        }

        var result = await service.Authenticator.AcceptAsync(found.Account, found.Shown, Remote(context), options.Protocol, context.RequestAborted);
        return Decided(context, result, $"Bearer realm=\"{options.Realm}\", error=\"invalid_token\"");
    }

    private async ValueTask<Principal?> NegotiateAsync(HttpContext context, string scheme, string base64)
    {
        if (IsShared(context)) return Challenge(context);
        if (base64.Length > service.Options.Negotiate.MaxToken * 4L / 3 + 4) return Challenge(context);
        var token = new byte[(base64.Length / 4 * 3) + 3];
        if (base64.Length == 0 || !Convert.TryFromBase64String(base64, token, out var length)) return Challenge(context);

        // By connection only where one connection carries one request at a time.
        var ofConnection = HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol) ? ConnectionLogIn.Of(context, create: true) : null;
        var exchange = ofConnection?.Take(service.Time, service.Options.Negotiate.ExchangeTimeout, scheme) ?? new NegotiateExchange(service, schemes.Contains("NTLM"));
        var kept = false;
        try
        {
            var step = exchange.Accept(token.AsMemory(0, length));
            if (step.HasFailed)
            {
                return Decided(context, await service.Authenticator.AcceptAsync(null, $"({scheme})", Remote(context), options.Protocol, context.RequestAborted));
            }

            if (step.Claim is { } claim) return await ClaimedAsync(context, exchange, claim, scheme, ofConnection);
            if (step.Principal is { } name)
            {
                var (result, _) = await service.DecideAsync(name, Remote(context), options.Protocol, context.RequestAborted);
                if (result.IsSuccess)
                {
                    if (step.Token is { Length: > 0 } last) context.Response.Headers[HeaderNames.WWWAuthenticate] = $"{scheme} {Convert.ToBase64String(last)}";
                    ofConnection?.LogIn(result.Account.Id, service.Authenticator.Directory.Current.CredentialsOf(result.Account.Id), options.Protocol);
                }

                return Decided(context, result);
            }

            if (ofConnection is null)
            {
                // NTLM and multi-step exchanges belong to a connection, which HTTP/2 shares.
                if (context.Features.Get<IHttpResetFeature>() is { } reset) reset.Reset(Http11Required);
                else Challenge(context);
                return null;
            }

            kept = true;
            ofConnection.Keep(exchange, service.Time, scheme);
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers[HeaderNames.WWWAuthenticate] = $"{scheme} {Convert.ToBase64String(step.Token ?? [])}";
            return null;
        }
        finally
        {
            if (!kept) exchange.Dispose();
        }
    }

    private async ValueTask<Principal?> ClaimedAsync(HttpContext context, NegotiateExchange exchange, NtlmClaim claim, string scheme, ConnectionLogIn? connection)
    {
        var bindings = context.Request.IsHttps ? service.HttpBindings() : null;
        var (result, _) = await service.DecideAsync(claim, bindings, Remote(context), options.Protocol, context.RequestAborted);
        if (!result.IsSuccess) return Decided(context, result);
        if (exchange.Complete(claim) is not { } last) return Challenge(context);
        if (last.Length > 0) context.Response.Headers[HeaderNames.WWWAuthenticate] = $"{scheme} {Convert.ToBase64String(last)}";
        connection?.LogIn(result.Account.Id, service.Authenticator.Directory.Current.CredentialsOf(result.Account.Id), options.Protocol);
        return Decided(context, result);
    }

    /// <summary>Who logged in the connection, as long as the account may and its passwords are those of then.</summary>
    private Principal? OfConnection(HttpContext context)
    {
        if (IsShared(context) || !(schemes.Contains("NTLM") || schemes.Contains("Negotiate")) || !HttpProtocol.IsHttp11(context.Request.Protocol)
            || ConnectionLogIn.Of(context, create: false) is not { Account: { } id } connection)
            return Challenge(context);
        var directory = service.Authenticator.Directory.Current;
        if (directory.Find<Account>(id) is not { LoginEnabled: true } account || !ReferenceEquals(connection.Credentials, directory.CredentialsOf(id)) || connection.Protocol != options.Protocol)
            return Challenge(context);
        context.Items[typeof(Account)] = account;
        return Authenticator.PrincipalOf(directory, account);
    }

    private Principal? Decided(HttpContext context, in AuthenticationResult result, string? challenge = null)
    {
        if (result.IsSuccess)
        {
            context.Items[typeof(Account)] = result.Account;
            return result.Principal;
        }

        if (!result.IsTemporary) return Challenge(context, challenge);
        context.Response.StatusCode = result.Outcome == AuthenticationOutcome.Throttled ? StatusCodes.Status429TooManyRequests : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers[HeaderNames.RetryAfter] = Math.Ceiling(result.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return null;
    }

    private Principal? Challenge(HttpContext context, string? instead = null)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers[HeaderNames.WWWAuthenticate] = instead ?? (IsShared(context)
            ? new StringValues([.. challenges.Where(c => c is not ("NTLM" or "Negotiate"))])
            : new StringValues(challenges));
        return null;
    }

    /// <summary>Whether a proxy stands in front: a connection is then not one person's.</summary>
    private static bool IsShared(HttpContext context) =>
        context.Request.Headers.ContainsKey(HeaderNames.Via) || context.Request.Headers.ContainsKey("X-Forwarded-For") || context.Request.Headers.ContainsKey("Forwarded");

    private static IPEndPoint? Remote(HttpContext context) => context.Connection.RemoteIpAddress is { } address ? new IPEndPoint(address, context.Connection.RemotePort) : null;

    private static bool IsLoopback(ConnectionInfo connection) => connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    /// <summary>What a connection of HTTP/1.1 remembers: an exchange begun, or who logged in. Its requests come one after the other.</summary>
    private sealed class ConnectionLogIn
    {
        private NegotiateExchange? exchange;
        private string scheme = "";
        private long begun;

        public Guid? Account { get; private set; }

        public AccountCredentials? Credentials { get; private set; }

        public string Protocol { get; private set; } = "";

        public static ConnectionLogIn? Of(HttpContext context, bool create)
        {
            if (context.Features.Get<IConnectionItemsFeature>()?.Items is not { } items) return null;
            if (items.TryGetValue(typeof(ConnectionLogIn), out var known)) return (ConnectionLogIn)known!;
            if (!create) return null;
            var made = new ConnectionLogIn();
            items[typeof(ConnectionLogIn)] = made;
            return made;
        }

        public NegotiateExchange? Take(TimeProvider time, TimeSpan patience, string wanted)
        {
            var taken = exchange;
            exchange = null;
            if (taken is null || (wanted.Equals(scheme, StringComparison.OrdinalIgnoreCase) && time.GetElapsedTime(begun) <= patience)) return taken;
            taken.Dispose();
            return null;
        }

        /// <summary>Whoever begins anew is nobody until it ends well.</summary>
        public void Keep(NegotiateExchange begunNow, TimeProvider time, string named)
        {
            exchange = begunNow;
            scheme = named;
            begun = time.GetTimestamp();
            Account = null;
        }

        public void LogIn(Guid account, AccountCredentials credentials, string protocol)
        {
            Account = account;
            Credentials = credentials;
            Protocol = protocol;
        }
    }
}
