using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Rialto.Testing;

namespace Rialto.Autodiscover.Tests;

/// <summary>POST to autodiscover.xml, over HTTP.</summary>
public sealed class PoxTests : IAsyncLifetime
{
    private const string Outlook = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
    private static readonly XNamespace s_root = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
    private static readonly XNamespace s_outlook = Outlook;

    private TestDirectory _directory = null!;
    private WebApplication _application = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _directory = await TestDirectory.CreateAsync(2);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _application = builder.Build();
        _application.MapAutodiscover(_directory.Service, _directory.Authenticator, new AutodiscoverOptions { HostName = "mail.example.com", AllowPlainTextOnLoopback = true }, TimeProvider.System);
        await _application.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_application.Urls.Single()) };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _application.DisposeAsync();
        await _directory.DisposeAsync();
    }

    [Theory]
    [InlineData("/autodiscover/autodiscover.xml")]
    [InlineData("/Autodiscover/Autodiscover.xml")]
    public async Task The_own_mailbox_is_told_with_its_urls(string path)
    {
        var account = _directory.Account("user1@example.com");
        var answer = await PostAsync(Request("user1@example.com"), path: path);
        var response = answer.Root!.Element(s_outlook + "Response").ShouldNotBeNull();
        response.Element(s_outlook + "User")!.Element(s_outlook + "LegacyDN")!.Value.ShouldBe(account.LegacyExchangeDn);
        var protocol = response.Element(s_outlook + "Account")!.Elements(s_outlook + "Protocol").Single();
        ((string?)protocol.Attribute("Type"), (string?)protocol.Attribute("Version")).ShouldBe(("mapiHttp", "1"));
        var query = $"?MailboxId={account.MailboxGuid}@example.com";
        var port = _http.BaseAddress!.Port;
        protocol.Element(s_outlook + "MailStore")!.Element(s_outlook + "InternalUrl")!.Value.ShouldBe($"http://mail.example.com:{port}/mapi/emsmdb/{query}");
        protocol.Element(s_outlook + "AddressBook")!.Element(s_outlook + "ExternalUrl")!.Value.ShouldBe($"http://mail.example.com:{port}/mapi/nspi/{query}");
    }

    [Fact]
    public async Task A_legacy_dn_names_a_mailbox_too()
    {
        var dn = _directory.Account("user1@example.com").LegacyExchangeDn;
        var answer = await PostAsync(Request("user1@example.com").Replace("<EMailAddress>user1@example.com</EMailAddress>", $"<LegacyDN>{dn}</LegacyDN>", StringComparison.Ordinal));
        answer.Descendants(s_outlook + "MailStore").Count().ShouldBe(1);
    }

    [Fact]
    public async Task Public_folders_are_named_and_found_by_address_and_by_guid()
    {
        (await PostAsync(Request("user1@example.com"))).Descendants(s_outlook + "PublicFolderInformation").ShouldBeEmpty();
        var store = await _directory.Service.AddAsync(new Rialto.Directory.PublicStore { PrimaryAddress = "public@example.com", DisplayName = "Public Folders", FurtherAddresses = ["pf@example.com"] });
        var answer = await PostAsync(Request("user1@example.com"));
        answer.Root!.Element(s_outlook + "Response")!.Element(s_outlook + "Account")!.Element(s_outlook + "PublicFolderInformation")!.Element(s_outlook + "SmtpAddress")!.Value.ShouldBe("public@example.com");
        foreach (var address in new[] { "public@example.com", "pf@example.com", $"{store.MailboxGuid}@example.com" })
        {
            answer = await PostAsync(Request(address));
            answer.Descendants(s_outlook + "LegacyDN").Single().Value.ShouldBe(store.LegacyExchangeDn);
            answer.Descendants(s_outlook + "MailStore").Single().Element(s_outlook + "InternalUrl")!.Value.ShouldContain($"MailboxId={store.MailboxGuid}@example.com");
            answer.Descendants(s_outlook + "PublicFolderInformation").ShouldBeEmpty();
        }
        Code(await PostAsync(Request($"{_directory.Account("user2@example.com").MailboxGuid}@example.com"))).ShouldBe("500", "other mailboxes are their owners'");
    }

    [Fact]
    public async Task Without_the_capability_there_is_no_section_for_it()
    {
        var answer = await PostAsync(Request("user1@example.com"), capability: null);
        answer.Descendants(s_outlook + "Account").Count().ShouldBe(1);
        answer.Descendants(s_outlook + "Protocol").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("user2@example.com")]
    [InlineData("nobody@example.com")]
    public async Task Others_and_nobody_are_answered_alike(string address) => Code(await PostAsync(Request(address))).ShouldBe("500");

    [Theory]
    [InlineData("")]
    [InlineData("<Autodiscover>")]
    [InlineData("<x/>")]
    [InlineData("<Autodiscover><Request/></Autodiscover>")]
    [InlineData("<!DOCTYPE a [<!ENTITY e \"x\">]><Autodiscover><Request><EMailAddress>&e;</EMailAddress></Request></Autodiscover>")]
    public async Task What_is_no_request_is_told_so(string body) => Code(await PostAsync(body)).ShouldBe("600");

    [Fact]
    public async Task An_unknown_schema_is_told_so() =>
        Code(await PostAsync(Request("user1@example.com").Replace(Outlook, "urn:other", StringComparison.Ordinal))).ShouldBe("601");

    [Fact]
    public async Task Without_a_log_in_nothing_is_told()
    {
        using var content = new StringContent(Request("user1@example.com"));
        (await _http.PostAsync(new Uri("/autodiscover/autodiscover.xml", UriKind.Relative), content)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static string? Code(XDocument answer) => answer.Root!.Element(s_root + "Response")?.Element(s_root + "Error")?.Element(s_root + "ErrorCode")?.Value;

    private static string Request(string address) => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">
          <Request><EMailAddress>{address}</EMailAddress><AcceptableResponseSchema>{Outlook}</AcceptableResponseSchema></Request>
        </Autodiscover>
        """;

    private async Task<XDocument> PostAsync(string body, string? capability = "1", string path = "/autodiscover/autodiscover.xml")
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "text/xml") };
        message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"user1@example.com:{TestDirectory.Password}")));
        if (capability is not null)
            message.Headers.Add("X-MapiHttpCapability", capability);
        using var response = await _http.SendAsync(message);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/xml");
        return XDocument.Parse(await response.Content.ReadAsStringAsync());
    }
}
