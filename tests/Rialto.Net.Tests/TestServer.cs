using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Testing;

namespace Rialto.Net.Tests;

/// <summary>Kestrel on free ports of loopback with one connection protocol, and TLS by a generated certificate.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TempDirectory folder = new();
    private WebApplication? application;

    public required ConnectionHost Host { get; init; }

    public required TlsCertificates Certificates { get; init; }

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    public static async Task<TestServer> StartAsync(ConnectionProtocol protocol, TlsMode tls, ConnectionLimits? limits = null, TimeProvider? time = null)
    {
        var folder = new TempDirectory();
        var certificates = TlsCertificates.Open(new() { Names = ["mail.example.com"] }, folder.Path, TimeProvider.System, NullLoggerFactory.Instance);
        var server = new TestServer
        {
            Certificates = certificates,
            Host = new ConnectionHost(limits ?? new(), certificates, time ?? TimeProvider.System, NullLoggerFactory.Instance),
        };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        ListenOptions? bound = null;
        builder.WebHost.ConfigureKestrel(kestrel =>
            server.Host.Listen(kestrel, new ListenerOptions { Name = "test", Address = IPAddress.Loopback, Tls = tls }, protocol, options => bound = options));
        server.application = builder.Build();
        await server.application.StartAsync();
        server.EndPoint = bound!.IPEndPoint!;
        return server;
    }

    public async Task<TestClient> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint);
        return new TestClient(new NetworkStream(socket, ownsSocket: true));
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        if (application is not null) await application.DisposeAsync();
        Certificates.Dispose();
        folder.Dispose();
    }
}

/// <summary>A client of lines, in plain text or TLS.</summary>
internal sealed class TestClient(Stream connection) : IDisposable
{
    private Stream stream = connection;
    private readonly byte[] one = new byte[1];

    public SslStream? Tls => stream as SslStream;

    public Task SendAsync(string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();

    /// <summary>A line without its end, or null when the server closed.</summary>
    public async Task<string?> ReadLineAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var line = new MemoryStream();
        while (true)
        {
            int read;
            try
            {
                read = await stream.ReadAsync(one, patience.Token);
            }
            catch (IOException)
            {
                return null;
            }

            if (read == 0) return null;
            if (one[0] == '\n') return Encoding.UTF8.GetString(line.ToArray()).TrimEnd('\r');
            line.WriteByte(one[0]);
        }
    }

    public async Task<string?> AskAsync(string line)
    {
        await SendAsync(line + "\r\n");
        return await ReadLineAsync();
    }

    public async Task StartTlsAsync(string name = "mail.example.com", SslProtocols protocols = SslProtocols.None)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = name,
            EnabledSslProtocols = protocols,
            RemoteCertificateValidationCallback = (_, _, _, errors) => (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0,
        });
        stream = tls;
    }

    public void Dispose() => stream.Dispose();
}

/// <summary>Says each line back; STARTTLS, LITERAL n, SLOW and QUIT do what they say.</summary>
internal sealed class EchoProtocol : ConnectionProtocol
{
    public const int MaxLine = 1_000;

    public TaskCompletionSource<SessionTransport> Session { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override string Name => "echo";

    public override TimeSpan IdleTimeout => TimeSpan.FromMinutes(1);

    public override ReadOnlyMemory<byte> RefusalFor(ConnectionRefusal reason) => Encoding.ASCII.GetBytes($"refused {reason}\r\n");

    public override async Task RunAsync(SessionTransport transport)
    {
        Session.TrySetResult(transport);
        await SayAsync(transport, "hello");
        while (true)
        {
            var read = await transport.ReadLineAsync(MaxLine);
            switch (read.Status)
            {
                case ReadStatus.Done:
                    var line = Encoding.UTF8.GetString(read.Line.Span);
                    if (line == "QUIT")
                    {
                        await SayAsync(transport, "bye");
                        return;
                    }

                    if (line == "FAIL") throw new InvalidOperationException("on purpose");
                    if (line == "STARTTLS")
                    {
                        if (transport.HasPipelined())
                        {
                            await SayAsync(transport, "no: text after STARTTLS");
                            return;
                        }

                        await SayAsync(transport, "go ahead");
                        if (await transport.UpgradeToTlsAsync() != TlsUpgrade.Done) return;
                        break;
                    }

                    if (line.StartsWith("LITERAL ", StringComparison.Ordinal))
                    {
                        var body = new byte[int.Parse(line.AsSpan(8), System.Globalization.CultureInfo.InvariantCulture)];
                        var status = await transport.ReadExactlyAsync(body);
                        await SayAsync(transport, $"literal {status} {body.Sum(b => (long)b)}");
                        break;
                    }

                    if (line == "TLS") line = transport.TlsDescription ?? "none";
                    await SayAsync(transport, "echo " + line);
                    break;
                case ReadStatus.EndOfStream:
                    return;
                case ReadStatus.TimedOut or ReadStatus.Draining:
                    await SayAsync(transport, read.Status.ToString());
                    return;
                default:
                    await SayAsync(transport, read.Status.ToString());
                    break;
            }
        }
    }

    private static async Task SayAsync(SessionTransport transport, string line)
    {
        transport.Write(line + "\r\n");
        await transport.FlushAsync();
    }
}
