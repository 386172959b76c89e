// [MS-OXWOAB] 3.1: download by HTTP GET; RFC 9110 13 conditional requests, 14 ranges: a client goes on where it was cut off.
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Rialto.Directory;
using Rialto.Net;
using Rialto.Oab.Build;
using Rialto.Oab.Wire;

namespace Rialto.Oab.Http;

/// <summary>/OAB/: the manifest and the files of each book, for everybody who has an account.</summary>
public static class OabEndpoints
{
    /// <summary>Maps the downloads; paths match in any case.</summary>
    public static IEndpointRouteBuilder MapOab(this IEndpointRouteBuilder routes, OabLibrary library, Authenticator authenticator, OabOptions options, AuthenticationService? authentication = null)
    {
        var logIn = new HttpAuthentication(authentication ?? new AuthenticationService(authenticator), new HttpAuthenticationOptions("oab", AllowPlainTextOnLoopback: options.AllowPlainTextOnLoopback));
        // Everything below the path asks for the password first: who has none learns of no book.
        routes.Map("/OAB/{book}/{file}", context => AnswerAsync(context, library, logIn));
        routes.Map("/OAB/{**rest}", context => AnswerAsync(context, library, logIn));
        return routes;
    }

    private static async Task AnswerAsync(HttpContext context, OabLibrary library, HttpAuthentication logIn)
    {
        if (await logIn.AuthenticateAsync(context) is null)
            return;
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
            return;
        }
        if (context.GetRouteValue("file") is not string file || !Guid.TryParse(context.GetRouteValue("book") as string, CultureInfo.InvariantCulture, out var id) || library.Find(id) is not { } book)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.Headers.CacheControl = "private, no-cache";
        if (file.Equals(OabManifest.FileName, StringComparison.OrdinalIgnoreCase))
        {
            await Results.Bytes(book.Manifest, "text/xml; charset=utf-8", enableRangeProcessing: true, lastModified: book.Made, entityTag: Tag(book.ManifestTag)).ExecuteAsync(context);
            return;
        }
        if (book.Open(file) is not { } opened)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        // The result closes the file. Its name has the generation: the bytes under it never change.
        await Results.Stream(opened.Stream, "application/octet-stream", lastModified: book.Made, entityTag: Tag(opened.File.Sha1), enableRangeProcessing: true).ExecuteAsync(context);
    }

    private static EntityTagHeaderValue Tag(string value) => new($"\"{value}\"");
}
