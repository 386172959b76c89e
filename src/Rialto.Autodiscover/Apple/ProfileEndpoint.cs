// Apple Configuration Profile Reference: the file's type and how devices take it up from a web page.
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Rialto.Autodiscover.Access;
using Rialto.Directory;

namespace Rialto.Autodiscover.Apple;

/// <summary>A page to open on an iPhone, iPad or Mac: log in, take the profile, and mail is set up.</summary>
internal sealed class ProfileEndpoint(AutodiscoverServices services)
{
    public const string PagePath = "/profile";
    public const string FilePath = "/profile/mail.mobileconfig";

    private readonly Entrance _entrance = new(services);

    public async Task PageAsync(HttpContext context)
    {
        if (await EnterAsync(context, PagePath) is not { } account)
            return;
        var name = WebUtility.HtmlEncode(account.PrimaryAddress);
        await WriteAsync(context, "text/html; charset=utf-8", Encoding.UTF8.GetBytes($"""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Set up mail</title></head>
            <body><h1>Set up mail</h1><p>For {name}, on iPhone, iPad and Mac:</p><p><a href="{FilePath}">Take the profile</a>, then allow it in the settings. The device asks for the password.</p></body></html>

            """));
    }

    public async Task FileAsync(HttpContext context)
    {
        if (await EnterAsync(context, FilePath) is not { } account)
            return;
        var host = services.Options.HostName.Length > 0 ? services.Options.HostName : context.Request.Host.Host;
        var profile = ConfigurationProfile.Write(account, services.Directory.Current.Organisation, host, services.MailServices());
        context.Response.Headers.ContentDisposition = "attachment; filename=\"mail.mobileconfig\"";
        await WriteAsync(context, "application/x-apple-aspen-config", services.Certificate() is { } key ? ProfileSignature.Sign(profile, key.Certificate, key.Chain) : profile);
    }

    private async ValueTask<Account?> EnterAsync(HttpContext context, string path)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return null;
        }
        return await _entrance.LogInAsync(context, path) is null ? null : context.Items[typeof(Account)] as Account;
    }

    private static async Task WriteAsync(HttpContext context, string type, byte[] content)
    {
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }
}
