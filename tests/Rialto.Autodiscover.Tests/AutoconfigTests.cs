using System.Net;
using System.Xml.Linq;

namespace Rialto.Autodiscover.Tests;

/// <summary>Thunderbird's file.</summary>
public sealed class AutoconfigTests : AutodiscoverTest
{
    [Theory]
    [InlineData("/mail/config-v1.1.xml?emailaddress=user1%40example.com")]
    [InlineData("/mail/config-v1.1.xml")]
    [InlineData("/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=nobody@example.net")]
    public async Task The_servers_of_a_domain_are_told_to_whoever_asks(string path)
    {
        foreach (var client in new[] { Host.Http, Host.Plain })
        {
            using var response = await Host.GetAsync(path, client: client);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("text/xml");
            var provider = XDocument.Parse(await response.Content.ReadAsStringAsync()).Root!.Element("emailProvider")!;
            provider.Elements("domain").Select(d => d.Value).ShouldBe(["example.com", "example.net"]);
            Servers(provider, "incomingServer").ShouldBe(["imap mail.example.com:993 SSL %EMAILADDRESS%", "imap mail.example.com:143 STARTTLS %EMAILADDRESS%"]);
            Servers(provider, "outgoingServer").ShouldBe(["smtp mail.example.com:465 SSL %EMAILADDRESS%", "smtp mail.example.com:587 STARTTLS %EMAILADDRESS%"]);
        }
    }

    [Fact]
    public async Task By_the_host_that_was_asked()
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "/mail/config-v1.1.xml");
        message.Headers.Host = "autoconfig.example.net";
        using var response = await Host.Plain.SendAsync(message);
        XDocument.Parse(await response.Content.ReadAsStringAsync()).Descendants("emailProvider").Single().Attribute("id")!.Value.ShouldBe("example.com");
    }

    [Fact]
    public async Task Other_domains_are_not_known()
    {
        using var response = await Host.GetAsync("/mail/config-v1.1.xml?emailaddress=a@other.example");
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static IEnumerable<string> Servers(XElement provider, string name) => provider.Elements(name)
        .Select(s => $"{(string?)s.Attribute("type")} {s.Element("hostname")!.Value}:{s.Element("port")!.Value} {s.Element("socketType")!.Value} {s.Element("username")!.Value}");
}
