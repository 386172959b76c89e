// [MS-OXDISCO] 3.2.5, [MS-OXDSCLI] 3.2.5: POST of a request to autodiscover.xml, answered with the settings of the mailbox it names.
using Microsoft.AspNetCore.Http;
using Rialto.Autodiscover.Access;
using Rialto.Autodiscover.Accounts;
using Rialto.Model;

namespace Rialto.Autodiscover.Pox;

/// <summary>Plain-old-XML Autodiscover.</summary>
internal sealed class PoxEndpoint(AutodiscoverServices services)
{
    private readonly Entrance _entrance = new(services);
    private readonly MailboxFinder _finder = new(services);

    public async Task HandleAsync(HttpContext context)
    {
        var began = services.Time.GetTimestamp();
        if (await _entrance.LogInAsync(context, ServiceAddresses.PoxPath) is not { } principal)
            return;
        PoxRequest? request = null;
        // 3.2.5.1: clients probe with GET and follow the answer to POST.
        if (HttpMethods.IsPost(context.Request.Method))
        {
            if (await RequestBody.ReadAsync(context, services.Options.MaximumRequestBody) is not { } body)
                return;
            request = PoxRequest.Read(body);
        }
        else if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }
        var answer = await AnswerAsync(context, principal, request, began);
        context.Response.ContentType = "text/xml; charset=utf-8";
        context.Response.Headers.CacheControl = "private";
        context.Response.ContentLength = answer.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private async ValueTask<byte[]> AnswerAsync(HttpContext context, Principal principal, PoxRequest? request, long began)
    {
        var now = services.Time.GetUtcNow();
        if (request is null || request.Address.Length == 0 && request.LegacyDn.Length == 0)
            return ErrorResponse.Write(ErrorResponse.InvalidRequest, request?.IsMobile ?? false, now, services);
        // The client lists what it reads, the best first.
        var schema = request.AcceptableResponseSchemas.FirstOrDefault(s => s is OutlookResponse.Schema or MobileSyncResponse.Schema);
        if (schema is null)
            return ErrorResponse.Write(ErrorResponse.ProviderNotAvailable, request.IsMobile, now, services);

        var directory = services.Directory.Current;
        // A server that copies what a moved mailbox has left here is not sent back to itself.
        var isServer = context.Request.Headers.UserAgent.ToString().StartsWith("Rialto/", StringComparison.Ordinal);
        var finding = await _finder.FindAsync(directory, principal, request.Address, request.LegacyDn, context.RequestAborted, isServer);
        if (finding.IsRefused)
        {
            await _finder.RefuseAsync(began, context.RequestAborted);
            return schema == MobileSyncResponse.Schema ? MobileSyncResponse.NotFound(request.Address) : ErrorResponse.Write(ErrorResponse.NotFound, false, now, services);
        }
        var addresses = new ServiceAddresses(context.Request, services.Options);
        if (schema == MobileSyncResponse.Schema)
            return MobileSyncResponse.Write(finding, request.Address, addresses);
        if (finding.Mailbox is not { } mailbox || directory.Organisation is not { } organisation)
            return OutlookResponse.Redirect(finding);
        return new OutlookResponse(services, addresses, PoxCapabilities.Of(context.Request), organisation, mailbox, _finder.Alternatives(directory, mailbox), directory.PublicStore).Write();
    }
}
