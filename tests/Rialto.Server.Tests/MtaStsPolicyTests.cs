using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Server.Configuration;
using Rialto.Server.Records;
using Rialto.Testing;

namespace Rialto.Server.Tests;

/// <summary>RFC 8461: the policy at mta-sts.DOMAIN.</summary>
public sealed class MtaStsPolicyTests : IAsyncLifetime
{
    private TestDirectory _directory = null!;
    private WebApplication _application = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _directory = await TestDirectory.CreateAsync(1);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        _application = builder.Build();
        MtaStsPolicy.Map(_application, () => _directory.Service.Current, new MtaStsOptions { MailServers = ["Backup.example.net", "bad\r\nmode: none"] }, "mail.example.com");
        await _application.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_application.Urls.First()) };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _application.DisposeAsync();
        await _directory.DisposeAsync();
    }

    [Theory]
    [InlineData("mta-sts.example.com")]
    [InlineData("MTA-STS.Example.COM")]
    public async Task It_is_at_the_domains_own_name(string host)
    {
        using var response = await SendAsync(HttpMethod.Get, host);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        (await response.Content.ReadAsStringAsync()).ShouldBe("version: STSv1\r\nmode: testing\r\nmx: mail.example.com\r\nmx: backup.example.net\r\nmax_age: 86400\r\n");
    }

    [Theory]
    [InlineData("mail.example.com")]
    [InlineData("example.com")]
    [InlineData("mta-sts.other.example")]
    [InlineData("mta-sts.")]
    public async Task It_is_nowhere_else(string host)
    {
        using var response = await SendAsync(HttpMethod.Get, host);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task It_is_read_and_no_more()
    {
        using var response = await SendAsync(HttpMethod.Post, "mta-sts.example.com");
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public void Switched_off_there_is_none() => MtaStsPolicy.Text(new MtaStsOptions { Mode = MtaStsMode.Off }, "mail.example.com").ShouldBeNull();

    [Fact]
    public void The_age_is_within_what_senders_keep() =>
        MtaStsPolicy.Text(new MtaStsOptions { Mode = MtaStsMode.Enforce, MaxAge = TimeSpan.FromDays(4000) }, "mail.example.com").ShouldEndWith("mode: enforce\r\nmx: mail.example.com\r\nmax_age: 31557600\r\n");

    [Theory]
    [InlineData("v=STSv1; id=20261121", true)]
    [InlineData("v=STSv1;id=a;", true)]
    [InlineData("v=STSv1;", false)]
    [InlineData("v=STSv1; id=", false)]
    [InlineData("v=STSv1; id=2026-11-21", false)]
    [InlineData("v=STSv1; id=a; id=b", false)]
    [InlineData("v=STSv10; id=a", false)]
    public void Records_are_as_senders_take_them(string text, bool isOne) => MtaStsPolicy.IsRecord(text).ShouldBe(isOne);

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string host)
    {
        var request = new HttpRequestMessage(method, new Uri(MtaStsPolicy.Path, UriKind.Relative));
        request.Headers.Host = host;
        return _http.SendAsync(request);
    }
}
