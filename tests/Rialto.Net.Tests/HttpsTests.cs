// RFC 8446 4.4.2: a server sends its certificate with those that lead to its authority.
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Testing;

namespace Rialto.Net.Tests;

public sealed class HttpsTests
{
    [Fact]
    public async Task The_chain_goes_with_the_certificate_and_a_renewed_one_is_used_by_the_next_connection()
    {
        using var folder = new TempDirectory();
        var time = new ManualTimeProvider();
        var path = folder.File("chain.pem");
        var issuer = Write(path, "one.example.com", 1);
        using var certificates = TlsCertificates.Open(new() { CertificateFile = path }, folder.Path, time, NullLoggerFactory.Instance);
        await using var server = await StartAsync(certificates);

        var (subject, sent, protocol) = await ConnectAsync(server, [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]);
        subject.ShouldBe("CN=one.example.com");
        sent.ShouldContain(issuer);
        protocol.ShouldBe(SslApplicationProtocol.Http2);
        (await ConnectAsync(server, [SslApplicationProtocol.Http11])).Protocol.ShouldBe(SslApplicationProtocol.Http11);
        (await ConnectAsync(server, null)).Protocol.ShouldBe(default);

        Write(path, "two.example.com", 2);
        time.Advance(TimeSpan.FromMinutes(1));
        (await ConnectAsync(server, null)).Subject.ShouldBe("CN=two.example.com");
    }

    [Fact]
    public async Task Handshakes_share_one_object_of_options()
    {
        using var folder = new TempDirectory();
        using var certificates = TlsCertificates.Open(new(), folder.Path, TimeProvider.System, NullLoggerFactory.Instance);
        await using var server = await StartAsync(certificates);
        var before = certificates.OptionsFor("h2,http/1.1");
        for (var i = 0; i < 3; i++)
            await ConnectAsync(server, [SslApplicationProtocol.Http11]);
        certificates.OptionsFor("h2,http/1.1").ShouldBeSameAs(before);
        before.ServerCertificateContext.ShouldNotBeNull();
        before.AllowTlsResume.ShouldBeTrue();
    }

    private static async Task<WebApplication> StartAsync(TlsCertificates certificates)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, certificates.Secure));
        var application = builder.Build();
        await application.StartAsync();
        return application;
    }

    private static async Task<(string Subject, List<string> Sent, SslApplicationProtocol Protocol)> ConnectAsync(WebApplication server, List<SslApplicationProtocol>? protocols)
    {
        var address = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        var sent = new List<string>();
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = protocols,
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, _, chain, _) =>
            {
                sent.AddRange(chain!.ChainPolicy.ExtraStore.Select(c => c.Subject));
                return true;
            },
        });
        return (stream.RemoteCertificate!.Subject, sent, stream.NegotiatedApplicationProtocol);
    }

    /// <summary>A certificate, its key and the intermediate authority that issued it, in one file; the authority's name.</summary>
    private static string Write(string path, string name, int day)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        using var root = Authority("CN=Root", rootKey).CreateSelfSigned(now, now.AddYears(50));
        using var issued = Authority("CN=Intermediate", authorityKey).Create(root, now, now.AddYears(40), [1]);
        using var authority = issued.CopyWithPrivateKey(authorityKey);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).Create(authority, now, now.AddYears(30), [2]);
        File.WriteAllText(path, $"{certificate.ExportCertificatePem()}\n{authority.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, day, 0, 0, 0, DateTimeKind.Utc));
        return authority.Subject;
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }
}
