using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Rialto.Directory;
using Rialto.Testing;

namespace Rialto.Net.Tests;

public sealed class HttpAuthenticationTests
{
    [Fact]
    public async Task The_right_password_over_TLS_gives_the_principal()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        var context = Request("EXAMPLE\\user1", TestDirectory.Password);
        var principal = await Basic(directory).AuthenticateAsync(context);
        principal.ShouldNotBeNull().Name.ShouldBe("user1@example.com");
        context.Items[typeof(Account)].ShouldBe(directory.Account("user1@example.com"));
        context.Response.StatusCode.ShouldBe(200);
    }

    [Fact]
    public async Task Without_or_with_wrong_credentials_a_challenge_comes_back()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        foreach (var header in (string?[])[null, "", "Bearer x", "Basic", "Basic ", "Basic !!!", "Basic " + Encode("nocolon"), "Basic " + Encode(":x"), "Basic " + Encode("user1:wrong"), "Basic " + Encode("user1:a\0b"), "Basic " + new string('A', 10_000)])
        {
            var context = Request(header);
            (await Basic(directory).AuthenticateAsync(context)).ShouldBeNull(header);
            context.Response.StatusCode.ShouldBe(401, header);
            context.Response.Headers.WWWAuthenticate.ToString().ShouldBe("Basic realm=\"Rialto\", charset=\"UTF-8\"");
        }
    }

    [Fact]
    public async Task Plain_text_is_taken_on_loopback_alone_and_only_if_allowed()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        foreach (var (allowed, address, status) in ((bool, string, int)[])[(false, "127.0.0.1", 403), (true, "127.0.0.1", 200), (true, "::1", 200), (true, "192.0.2.1", 403)])
        {
            var context = Request("user1", TestDirectory.Password);
            context.Request.Scheme = "http";
            context.Connection.RemoteIpAddress = IPAddress.Parse(address);
            var principal = await Basic(directory, allowed).AuthenticateAsync(context);
            context.Response.StatusCode.ShouldBe(status);
            (principal is not null).ShouldBe(status == 200);
            context.Response.Headers.WWWAuthenticate.ShouldBeEmpty();
        }
    }

    [Fact]
    public void Names_and_passwords_come_in_UTF_8_or_Latin_1_with_colons()
    {
        BasicCredentials.TryParse("basic " + Encode("jürg:a:b"), out var credentials).ShouldBeTrue();
        (credentials.Login, credentials.Password).ShouldBe(("jürg", "a:b"));
        BasicCredentials.TryParse("Basic " + Convert.ToBase64String(Encoding.Latin1.GetBytes("jürg:ä")), out credentials).ShouldBeTrue();
        (credentials.Login, credentials.Password).ShouldBe(("jürg", "ä"));
        credentials.ToString().ShouldBe("jürg");
    }

    [Fact]
    public async Task A_guesser_is_told_to_come_back_later()
    {
        await using var directory = await TestDirectory.CreateAsync(1, configure: o => (o.AddressFreeFailures, o.AddressBaseDelay, o.MaxWait) = (0, TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1)));
        await Basic(directory).AuthenticateAsync(Request("ghost", "wrong"));
        var context = Request("user1", TestDirectory.Password);
        (await Basic(directory).AuthenticateAsync(context)).ShouldBeNull();
        context.Response.StatusCode.ShouldBe(429);
        int.Parse(context.Response.Headers.RetryAfter.ToString(), System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 30);
    }

    private static HttpAuthentication Basic(TestDirectory directory, bool allowPlainText = false) =>
        new(new AuthenticationService(directory.Authenticator), new("test", AllowPlainTextOnLoopback: allowPlainText));

    private static DefaultHttpContext Request(string login, string password) => Request("Basic " + Encode($"{login}:{password}"));

    private static DefaultHttpContext Request(string? header)
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = "https";
        context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.1");
        if (header is not null) context.Request.Headers.Authorization = header;
        return context;
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
