// Thunderbird's autoconfiguration, config file format 1.1 (draft-bucksch-autoconfig 4).
using System.Globalization;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Rialto.Autodiscover.Access;
using Rialto.Directory;
using Rialto.Net;

namespace Rialto.Autodiscover.Mozilla;

/// <summary>
/// The servers of a domain, at autoconfig.DOMAIN or DOMAIN itself. Public, and the same for every address of a domain: the client puts its own address in. Served without TLS too,
/// for autoconfig.DOMAIN seldom has a certificate; clients warn.
/// </summary>
internal sealed class AutoconfigEndpoint(AutodiscoverServices services)
{
    public static readonly string[] Paths = ["/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml"];

    private const string HostPrefix = "autoconfig.";

    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }
        if (DomainOf(context.Request) is not { } domain)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var answer = Write(domain, services.Options.HostName.Length > 0 ? services.Options.HostName : context.Request.Host.Host);
        context.Response.ContentType = "text/xml; charset=utf-8";
        context.Response.ContentLength = answer.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    /// <summary>The domain of the address, else of the host that was asked, else the only one that a client can mean by another name of this server.</summary>
    private (Domain Domain, string Name)? DomainOf(HttpRequest request)
    {
        var directory = services.Directory.Current;
        var address = request.Query["emailaddress"].ToString();
        if (address.Length > 0)
        {
            var name = ServiceAddresses.DomainOf(address);
            return directory.FindDomain(name) is { } named ? (named, name.ToLowerInvariant()) : null;
        }
        var host = request.Host.Host.StartsWith(HostPrefix, StringComparison.OrdinalIgnoreCase) ? request.Host.Host[HostPrefix.Length..] : request.Host.Host;
        if (directory.FindDomain(host) is { } asked)
            return (asked, host.ToLowerInvariant());
        return directory.DefaultDomain is { } only ? (only, only.Name) : null;
    }

    private byte[] Write((Domain Domain, string Name) domain, string host) => SafeXml.Write(xml =>
    {
        xml.WriteStartElement("clientConfig");
        xml.WriteAttributeString("version", "1.1");
        xml.WriteStartElement("emailProvider");
        xml.WriteAttributeString("id", domain.Domain.Name);
        foreach (var name in domain.Domain.Aliases.Prepend(domain.Domain.Name))
            xml.WriteElementString("domain", name);
        var title = services.Directory.Current.Organisation?.DisplayName ?? domain.Domain.DisplayName;
        xml.WriteElementString("displayName", SafeXml.Clean(title));
        xml.WriteElementString("displayShortName", SafeXml.Clean(title));
        foreach (var service in services.MailServices().OrderBy(s => s.Kind).ThenByDescending(s => s.Tls))
        {
            var outgoing = service.Kind == MailServiceKind.Submission;
            xml.WriteStartElement(outgoing ? "outgoingServer" : "incomingServer");
            xml.WriteAttributeString("type", outgoing ? "smtp" : service.Kind == MailServiceKind.Imap ? "imap" : "pop3");
            xml.WriteElementString("hostname", host);
            xml.WriteElementString("port", service.Port.ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("socketType", service.Tls == TlsMode.Implicit ? "SSL" : "STARTTLS");
            xml.WriteElementString("authentication", "password-cleartext");
            xml.WriteElementString("username", "%EMAILADDRESS%");
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        xml.WriteEndElement();
    });
}
