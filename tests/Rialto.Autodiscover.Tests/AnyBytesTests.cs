using System.Text;
using Rialto.Autodiscover.Pox;
using Rialto.Autodiscover.Soap;

namespace Rialto.Autodiscover.Tests;

/// <summary>The readers of requests end with a value for any bytes: pieces of requests, damaged, cut and repeated.</summary>
public sealed class AnyBytesTests
{
    private static readonly string[] s_pieces =
    [
        "<Autodiscover>", "</Autodiscover>", "<Request>", "</Request>", "<EMailAddress>", "</EMailAddress>", "user1@example.com", "<LegacyDN>", "</LegacyDN>", "<AcceptableResponseSchema>",
        "</AcceptableResponseSchema>", "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'>", "</s:Envelope>", "<s:Header>", "</s:Header>", "<s:Body>", "</s:Body>",
        "<a:GetUserSettingsRequestMessage xmlns:a='http://schemas.microsoft.com/exchange/2010/Autodiscover'>", "</a:GetUserSettingsRequestMessage>", "<a:Users>", "<a:User>", "<a:Mailbox>",
        "<a:Setting>", "</a:Setting>", "<![CDATA[", "]]>", "<!--", "-->", "<?xml version='1.0'?>", "<!DOCTYPE x [", "<!ENTITY e 'x'>", "]>", "&e;", "&#0;", "&#xD800;", "<x", ">", "/>", "\ufeff", "\0", " ",
    ];

    [Fact]
    public void Pox_requests() => Run(bytes =>
    {
        if (PoxRequest.Read(new MemoryStream(bytes)) is { } request)
            (request.Address.Length + request.LegacyDn.Length).ShouldBeLessThanOrEqualTo(bytes.Length);
    });

    [Fact]
    public void Soap_requests() => Run(bytes =>
    {
        var request = SoapEnvelope.Read(new MemoryStream(bytes));
        if (request.Fault is null)
            request.Operation.ShouldBeOneOf("GetUserSettings", "GetDomainSettings", "GetFederationInformation");
    });

    private static void Run(Action<byte[]> read)
    {
        var random = new Random(20261121);
        var text = new StringBuilder();
        for (var i = 0; i < 5_000; i++)
        {
            text.Clear();
            for (var n = random.Next(1, 20); n > 0; n--)
                text.Append(s_pieces[random.Next(s_pieces.Length)]);
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            for (var n = random.Next(0, 3); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            read(bytes);
        }
    }
}
