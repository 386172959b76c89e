// [MS-OXDISCO] 3.2.5, [MS-OXDSCLI] 3.2.5: POST of a request to autodiscover.xml, answered with the settings of the mailbox it names.
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Net;

namespace Rialto.Autodiscover.Pox;

/// <summary>Plain-old-XML Autodiscover.</summary>
internal sealed class PoxEndpoint(DirectoryService directory, Authenticator authenticator, AutodiscoverOptions options, TimeProvider time)
{
    private readonly BasicAuthentication _authentication =
        new(authenticator, new BasicAuthenticationOptions("autodiscover", AllowPlainTextOnLoopback: options.AllowPlainTextOnLoopback));

    public async Task HandleAsync(HttpContext context)
    {
        if (await _authentication.AuthenticateAsync(context) is not { } principal)
            return;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = options.MaximumRequestBody;
        PoxRequest? request = null;
        try
        {
            // 3.2.5.1: clients probe with GET and follow the answer to POST.
            if (HttpMethods.IsPost(context.Request.Method))
                request = await PoxRequest.ReadAsync(context.Request.Body);
        }
        catch (BadHttpRequestException e)
        {
            context.Response.StatusCode = e.StatusCode;
            return;
        }
        var answer = Answer(context, principal, request);
        context.Response.ContentType = "text/xml; charset=utf-8";
        context.Response.Headers.CacheControl = "private";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private byte[] Answer(HttpContext context, Principal principal, PoxRequest? request)
    {
        if (request is null || request.Address.Length == 0 && request.LegacyDn.Length == 0)
            return PoxResponse.Error(600, "Invalid Request", time.GetUtcNow());
        // todo [MS-OXDSCLI] 2.2.3.1.1.1: the mobilesync schema
        if (request.AcceptableResponseSchema != PoxResponse.OutlookSchema)
            return PoxResponse.Error(601, "Provider is not available", time.GetUtcNow());
        var named = request.LegacyDn.Length > 0 ? directory.Current.FindByLegacyDn(request.LegacyDn) : directory.Current.FindByAddress(request.Address);
        // todo [MS-OXDSCLI] 3.2.5.1: redirection to other domains
        // Mailboxes that somebody may not open are told like those that are not there.
        if ((named ?? FindByGuid(request.Address)) is not MailboxRecipient mailbox || !MayOpen(principal, mailbox))
            return PoxResponse.Error(500, "The email address can't be found.", time.GetUtcNow());
        var capability = context.Request.Headers["X-MapiHttpCapability"].ToString();
        return PoxResponse.Settings(mailbox, directory.Current.PublicStore, ServiceUrl(context.Request), int.TryParse(capability, out var version) && version >= 1);
    }

    /// <summary>Clients look for the mailbox of a public folder's contents by the GUID in PidTagReplicaList and the domain of their own address.</summary>
    private MailboxRecipient? FindByGuid(string address) =>
        address.IndexOf('@', StringComparison.Ordinal) is var at and > 0 && Guid.TryParse(address.AsSpan(0, at), out var guid) && directory.Current.FindDomain(address.AsSpan(at + 1)) is not null
            ? directory.Current.FindByMailbox(guid)
            : null;

    private static bool MayOpen(Principal principal, MailboxRecipient mailbox) =>
        mailbox is PublicStore { MailboxEnabled: true } || mailbox.Id == principal.Id || mailbox.FullAccess.Any(id => id == principal.Id || principal.Groups.Contains(id));

    private Uri ServiceUrl(HttpRequest request)
    {
        var url = new UriBuilder(request.Scheme, options.HostName.Length > 0 ? options.HostName : request.Host.Host);
        if (request.Host.Port is { } port)
            url.Port = port;
        return url.Uri;
    }
}
