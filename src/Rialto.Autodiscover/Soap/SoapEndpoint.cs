// [MS-OXWSADISC]: the SOAP service; [MS-OXDISCO] 3.2.5.
using System.Globalization;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Rialto.Autodiscover.Access;
using Rialto.Autodiscover.Accounts;

namespace Rialto.Autodiscover.Soap;

/// <summary>autodiscover.svc: POST of an operation, GET for the description of the service.</summary>
internal sealed class SoapEndpoint
{
    private readonly AutodiscoverServices _services;
    private readonly Entrance _entrance;
    private readonly MailboxFinder _finder;

    public SoapEndpoint(AutodiscoverServices services)
    {
        _services = services;
        _entrance = new Entrance(services);
        _finder = new MailboxFinder(services);
    }

    /// <summary>The operations that there are.</summary>
    public static bool IsKnown(string operation) => operation is GetUserSettings.Name or GetDomainSettings.Name or GetFederationInformation.Name;

    public async Task HandleAsync(HttpContext context)
    {
        var began = _services.Time.GetTimestamp();
        if (await _entrance.LogInAsync(context, ServiceAddresses.SoapPath) is not { } principal)
            return;
        var addresses = new ServiceAddresses(context.Request, _services.Options);
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            await WriteAsync(context, Wsdl.Write(addresses.Soap), soap12: false);
            return;
        }
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }
        if (await RequestBody.ReadAsync(context, _services.Options.MaximumRequestBody) is not { } body)
            return;
        var request = SoapEnvelope.Read(body);
        if (request.Fault is { } fault)
        {
            // SOAP 1.1 6.2: 500. What is no SOAP has no binding that could say so.
            context.Response.StatusCode = fault == SoapFault.Malformed ? StatusCodes.Status400BadRequest : StatusCodes.Status500InternalServerError;
            await WriteAsync(context, SoapAnswer.WriteFault(request, fault), request.IsSoap12);
            return;
        }
        Action<XmlWriter> response;
        switch (request.Operation)
        {
            case GetUserSettings.Name:
                (response, var refused) = await GetUserSettings.ExecuteAsync(request, _services, _finder, principal, addresses, context.RequestAborted);
                if (refused)
                    await _finder.RefuseAsync(began, context.RequestAborted);
                break;
            case GetDomainSettings.Name:
                response = GetDomainSettings.Execute(request, _services, _finder, addresses);
                break;
            default:
                response = GetFederationInformation.Execute();
                break;
        }
        await WriteAsync(context, SoapAnswer.Write(request, _services.ServerVersion, response), request.IsSoap12);
    }

    private static async Task WriteAsync(HttpContext context, byte[] answer, bool soap12)
    {
        context.Response.ContentType = soap12 ? "application/soap+xml; charset=utf-8" : "text/xml; charset=utf-8";
        context.Response.Headers.CacheControl = "private";
        context.Response.ContentLength = answer.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }
}

/// <summary>Envelopes that go out.</summary>
internal static class SoapAnswer
{
    public static byte[] Write(SoapEnvelope request, Version version, Action<XmlWriter> response) => Write(request, SoapNames.Action + request.Operation + "Response", version, xml =>
    {
        xml.WriteStartElement(request.Operation + "ResponseMessage", SoapNames.Autodiscover);
        xml.WriteStartElement("Response", SoapNames.Autodiscover);
        xml.WriteAttributeString("xmlns", "i", null, SoapNames.Instance);
        response(xml);
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    public static byte[] WriteFault(SoapEnvelope request, SoapFault fault)
    {
        var soap = SoapOf(request);
        var (code, text) = fault switch
        {
            SoapFault.MustUnderstand => ("MustUnderstand", "A header that must be understood is not supported here."),
            SoapFault.ActionNotSupported => ("ActionNotSupported", "The action is none of this service, or another one than the body's."),
            _ => (request.IsSoap12 ? "Sender" : "Client", "The request is no SOAP message."),
        };
        return Write(request, fault == SoapFault.ActionNotSupported ? SoapNames.Addressing + "/fault" : SoapNames.Addressing + "/soap/fault", null, xml =>
        {
            xml.WriteStartElement("Fault", soap);
            if (request.IsSoap12)
            {
                xml.WriteStartElement("Code", soap);
                xml.WriteElementString("Value", soap, fault == SoapFault.ActionNotSupported ? "s:Sender" : "s:" + code);
                if (fault == SoapFault.ActionNotSupported)
                {
                    xml.WriteStartElement("Subcode", soap);
                    xml.WriteElementString("Value", soap, "a:" + code);
                    xml.WriteEndElement();
                }
                xml.WriteEndElement();
                xml.WriteStartElement("Reason", soap);
                xml.WriteStartElement("Text", soap);
            }
            else
            {
                xml.WriteElementString("faultcode", (fault == SoapFault.ActionNotSupported ? "a:" : "s:") + code);
                xml.WriteStartElement("faultstring");
            }
            xml.WriteAttributeString("xml", "lang", null, "en-US");
            xml.WriteString(text);
            xml.WriteEndElement();
            if (request.IsSoap12)
                xml.WriteEndElement();
            xml.WriteEndElement();
        });
    }

    /// <summary>A setting's or a user's outcome.</summary>
    public static void Outcome(XmlWriter xml, string code, string message)
    {
        xml.WriteElementString("ErrorCode", SoapNames.Autodiscover, code);
        xml.WriteElementString("ErrorMessage", SoapNames.Autodiscover, message);
    }

    public static void RedirectTarget(XmlWriter xml, string? target)
    {
        xml.WriteStartElement("RedirectTarget", SoapNames.Autodiscover);
        if (target is null)
            xml.WriteAttributeString("nil", SoapNames.Instance, "true");
        else
            xml.WriteString(SafeXml.Clean(target));
        xml.WriteEndElement();
    }

    private static string SoapOf(SoapEnvelope request) => request.IsSoap12 ? SoapNames.Soap12 : SoapNames.Soap11;

    private static byte[] Write(SoapEnvelope request, string action, Version? version, Action<XmlWriter> body) => SafeXml.Write(xml =>
    {
        var soap = SoapOf(request);
        xml.WriteStartElement("s", "Envelope", soap);
        xml.WriteAttributeString("xmlns", "a", null, SoapNames.Addressing);
        xml.WriteStartElement("Header", soap);
        xml.WriteStartElement("Action", SoapNames.Addressing);
        xml.WriteAttributeString("mustUnderstand", soap, "1");
        xml.WriteString(action);
        xml.WriteEndElement();
        if (version is not null)
        {
            xml.WriteStartElement("h", "ServerVersionInfo", SoapNames.Autodiscover);
            xml.WriteElementString("MajorVersion", SoapNames.Autodiscover, version.Major.ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("MinorVersion", SoapNames.Autodiscover, version.Minor.ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("MajorBuildNumber", SoapNames.Autodiscover, version.Build.ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("MinorBuildNumber", SoapNames.Autodiscover, Math.Max(0, version.Revision).ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("Version", SoapNames.Autodiscover, "Exchange2016");
            xml.WriteEndElement();
        }
        if (request.MessageId.Length > 0)
            xml.WriteElementString("RelatesTo", SoapNames.Addressing, request.MessageId);
        xml.WriteEndElement();
        xml.WriteStartElement("Body", soap);
        body(xml);
        xml.WriteEndElement();
        xml.WriteEndElement();
    });
}
