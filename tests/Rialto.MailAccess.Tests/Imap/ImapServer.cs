using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.MailAccess.Imap;
using Rialto.Model;
using Rialto.Net;
using Rialto.Store;
using Rialto.Store.Conformance;
using Rialto.Testing;

namespace Rialto.MailAccess.Tests.Imap;

/// <summary>The real IMAP server over the real engine and directory, with accounts user1@example.com… and storage in memory.</summary>
internal sealed class ImapServer : IAsyncDisposable
{
    private readonly List<Task> _sessions = [];
    private readonly TempDirectory _folder = new();
    private WebApplication? _application;
    private ConnectionHost? _host;

    private ImapServer(TestDirectory directory, StoreEngine engine, MemoryBackend backend, ImapOptions options)
    {
        Directory = directory;
        Engine = engine;
        Backend = backend;
        Protocol = new ImapProtocol(engine, directory.Authenticator, options, Log) { Directory = directory.Service, HostNames = ["mail.example.com"] };
        Certificates = TlsCertificates.Open(new() { Names = ["mail.example.com"] }, _folder.Path, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public TestDirectory Directory { get; }

    public StoreEngine Engine { get; }

    public MemoryBackend Backend { get; }

    public ImapProtocol Protocol { get; }

    /// <summary>What the protocol logs.</summary>
    public LogLines<ImapProtocol> Log { get; } = new();

    /// <summary>Where clients in memory come from; null: nowhere, so that no limit counts them.</summary>
    public IPEndPoint? Remote { get; set; }

    public TlsCertificates Certificates { get; }

    public static async Task<ImapServer> StartAsync(ImapOptions? options = null, StoreOptions? store = null, int users = 2)
    {
        var directory = await TestDirectory.CreateAsync(users);
        var backend = new MemoryBackend();
        var engine = new StoreEngine(backend, new MimeConverter(), store ?? new StoreOptions(), TimeProvider.System);
        for (var i = 1; i <= users; i++)
        {
            var account = directory.Account($"user{i}@example.com");
            await engine.CreateMailboxAsync(account.MailboxGuid, account.Id, null, CancellationToken.None);
        }
        return new ImapServer(directory, engine, backend, options ?? new ImapOptions { TellsRecent = false });
    }

    /// <summary>A connection over pipes in memory; the greeting is read.</summary>
    public async Task<ImapClient> ConnectAsync(TlsMode tls = TlsMode.StartTls, bool allowPlainText = true, CancellationToken closed = default)
    {
        var (output, input, transport, session) = Connect(Protocol, tls, allowPlainText, closed);
        var client = new ImapClient(input, output, transport, session);
        client.Greeting = await client.ReadLineAsync() ?? "";
        return client;
    }

    /// <summary>A connection of any protocol over pipes in memory: where to write, where to read, and the server's end.</summary>
    public (Stream Output, Stream Input, SessionTransport Transport, Task Session) Connect(ConnectionProtocol protocol, TlsMode tls, bool allowPlainText, CancellationToken closed = default)
    {
        var toServer = new Pipe(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19));
        var toClient = new Pipe(new PipeOptions(pauseWriterThreshold: 1 << 18, resumeWriterThreshold: 1 << 17));
        var listener = new ListenerOptions { Name = protocol.Name, Tls = tls, AllowPlainTextLogin = allowPlainText };
        var transport = new SessionTransport(new DuplexPipe(toServer.Reader, toClient.Writer), listener, certificates: Certificates, abort: () => toClient.Writer.Complete()) { ConnectionId = "C1", RemoteEndPoint = Remote, Closed = closed, LocalEndPoint = new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.1"), 143) };
        var session = RunAsync(protocol, transport, toServer, toClient);
        _sessions.Add(session);
        return (toServer.Writer.AsStream(), toClient.Reader.AsStream(), transport, session);
    }

    public async Task<ImapClient> LogInAsync(int user = 1)
    {
        var client = await ConnectAsync();
        (await client.RunAsync($"LOGIN user{user}@example.com {TestDirectory.Password}")).ShouldContain("OK [CAPABILITY ");
        return client;
    }

    /// <summary>Listens on a free port of loopback.</summary>
    public async Task<IPEndPoint> ListenAsync(TlsMode tls, ConnectionProtocol? protocol = null)
    {
        protocol ??= Protocol;
        _host = new ConnectionHost(new(), Certificates, TimeProvider.System, NullLoggerFactory.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        ListenOptions? bound = null;
        builder.WebHost.ConfigureKestrel(kestrel => _host.Listen(
            kestrel, new ListenerOptions { Name = protocol.Name, Address = IPAddress.Loopback, Tls = tls, AllowPlainTextLogin = true }, protocol, options => bound = options));
        _application = builder.Build();
        await _application.StartAsync();
        return bound!.IPEndPoint!;
    }

    public async Task<MailboxSession> OpenMailboxAsync(int user = 1, bool asSystem = false)
    {
        var account = Directory.Account($"user{user}@example.com");
        return (await Engine.OpenAsync(account.MailboxGuid, asSystem ? Principal.System : new Principal(account.Id, account.PrimaryAddress, [], PrincipalKind.Account), CancellationToken.None)).Value;
    }

    /// <summary>Puts a message into a folder as delivery would.</summary>
    public async Task<AppendedMessage> DeliverAsync(string mime, SpecialFolder folder = SpecialFolder.Inbox, int user = 1, MessageState state = MessageState.None)
    {
        using var mailbox = await OpenMailboxAsync(user);
        var prepared = await Engine.PrepareMimeAsync(new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(mime)), CancellationToken.None);
        return (await mailbox.AppendAsync(SpecialFolders.IdOf(folder), prepared, new AppendOptions(state, [], null), CancellationToken.None)).Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DrainAsync();
            await _host.DisposeAsync();
        }
        if (_application is not null)
            await _application.DisposeAsync();
        await Task.WhenAll(_sessions).WaitAsync(TimeSpan.FromSeconds(30));
        await Engine.DisposeAsync();
        await Backend.DisposeAsync();
        await Directory.DisposeAsync();
        Certificates.Dispose();
        _folder.Dispose();
    }

    private static async Task RunAsync(ConnectionProtocol protocol, SessionTransport transport, Pipe toServer, Pipe toClient)
    {
        try
        {
            await protocol.RunAsync(transport);
        }
        finally
        {
            await toClient.Writer.CompleteAsync();
            await toServer.Reader.CompleteAsync();
        }
    }

    private sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
