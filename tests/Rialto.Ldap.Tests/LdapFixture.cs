using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Ldap.Wire;
using Rialto.Net;
using Rialto.Testing;

namespace Rialto.Ldap.Tests;

/// <summary>The LDAP server over real sockets on free ports: plain (with StartTLS) and TLS, over a directory in memory.</summary>
public sealed class LdapFixture : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConnectionHost host;
    private readonly TlsCertificates certificates;
    private readonly string folder;

    private LdapFixture(TestDirectory directory, LdapOptions options, WebApplication app, ConnectionHost host, TlsCertificates certificates, string folder)
    {
        Directory = directory;
        Options = options;
        this.app = app;
        this.host = host;
        this.certificates = certificates;
        this.folder = folder;
    }

    public TestDirectory Directory { get; }

    public LdapOptions Options { get; }

    public int Port { get; private set; }

    public int TlsPort { get; private set; }

    public static async Task<LdapFixture> StartAsync(Action<LdapOptions>? configure = null, int users = 3, bool asksForCertificates = false)
    {
        var directory = await TestDirectory.CreateAsync(users);
        var options = new LdapOptions();
        configure?.Invoke(options);
        var folder = System.IO.Directory.CreateTempSubdirectory("rialto-ldap-").FullName;
        var certificates = TlsCertificates.Open(new TlsOptions { Names = ["localhost"] }, folder, TimeProvider.System, NullLoggerFactory.Instance);
        var host = new ConnectionHost(new ConnectionLimits(), certificates, TimeProvider.System, NullLoggerFactory.Instance);
        var protocol = new LdapProtocol(directory.Service, directory.Authenticator, options, TimeProvider.System, NullLogger<LdapProtocol>.Instance)
        {
            Passwords = directory.Passwords,
            Autodiscover = () => new("mail.example.com", "https://mail.example.com/autodiscover/autodiscover.xml", "Default-First-Site-Name"),
        };
        var builder = WebApplication.CreateSlimBuilder();
        ListenOptions? plain = null, secure = null;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            host.Listen(kestrel, new ListenerOptions { Name = "ldap", Address = IPAddress.Loopback, Tls = TlsMode.StartTls, AsksForCertificate = asksForCertificates }, protocol, o => plain = o);
            host.Listen(kestrel, new ListenerOptions { Name = "ldaps", Address = IPAddress.Loopback, Tls = TlsMode.Implicit, AsksForCertificate = asksForCertificates }, protocol, o => secure = o);
        });
        builder.Logging.ClearProviders();
        var app = builder.Build();
        await app.StartAsync();
        return new(directory, options, app, host, certificates, folder) { Port = plain!.IPEndPoint!.Port, TlsPort = secure!.IPEndPoint!.Port };
    }

    public async Task<LdapTestClient> ConnectAsync() => await LdapTestClient.OpenAsync(Port);

    public async Task<LdapTestClient> LogInAsync(string name = "cn=admin,dc=example,dc=com", string password = TestDirectory.Password)
    {
        var client = await ConnectAsync();
        (await client.BindAsync(name, password)).ShouldBe(ResultCode.Success);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token);
        await app.DisposeAsync();
        await host.DisposeAsync();
        certificates.Dispose();
        await Directory.DisposeAsync();
        System.IO.Directory.Delete(folder, recursive: true);
    }
}
