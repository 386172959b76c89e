using System.Net;
using System.Net.Http.Headers;

namespace Rialto.Autodiscover.Tests;

/// <summary>Port 80: where to go, and never a password.</summary>
public sealed class PlainHttpTests : AutodiscoverTest
{
    protected override AutodiscoverServices Configure(AutodiscoverServices services)
    {
        services.Options.AllowPlainTextOnLoopback = false;
        return services;
    }

    [Theory]
    [InlineData("/Autodiscover/Autodiscover.xml", "/autodiscover/autodiscover.xml")]
    [InlineData("/autodiscover/autodiscover.svc?wsdl", "/autodiscover/autodiscover.svc?wsdl")]
    [InlineData("/autodiscover/autodiscover.json?Email=a@example.com&Protocol=Ews", "/autodiscover/autodiscover.json?Email=a@example.com&Protocol=Ews")]
    [InlineData("/autodiscover/autodiscover.json/v1.0/a@example.com?Protocol=Ews", "/autodiscover/autodiscover.json/v1.0/a%40example.com?Protocol=Ews")]
    [InlineData("/profile", "/profile")]
    public async Task Who_asks_without_a_password_is_sent_to_https(string path, string target)
    {
        using var response = await Host.GetAsync(path, client: Host.Plain);
        response.StatusCode.ShouldBe(HttpStatusCode.Found);
        response.Headers.Location.ShouldBe(new Uri($"https://mail.example.com:{Host.SecurePort}{target}"));
        response.Headers.WwwAuthenticate.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_sends_a_password_is_told_nothing()
    {
        using var get = await Host.GetAsync("/autodiscover/autodiscover.xml", "user1@example.com", Host.Plain);
        get.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var content = new StringContent(Request("user1@example.com"));
        using var post = await Host.Plain.PostAsync(new Uri("/autodiscover/autodiscover.xml", UriKind.Relative), content);
        post.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        post.Headers.WwwAuthenticate.ShouldBeEmpty();
    }
}

/// <summary>Services that are told of and not built yet.</summary>
public sealed class UnbuiltServiceTests : AutodiscoverTest
{
    [Theory]
    [InlineData("/EWS/Exchange.asmx")]
    [InlineData("/ews/exchange.asmx")]
    [InlineData("/EWS/UM2007Legacy.asmx")]
    [InlineData("/Microsoft-Server-ActiveSync")]
    [InlineData("/rpc/rpcproxy.dll")]
    [InlineData("/ecp/")]
    [InlineData("/owa/")]
    public async Task Who_has_logged_in_is_told_that_they_are_not_there_yet(string path)
    {
        using var without = await Host.GetAsync(path);
        without.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        without.Headers.WwwAuthenticate.ShouldContain(h => h.Scheme == "Basic");
        using var with = await Host.GetAsync(path, "user1@example.com");
        with.StatusCode.ShouldBe(HttpStatusCode.NotImplemented);
    }

    [Theory]
    [InlineData("/.well-known/caldav")]
    [InlineData("/.well-known/carddav")]
    public async Task Calendars_and_contacts_are_not_known_yet(string path)
    {
        using var response = await Host.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
