using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Testing;

namespace Rialto.Net.Tests.Authentication;

/// <summary>Tokens of an issuer on this machine, signed here by hand.</summary>
public sealed class BearerTests
{
    private static readonly RSA Key = RSA.Create(2048);
    private static readonly ECDsa Curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Theory]
    [InlineData("RS256", "OAUTHBEARER")]
    [InlineData("ES256", "OAUTHBEARER")]
    [InlineData("RS256", "XOAUTH2")]
    public async Task A_good_token_lets_in_its_account(string algorithm, string mechanism)
    {
        await using var issuer = await IssuerAsync();
        await using var directory = await TestDirectory.CreateAsync(2);
        var answer = await TryAsync(directory, Url(issuer), mechanism, Token(algorithm, Claims(issuer)));
        answer.Outcome.ShouldBe(SaslOutcome.Success);
        answer.Result.Account!.PrimaryAddress.ShouldBe("user1@example.com");
        answer.AuthorisationId.ShouldBe("");

        // A token is its owner's: to act as another is asked for, and whoever asks is told by the protocol.
        (await TryAsync(directory, Url(issuer), mechanism, Token(algorithm, Claims(issuer)), "user2@example.com")).AuthorisationId.ShouldBe("user2@example.com");
    }

    [Fact]
    public async Task Every_other_token_is_refused()
    {
        await using var issuer = await IssuerAsync();
        await using var directory = await TestDirectory.CreateAsync(1, configure: o => o.AddressFreeFailures = 1_000);
        var good = Claims(issuer);
        var now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var bad = new Dictionary<string, string>
        {
            ["expired"] = Token("RS256", With(good, "exp", now.AddMinutes(-5).ToUnixTimeSeconds())),
            ["not yet good"] = Token("RS256", With(good, "nbf", now.AddMinutes(5).ToUnixTimeSeconds())),
            ["no expiry"] = Token("RS256", Without(good, "exp")),
            ["another audience"] = Token("RS256", With(good, "aud", "other")),
            ["no audience"] = Token("RS256", Without(good, "aud")),
            ["another issuer"] = Token("RS256", With(good, "iss", "https://evil.example")),
            ["nobody"] = Token("RS256", With(good, "email", "ghost@example.com")),
            ["no name"] = Token("RS256", Without(good, "email")),
            ["unverified address"] = Token("RS256", With(good, "email_verified", false)),
            ["none"] = $"{Part(new Dictionary<string, object> { ["alg"] = "none" })}.{Part(good)}.",
            ["public key as secret"] = Hmac(good, Encoding.ASCII.GetBytes(Key.ExportSubjectPublicKeyInfoPem())),
            ["another key"] = Token("RS256", good, RSA.Create(2048)),
            ["unknown key"] = Token("RS256", good, keyId: "unknown"),
            ["cut"] = Token("RS256", good)[..^10],
            ["altered"] = Token("RS256", good).Replace(".", "A.", StringComparison.Ordinal),
            ["no token"] = "",
            ["long"] = new string('a', 100_000),
        };
        foreach (var (name, token) in bad)
            (await TryAsync(directory, Url(issuer), "OAUTHBEARER", token)).Outcome.ShouldBe(SaslOutcome.Refused, name);
        (await TryAsync(directory, Url(issuer), "OAUTHBEARER", Token("RS256", good))).Outcome.ShouldBe(SaslOutcome.Success);
    }

    [Fact]
    public async Task Without_the_issuer_it_is_for_later_and_counts_for_nothing()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        for (var i = 0; i < 20; i++)
            (await TryAsync(directory, "http://127.0.0.1:1", "XOAUTH2", "a.b.c")).Outcome.ShouldBe(SaslOutcome.Temporary);
        Should.Throw<ArgumentException>(() => new BearerTokens(new() { Issuer = "http://login.example.com" }, TimeProvider.System));
    }

    [Theory]
    [InlineData("OAUTHBEARER", "n,,\u0001\u0001")]
    [InlineData("OAUTHBEARER", "p=x,,\u0001auth=Bearer a\u0001\u0001")]
    [InlineData("OAUTHBEARER", "n,a=x\u0001auth=Bearer a\u0001\u0001")]
    [InlineData("OAUTHBEARER", "auth=Bearer a")]
    [InlineData("XOAUTH2", "user=a\u0001auth=Bearer b\u0001")]
    [InlineData("XOAUTH2", "a\u0001auth=Bearer b\u0001\u0001")]
    public async Task Bad_syntax_is_told(string mechanism, string text)
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        var service = new AuthenticationService(directory.Authenticator, new() { Bearer = { Issuer = "http://127.0.0.1:1", Audiences = ["rialto"] } });
        var conversation = service.Begin(Encoding.ASCII.GetBytes(mechanism), new("imap", null, null, CancellationToken.None)).ShouldNotBeNull();
        (await conversation.AnswerAsync(Encoding.ASCII.GetBytes(text))).Outcome.ShouldBe(SaslOutcome.Malformed);
    }

    private static async Task<SaslAnswer> TryAsync(TestDirectory directory, string issuer, string mechanism, string token, string user = "user1@example.com")
    {
        var service = new AuthenticationService(directory.Authenticator, new() { Bearer = { Issuer = issuer, Audiences = ["rialto"] } });
        var conversation = service.Begin(Encoding.ASCII.GetBytes(mechanism), new("imap", new(IPAddress.Parse("192.0.2.1"), 1), null, CancellationToken.None)).ShouldNotBeNull();
        var message = mechanism == "XOAUTH2" ? $"user={user}\u0001auth=Bearer {token}\u0001\u0001" : $"n,a={user},\u0001host=localhost\u0001port=143\u0001auth=Bearer {token}\u0001\u0001";
        var answer = await conversation.AnswerAsync(Encoding.ASCII.GetBytes(message));
        if (answer.Outcome != SaslOutcome.Challenge) return answer;
        JsonDocument.Parse(answer.Octets).RootElement.GetProperty("status").GetString().ShouldNotBeNullOrEmpty();
        return await conversation.AnswerAsync("\u0001"u8.ToArray());
    }

    private static Dictionary<string, object> Claims(WebApplication issuer) => new()
    {
        ["iss"] = Url(issuer),
        ["aud"] = "rialto",
        ["email"] = "user1@example.com",
        ["exp"] = TimeProvider.System.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds(),
    };

    private static Dictionary<string, object> With(Dictionary<string, object> claims, string name, object value) => new(claims) { [name] = value };

    private static Dictionary<string, object> Without(Dictionary<string, object> claims, string name)
    {
        var copy = new Dictionary<string, object>(claims);
        copy.Remove(name);
        return copy;
    }

    private static string Token(string algorithm, Dictionary<string, object> claims, RSA? key = null, string? keyId = null)
    {
        var text = $"{Part(new Dictionary<string, object> { ["alg"] = algorithm, ["kid"] = keyId ?? (algorithm == "ES256" ? "curve" : "key"), ["typ"] = "JWT" })}.{Part(claims)}";
        var octets = Encoding.ASCII.GetBytes(text);
        var signature = algorithm == "ES256" ? Curve.SignData(octets, HashAlgorithmName.SHA256) : (key ?? Key).SignData(octets, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Url64(signature)}";
    }

    private static string Hmac(Dictionary<string, object> claims, byte[] secret)
    {
        var text = $"{Part(new Dictionary<string, object> { ["alg"] = "HS256", ["kid"] = "key" })}.{Part(claims)}";
        return $"{text}.{Url64(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Part(Dictionary<string, object> value) => Url64(JsonSerializer.SerializeToUtf8Bytes(value));

    private static string Url64(byte[] octets) => Convert.ToBase64String(octets).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Url(WebApplication issuer) => issuer.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private static async Task<WebApplication> IssuerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var application = builder.Build();
        var rsa = Key.ExportParameters(false);
        var curve = Curve.ExportParameters(false);
        application.Run(context => context.Request.Path.Value switch
        {
            "/.well-known/openid-configuration" => context.Response.WriteAsync(JsonSerializer.Serialize(new Dictionary<string, object> { ["issuer"] = Url(application), ["jwks_uri"] = Url(application) + "/keys" })),
            "/keys" => context.Response.WriteAsync(JsonSerializer.Serialize(new Dictionary<string, object>
            {
                ["keys"] = new[]
                {
                    new Dictionary<string, string> { ["kty"] = "RSA", ["kid"] = "key", ["use"] = "sig", ["n"] = Url64(rsa.Modulus!), ["e"] = Url64(rsa.Exponent!) },
                    new Dictionary<string, string> { ["kty"] = "EC", ["kid"] = "curve", ["use"] = "sig", ["crv"] = "P-256", ["x"] = Url64(curve.Q.X!), ["y"] = Url64(curve.Q.Y!) },
                },
            })),
            _ => Task.CompletedTask,
        });
        await application.StartAsync();
        return application;
    }
}
