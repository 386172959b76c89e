// RFC 8461 3.1 (the record's id), 3.2 (the policy), 3.3 (where it is fetched).
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Rialto.Directory;
using Rialto.Server.Configuration;

namespace Rialto.Server.Records;

/// <summary>The policy that mail to the domains comes over TLS: its text, its id, and where others fetch it.</summary>
internal static class MtaStsPolicy
{
    public const string HostPrefix = "mta-sts.";

    public const string Path = "/.well-known/mta-sts.txt";

    /// <summary>RFC 8461 3.2: senders keep a policy for a year at most.</summary>
    private const long MaximumAge = 31_557_600;

    /// <summary>The policy; null where none is served.</summary>
    public static string? Text(MtaStsOptions options, string hostName)
    {
        if (options.Mode == MtaStsMode.Off)
            return null;
        var text = new StringBuilder("version: STSv1\r\n");
        text.Append(CultureInfo.InvariantCulture, $"mode: {options.Mode.ToString().ToLowerInvariant()}\r\n");
        foreach (var server in options.MailServers.Prepend(hostName).Select(n => n.Trim().ToLowerInvariant()).Where(IsName).Distinct(StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"mx: {server}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"max_age: {Math.Clamp((long)options.MaxAge.TotalSeconds, 0, MaximumAge)}\r\n");
        return text.ToString();
    }

    /// <summary>What the record names the policy by: another one for another policy, so that senders fetch it anew.</summary>
    public static string IdOf(string policy) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(policy)).AsSpan(0, 10));

    /// <summary>Whether a record's text is one that senders take: "v=STSv1; id=…" with 1 to 32 letters and digits.</summary>
    public static bool IsRecord(string text)
    {
        var fields = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return fields is ["v=STSv1", ..] && fields.Skip(1).Count(f => f.StartsWith("id=", StringComparison.Ordinal)) == 1
            && fields.Skip(1).First(f => f.StartsWith("id=", StringComparison.Ordinal))[3..] is { Length: >= 1 and <= 32 } id && id.All(char.IsAsciiLetterOrDigit);
    }

    /// <summary>Serves the policy at mta-sts.DOMAIN of the domains here, and at no other name: it is the certificate of that name that makes it trusted.</summary>
    public static void Map(IEndpointRouteBuilder routes, Func<DirectorySnapshot> directory, MtaStsOptions options, string hostName)
    {
        if (Text(options, hostName) is not { } policy)
            return;
        var bytes = Encoding.ASCII.GetBytes(policy);
        routes.Map(Path, async (HttpContext context) =>
        {
            var host = context.Request.Host.Host;
            if (!host.StartsWith(HostPrefix, StringComparison.OrdinalIgnoreCase) || directory().FindDomain(host.AsSpan(HostPrefix.Length)) is null)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }
            if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                context.Response.Headers.Allow = "GET, HEAD";
                return;
            }
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.ContentLength = bytes.Length;
            if (!HttpMethods.IsHead(context.Request.Method))
                await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        });
    }

    /// <summary>A name of a host, or one with * as its first label: nothing that could make a line of its own.</summary>
    private static bool IsName(string name) => name.Length is > 0 and < 254 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '*');
}
