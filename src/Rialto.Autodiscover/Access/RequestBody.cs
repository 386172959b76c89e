using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Rialto.Autodiscover.Access;

/// <summary>Reads a request's body whole, up to a limit.</summary>
internal static class RequestBody
{
    /// <summary>The body; null when the request was answered: too large, or broken off.</summary>
    public static async ValueTask<MemoryStream?> ReadAsync(HttpContext context, int limit)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = limit;
        var body = new MemoryStream((int)Math.Clamp(context.Request.ContentLength ?? 1024, 0, limit));
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            context.Response.StatusCode = e.StatusCode;
            return null;
        }
        body.Position = 0;
        return body;
    }
}
