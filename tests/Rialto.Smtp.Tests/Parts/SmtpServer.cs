using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Delivery;
using Rialto.Delivery.Tests;
using Rialto.Net;
using Rialto.Testing;

namespace Rialto.Smtp.Tests;

/// <summary>The three listeners on free ports of loopback, with real TLS, over a mail office in memory. The queue is drained only when asked.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private readonly TempDirectory data = new();
    private readonly TlsCertificates certificates;
    private readonly ConnectionHost host;
    private readonly WebApplication application;
    private readonly Dictionary<string, ListenOptions> listeners = [];

    private SmtpServer(MailOffice office, SmtpOptions options, bool plainLogin, Rspamd? filter, Greylist? greylist, Rialto.Delivery.Trace.MessageTrace? trace, Rialto.Smtp.Commands.SubmittedUrl? urls,
        SignInOptions? signIn)
    {
        Office = office;
        Options = options;
        certificates = TlsCertificates.Open(new TlsOptions(), data.Path, TimeProvider.System, NullLoggerFactory.Instance);
        host = new(new ConnectionLimits(), certificates, TimeProvider.System, NullLoggerFactory.Instance);
        var services = new SmtpServices
        {
            Options = options,
            Directory = office.Directory.Service,
            Authenticator = office.Directory.Authenticator,
            Authentication = signIn is null ? null : new AuthenticationService(office.Directory.Authenticator, signIn),
            Store = office.Store,
            Queue = office.Queue,
            Filter = filter,
            Greylist = greylist,
            Trace = trace,
            Urls = urls,
            Limits = new SendingLimits(office.Options, office.Time),
            Time = office.Time,
            Logger = office.Log,
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            Listen("smtp", TlsMode.StartTls, SmtpRole.Relay);
            Listen("submission", TlsMode.StartTls, SmtpRole.Submission);
            Listen("submissions", TlsMode.Implicit, SmtpRole.Submission);

            void Listen(string name, TlsMode tls, SmtpRole role) => host.Listen(
                kestrel,
                new ListenerOptions { Name = name, Address = IPAddress.Loopback, Port = 0, Tls = tls, AllowPlainTextLogin = plainLogin },
                new SmtpProtocol(role, services),
                bound => listeners[name] = bound);
        });
        application = builder.Build();
    }

    public MailOffice Office { get; }

    public SmtpOptions Options { get; }

    public static async Task<SmtpServer> StartAsync(int users = 3, Action<SmtpOptions>? configure = null, bool plainLogin = true, Rspamd? filter = null, Greylist? greylist = null, Rialto.Delivery.Trace.MessageTrace? trace = null,
        Rialto.Smtp.Commands.SubmittedUrl? urls = null, SignInOptions? signIn = null)
    {
        var options = new SmtpOptions { HostName = "mail.example.com" };
        configure?.Invoke(options);
        var server = new SmtpServer(await MailOffice.CreateAsync(users), options, plainLogin, filter, greylist, trace, urls, signIn);
        await server.application.StartAsync();
        return server;
    }

    public int Port(string listener) => listeners[listener].IPEndPoint!.Port;

    public Task<SmtpClient> ConnectAsync(string listener = "smtp") => SmtpClient.ConnectAsync(Port(listener), listener == "submissions");

    public Task DrainAsync() => host.DrainAsync();

    public async ValueTask DisposeAsync()
    {
        await host.DrainAsync();
        await application.DisposeAsync();
        await host.DisposeAsync();
        await Office.DisposeAsync();
        certificates.Dispose();
        data.Dispose();
    }
}
