// Autodiscover v2: GET /autodiscover/autodiscover.json?Email=…&Protocol=…, or …/v1.0/ADDRESS?Protocol=…; as Outlook and Outlook for phones ask.
// No specification has it. InvalidProtocol and its message are what other servers answer; the other codes (MandatoryParameterMissing, InvalidUserId) are unconfirmed, and clients read the
// status alone.
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rialto.Autodiscover.Access;
using Rialto.Directory;

namespace Rialto.Autodiscover.Json;

/// <summary>Where one protocol is. Nobody logs in, so that any address is answered alike: by its domain at most, never by whether there is such an account.</summary>
internal sealed class JsonEndpoint(AutodiscoverServices services)
{
    private const string Supported = "AutodiscoverV1,ActiveSync,Ews";

    /// <summary>Characters of what a client asked for that are told back to it.</summary>
    private const int MaximumEcho = 64;

    private readonly Entrance _entrance = new(services);

    public async Task HandleAsync(HttpContext context)
    {
        var inPath = context.Request.RouteValues["address"] as string;
        if (!_entrance.Admit(context, inPath is null ? ServiceAddresses.JsonPath : $"{ServiceAddresses.JsonPath}/v1.0/{Uri.EscapeDataString(inPath)}"))
            return;
        var (status, body) = Answer(context.Request, inPath ?? context.Request.Query["Email"].ToString(), context.Request.Query["Protocol"].ToString());
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private (int Status, byte[] Body) Answer(HttpRequest request, string address, string protocol)
    {
        if (address.Length == 0)
            return Error("MandatoryParameterMissing", "A valid value must be provided for the query parameter 'Email'");
        if (!SmtpAddress.TryParse(address, out _))
            return Error("InvalidUserId", "The given value of the query parameter 'Email' is no address");
        if (protocol.Length == 0)
            return Error("MandatoryParameterMissing", "A valid value must be provided for the query parameter 'Protocol'");
        var addresses = new ServiceAddresses(request, services.Options);
        (string Name, string Url)? answer = protocol.ToUpperInvariant() switch
        {
            "AUTODISCOVERV1" => ("AutodiscoverV1", addresses.Pox),
            "ACTIVESYNC" => ("ActiveSync", addresses.ActiveSync),
            "EWS" => ("Ews", addresses.Ews),
            _ => null,
        };
        if (answer is not { } found)
        {
            var echo = protocol.Length > MaximumEcho ? protocol[..MaximumEcho] : protocol;
            return Error("InvalidProtocol", $"The given protocol value '{echo}' is invalid. Supported values are '{Supported}'");
        }
        return (StatusCodes.Status200OK, Write(("Protocol", found.Name), ("Url", found.Url)));
    }

    private static (int, byte[]) Error(string code, string message) => (StatusCodes.Status400BadRequest, Write(("ErrorCode", code), ("ErrorMessage", message)));

    private static byte[] Write(params ReadOnlySpan<(string Name, string Value)> members)
    {
        using var output = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            foreach (var (name, value) in members)
                json.WriteString(name, value);
            json.WriteEndObject();
        }
        return output.ToArray();
    }
}
