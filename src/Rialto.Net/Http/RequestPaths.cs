// RFC 3986 5.2.4 (dot segments), 6.2.2.2 (what encoding may not hide); RFC 9110 4.2.3.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Rialto.Net;

/// <summary>
/// Refuses paths that mean one thing to a proxy in front and another to this server: dot segments, slashes and NULs behind encoding, backslashes. No client writes them; who does
/// wants rules for one path to let another through.
/// </summary>
public static class RequestPaths
{
    /// <summary>Answers 400 to such paths before any endpoint sees them.</summary>
    public static IApplicationBuilder UsePlainPaths(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (IsPlain(context.Features.Get<IHttpRequestFeature>()?.RawTarget))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    });

    /// <summary>Whether a request's target, as it came, has a path that reads the same to everybody.</summary>
    public static bool IsPlain(ReadOnlySpan<char> target)
    {
        var path = PathOf(target);
        if (!path.ContainsAny("%\\") && !path.Contains("/.", StringComparison.Ordinal))
            return true;
        if (path.Contains('\\'))
            return false;
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            if (IsDots(segment))
                return false;
            for (var i = segment.IndexOf('%'); i >= 0; i = Next(segment, i))
                if (segment[i..].StartsWith("%2f", StringComparison.OrdinalIgnoreCase) || segment[i..].StartsWith("%5c", StringComparison.OrdinalIgnoreCase) || segment[i..].StartsWith("%00", StringComparison.Ordinal))
                    return false;
        }
        return true;
    }

    /// <summary>The path of a target in origin or absolute form, without its query.</summary>
    public static ReadOnlySpan<char> PathOf(ReadOnlySpan<char> target)
    {
        if (target.IndexOf('?') is var query and >= 0)
            target = target[..query];
        if (target.IsEmpty || target[0] == '/' || target.IndexOf("://") is not (>= 0 and var scheme))
            return target;
        target = target[(scheme + 3)..];
        return target.IndexOf('/') is var slash and >= 0 ? target[slash..] : default;
    }

    private static int Next(ReadOnlySpan<char> segment, int at) => segment[(at + 1)..].IndexOf('%') is var more and >= 0 ? at + 1 + more : -1;

    /// <summary>One dot or two, encoded or not.</summary>
    private static bool IsDots(ReadOnlySpan<char> segment)
    {
        var dots = 0;
        while (!segment.IsEmpty)
        {
            var length = segment[0] == '.' ? 1 : segment.StartsWith("%2e", StringComparison.OrdinalIgnoreCase) ? 3 : 0;
            if (length == 0 || ++dots > 2)
                return false;
            segment = segment[length..];
        }
        return dots > 0;
    }
}
