using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory;
using Rialto.Testing;

namespace Rialto.Net.Tests.Authentication;

/// <summary>NTLM and Negotiate over HTTPS, by .NET's own client, which binds them to its connection.</summary>
public sealed class HttpNegotiateTests : IDisposable
{
    private readonly TempDirectory folder = new();
    private readonly TlsCertificates certificates;

    public HttpNegotiateTests() => certificates = TlsCertificates.Open(new(), folder.Path, TimeProvider.System, NullLoggerFactory.Instance);

    public void Dispose()
    {
        certificates.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("NTLM")]
    [InlineData("Negotiate")]
    public async Task A_connection_is_logged_in_once_and_as_long_as_the_password_holds(string scheme)
    {
        await using var directory = await CreateAsync();
        await using var server = await StartAsync(directory, new() { HttpSchemes = ["Negotiate", "NTLM"], RequireChannelBinding = true });
        using var client = Client(server, scheme, TestDirectory.Password);
        (await client.GetStringAsync("/")).ShouldBe("user1@example.com");
        (await client.PostAsync("/", new StringContent("body"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        Requests(directory).ShouldBe(1, "the connection is logged in");

        using var stranger = Client(server, scheme, "not-the-password");
        (await stranger.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await directory.Passwords.SetAsync(directory.Account("user1@example.com").Id, "another-password");
        (await client.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Bindings_of_another_server_are_refused()
    {
        await using var directory = await CreateAsync();
        await using var server = await StartAsync(directory, new() { HttpSchemes = ["NTLM"] }, new ChannelBindings([[1, 2, 3]]));
        using var client = Client(server, "NTLM", TestDirectory.Password);
        (await client.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Schemes_are_those_of_the_endpoint_and_none_by_connection_behind_a_proxy()
    {
        await using var directory = await CreateAsync();
        await using var server = await StartAsync(directory, new() { HttpSchemesOf = { ["test"] = "negotiate ntlm basic" } });
        using var client = Client(server, null, "");
        var answer = await client.GetAsync("/");
        answer.Headers.WwwAuthenticate.Select(w => w.Scheme).ShouldBe(["Negotiate", "NTLM", "Basic"]);
        client.DefaultRequestHeaders.Via.Add(new ViaHeaderValue("1.1", "proxy"));
        (await client.GetAsync("/")).Headers.WwwAuthenticate.Select(w => w.Scheme).ShouldBe(["Basic"]);
        var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Authorization = new("NTLM", Convert.ToBase64String(NtlmVectorTests.Hex("4e544c4d5353500001000000078208a20000000000000000000000000000000000000000"))) } };
        (await client.SendAsync(request)).Headers.WwwAuthenticate.Select(w => w.Scheme).ShouldBe(["Basic"]);
    }

    [Theory]
    [InlineData("NTLM", "")]
    [InlineData("NTLM", "!!!!")]
    [InlineData("NTLM", "TlRMTVNTUAADAAAA")]
    [InlineData("Negotiate", "YAA=")]
    [InlineData("Negotiate", "oQcwBaADCgEA")]
    [InlineData("Bearer", "x.y.z")]
    [InlineData("Digest", "x")]
    public async Task Bad_tokens_are_challenged_again(string scheme, string token)
    {
        await using var directory = await CreateAsync();
        await using var server = await StartAsync(directory, new() { HttpSchemes = ["Negotiate", "NTLM", "Bearer", "Basic"] });
        using var client = Client(server, null, "");
        var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {token}");
        var answer = await client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.Select(w => w.Scheme).ShouldBe(["Negotiate", "NTLM", "Basic"]);
    }

    [Fact]
    public void Spnego_tokens_survive_cuts_and_noise()
    {
        var first = NtlmVectorTests.Hex("604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa22a04284e544c4d535350000100000005028862000000000000000000000000000000000601b01d0000000f");
        var init = SpnegoTokens.ReadInit(first).ShouldNotBeNull();
        init.Mechanisms.ShouldBe([SpnegoTokens.Ntlm]);
        NtlmMessages.IsNtlm(init.Token).ShouldBeTrue();
        for (var i = 0; i < first.Length; i++) SpnegoTokens.ReadInit(first.AsMemory(0, i)).ShouldBeNull();
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var noisy = (byte[])first.Clone();
            for (var n = random.Next(1, 5); n > 0; n--) noisy[random.Next(noisy.Length)] = (byte)random.Next(256);
            SpnegoTokens.ReadInit(noisy);
            SpnegoTokens.ReadResponse(noisy);
            SpnegoTokens.FrameOf(noisy);
        }

        var written = SpnegoTokens.Write(SpnegoState.Incomplete, SpnegoTokens.Ntlm, [1, 2], [3]);
        var read = SpnegoTokens.ReadResponse(written).ShouldNotBeNull();
        read.Token.ShouldBe([1, 2]);
        read.Mic.ShouldBe([3]);
    }

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<TestDirectory, StrongBox> Counts = [];

    private static int Requests(TestDirectory directory) => Counts.TryGetValue(directory, out var box) ? box.Value : 0;

    private static async Task<TestDirectory> CreateAsync()
    {
        var directory = await TestDirectory.CreateAsync(1, configure: o => o.AddressFreeFailures = 1_000);
        directory.Service.Key = SecretKey.CreateRandom();
        await directory.Service.UpdateAsync(directory.Account("user1@example.com") with { NtlmEnabled = true });
        await directory.Passwords.SetAsync(directory.Account("user1@example.com").Id, TestDirectory.Password);
        var box = new StrongBox();
        Counts.Add(directory, box);
        directory.Authenticator.Attempted += (_, _, _, outcome) => box.Value += outcome == AuthenticationOutcome.Success ? 1 : 0;
        return directory;
    }

    private async Task<WebApplication> StartAsync(TestDirectory directory, SignInOptions options, ChannelBindings? bindings = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, certificates.Secure));
        var application = builder.Build();
        var service = new AuthenticationService(directory.Authenticator, options) { HttpBindings = () => bindings ?? certificates.Bindings };
        var authentication = new HttpAuthentication(service, new("test"));
        application.Run(async context =>
        {
            if (await authentication.AuthenticateAsync(context) is { } principal) await context.Response.WriteAsync(principal.Name);
        });
        await application.StartAsync();
        return application;
    }

    private static HttpClient Client(WebApplication server, string? scheme, string password)
    {
        var address = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        var uri = new Uri($"https://localhost:{address.Port}");
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 1 };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        if (scheme is not null) handler.Credentials = new CredentialCache { { uri, scheme, new NetworkCredential("user1", password, "EXAMPLE") } };
        return new HttpClient(handler) { BaseAddress = uri, DefaultRequestVersion = HttpVersion.Version11 };
    }

    private sealed class StrongBox
    {
        public int Value;
    }
}
