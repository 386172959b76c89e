using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rialto.Delivery;
using Rialto.Delivery.Trace;
using Rialto.Directory;
using Rialto.Net;
using Rialto.Server.Commands;
using Rialto.Server.Configuration;
using Rialto.Server.Control;
using Rialto.Server.Demo;
using Rialto.Server.Operations;
using Rialto.Server.Records;
using Spectre.Console;

namespace Rialto.Server.Hosting;

/// <summary>The running server: opens the data, starts delivery and every listener, tells that it is ready, and stops in good order.</summary>
internal sealed partial class RialtoServer(RialtoOptions options, IReadOnlyList<PlannedListener> plan, int? demoAccounts, CommandEnvironment environment) : IAsyncDisposable
{
    private readonly Dictionary<string, ListenOptions> _bound = [];
    private readonly List<IAsyncDisposable> _opened = [];
    private IReadOnlyList<PlannedListener>? _boundListeners;

    public async Task<int> RunAsync(CancellationToken stop)
    {
        var time = TimeProvider.System;
        System.IO.Directory.CreateDirectory(options.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        System.IO.Directory.CreateDirectory(RuntimePaths.Run(options.Data), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var running = new RunningServer(new LogLevels(ParseLevel()), new TranscriptRecorder(RuntimePaths.Transcripts(options.Data), time));
        using var loggers = LoggerFactory.Create(l => ConfigureLogging(l, running.Levels));
        var services = Keep(await RialtoServices.OpenAsync(options, time, loggers, stop));
        services.Running = running;
        await PrepareAsync(services, stop);

        // Without the argument the host watches the whole data directory for a changed settings file: an event for every write of the store.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"], ContentRootPath = options.Data });
        builder.Configuration.Sources.Clear();
        ConfigureLogging(builder.Logging, running.Levels);
        builder.Services.AddRouting();
        var hostName = options.HostName.Length > 0 ? options.HostName : Dns.GetHostName();
        using var certificates = OpenCertificates(services, hostName, time, loggers);
        using var authenticator = new Authenticator(services.Directory, options.Authentication, time);
        ExternalDirectory.Connect(services, authenticator);
        var connections = Keep(new ConnectionHost(options.Connections, certificates, time, loggers) { Transcripts = running.Transcripts });
        var trace = options.Trace.Enabled ? Keep(new MessageTrace(RuntimePaths.Trace(options), options.Trace, time, loggers.CreateLogger<MessageTrace>())) : null;
        var delivery = Keep(Protocols.CreateDelivery(services, options, hostName, Bound, trace, loggers));
        using var protocols = new Protocols(services, options, hostName, authenticator, delivery, certificates, Bound, trace, loggers);
        using var metrics = ServerMetrics.Start(options.Operations, plan.Any(l => l.Kind == ListenerKind.Metrics), hostName, authenticator);

        // What arrives is worked on by the thread that read it: a hand-over to another one costs more than most commands, and the thread is one of the pool's.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        var memory = new ConnectionMemory();
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>>(memory);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Store.MaximumMessageSize;
            kestrel.Limits.MaxConcurrentConnections = options.Connections.MaxConnections;
            foreach (var listener in plan)
                Open(kestrel, listener, connections, protocols, certificates);
        });
        await using var app = builder.Build();
        if (metrics?.Prometheus is { } exporter)
        {
            var operations = new OperationsEndpoint(services, exporter);
            app.Use((context, next) => context.Features.Get<MetricsConnection>() is null ? next(context) : operations.AnswerAsync(context));
        }
        app.UsePlainPaths();
        protocols.Map(app);
        app.MapGet("/", () => Results.Text("Rialto\n"));
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException e)
        {
            throw new CommandException($"A listener could not be opened: {e.Message} Another server may have the port: place it with --listen NAME=ADDR:PORT, or use --port-offset.");
        }
        delivery.Start();
        await using var external = new ExternalDirectory(services, loggers.CreateLogger("Rialto.ExternalDirectory"));
        external.Start();
        services.Oab.Start();
        await using var housekeeping = new Housekeeping(services.Engine, protocols.Expired, time, loggers.CreateLogger<Housekeeping>());
        await using var idleMemory = new IdleMemory(memory, time);
        await using var control = new ControlServer(services, RuntimePaths.ControlSocket(options.Data), loggers.CreateLogger<ControlServer>());
        control.Start();
        await AnnounceAsync(services);
        ServiceManager.Ready();

        await WaitAsync(stop);
        ServiceManager.Stopping();
        await connections.DrainAsync(CancellationToken.None);
        using (var patience = new CancellationTokenSource(options.Connections.DrainTimeout))
            await app.StopAsync(patience.Token);
        File.Delete(RuntimePaths.Endpoints(options.Data));
        File.Delete(RuntimePaths.Pid(options.Data));
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        for (var i = _opened.Count - 1; i >= 0; i--)
            await _opened[i].DisposeAsync();
    }

    private T Keep<T>(T opened)
        where T : IAsyncDisposable
    {
        _opened.Add(opened);
        return opened;
    }

    /// <summary>First start: the organisation and its domain; with --demo the accounts.</summary>
    private async Task PrepareAsync(RialtoServices services, CancellationToken cancel)
    {
        if (services.Directory.Current.Organisation is null)
            await services.Directory.AddAsync(new Organisation { Name = options.Organisation.Name, DisplayName = options.Organisation.Name }, null, cancel);
        if (options.Organisation.Domain.Length > 0 && services.Directory.Current.FindDomain(options.Organisation.Domain) is null)
            await services.Directory.AddAsync(new Domain { Name = options.Organisation.Domain, IsDefault = services.Directory.Current.DefaultDomain is null }, null, cancel);
        if (services.Directory.Current.Organisation is { MailSecret: "" } organisation)
            await services.Directory.UpdateAsync<Organisation>(organisation.Id, o => o.MailSecret.Length > 0 ? o : o with { MailSecret = SenderRewriting.NewSecret() }, cancel);
        await PublicFolders.EnsureAsync(services, cancel);
        if (demoAccounts is { } count)
            await DemoSetup.RunAsync(services, count, cancel);
    }

    private TlsCertificates OpenCertificates(RialtoServices services, string hostName, TimeProvider time, ILoggerFactory loggers)
    {
        var tls = new TlsOptions { Names = [hostName, .. options.Tls.Names, .. services.Directory.Current.Domains.SelectMany(d => d.Aliases.Prepend(d.Name)).SelectMany(d => new[] { d, "autodiscover." + d, "autoconfig." + d, MtaStsPolicy.HostPrefix + d })] };
        if (options.Tls.Certificate.Length > 0)
        {
            tls.CertificateFile = Path.GetFullPath(options.Tls.Certificate, options.Data);
            if (options.Tls.Key.Length > 0)
                tls.KeyFile = Path.GetFullPath(options.Tls.Key, options.Data);
            if (options.Tls.PasswordFile.Length > 0)
                tls.Password = File.ReadAllText(Path.GetFullPath(options.Tls.PasswordFile, options.Data)).TrimEnd('\r', '\n');
        }
        try
        {
            return TlsCertificates.Open(tls, options.Data, time, loggers);
        }
        catch (TlsConfigurationException e)
        {
            throw new ConfigurationException(e.Message);
        }
    }

    private void Open(KestrelServerOptions kestrel, PlannedListener listener, ConnectionHost connections, Protocols protocols, TlsCertificates certificates)
    {
        var plain = options.AllowPlainTextLogin && IPAddress.IsLoopback(listener.Address);
        if (listener.Kind == ListenerKind.Metrics)
        {
            kestrel.Listen(new IPEndPoint(listener.Address, listener.Port), o =>
            {
                o.Use(next => connection =>
                {
                    connection.Features.Set<MetricsConnection>(MetricsConnection.Instance);
                    return next(connection);
                });
                _bound[listener.Name] = o;
            });
            return;
        }
        if (listener.Kind == ListenerKind.Http)
        {
            kestrel.Listen(new IPEndPoint(listener.Address, listener.Port), o =>
            {
                if (listener.Tls == TlsMode.Implicit)
                    certificates.Secure(o);
                _bound[listener.Name] = o;
            });
            return;
        }
        var settings = new Rialto.Net.ListenerOptions
        {
            Name = listener.Name,
            Address = listener.Address,
            Port = listener.Port,
            Tls = listener.Tls,
            AllowPlainTextLogin = plain,
            AsksForCertificate = listener.Kind == ListenerKind.Ldap && options.Ldap.ClientCertificateAuthorities.Length > 0,
        };
        connections.Listen(kestrel, settings, protocols.For(listener.Kind), o => _bound[listener.Name] = o);
    }

    /// <summary>The listeners with the ports they have: those that were left to the system are known once it is up.</summary>
    private IReadOnlyList<PlannedListener> Bound()
    {
        if (_boundListeners is { } known)
            return known;
        PlannedListener[] bound = [.. plan.Where(l => _bound.ContainsKey(l.Name)).Select(l => l with { Port = _bound[l.Name].IPEndPoint?.Port ?? l.Port })];
        return Array.TrueForAll(bound, l => l.Port > 0) ? _boundListeners = bound : bound;
    }

    private LogLevel ParseLevel() => Enum.TryParse<LogLevel>(options.LogLevel, ignoreCase: true, out var level)
        ? level
        : throw new ConfigurationException($"logLevel: \"{options.LogLevel}\" is none of {string.Join(", ", Enum.GetNames<LogLevel>())}.");

    private static void ConfigureLogging(ILoggingBuilder logging, LogLevels levels)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.UseUtcTimestamp = true;
            o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(LogLevel.Trace);
        logging.AddFilter((category, level) => levels.IsEnabled(category, level));
    }

    /// <summary>Writes DIR/run/endpoints.json and rialto.pid, then the line that others wait for.</summary>
    private async Task AnnounceAsync(RialtoServices services)
    {
        var endpoints = plan.ToDictionary(l => l.Name, l => _bound[l.Name].IPEndPoint!.ToString().Replace("[::]", "0.0.0.0", StringComparison.Ordinal));
        await WriteAtomicallyAsync(RuntimePaths.Endpoints(options.Data), JsonSerializer.Serialize(endpoints, new JsonSerializerOptions { WriteIndented = true }) + "\n");
        await WriteAtomicallyAsync(RuntimePaths.Pid(options.Data), Environment.ProcessId + "\n");
        if (demoAccounts is { } accounts)
            Introduce(accounts, endpoints);
        await environment.Console.Out.WriteLineAsync("rialto: ready");
        await environment.Console.Out.FlushAsync();
    }

    private void Introduce(int accounts, Dictionary<string, string> endpoints)
    {
        var ansi = environment.Ansi;
        var table = new Table().Border(TableBorder.Rounded).Title("Rialto demonstration server").AddColumn("Service").AddColumn("Where").AddColumn("Security");
        foreach (var listener in plan)
            table.AddRow(listener.Name, endpoints[listener.Name], listener.Tls switch { TlsMode.Implicit => "TLS", TlsMode.StartTls => "STARTTLS, or plain on this machine", _ => "plain on this machine" });
        ansi.Write(table);
        var people = new Table().Border(TableBorder.Rounded).AddColumn("Account").AddColumn("Password");
        people.AddRow("admin@example.com", DemoSetup.Password);
        people.AddRow(accounts == 1 ? "user1@example.com" : $"user1@example.com … user{accounts}@example.com", DemoSetup.Password);
        ansi.Write(people);
        var out_ = environment.Console.Out;
        out_.WriteLine("Try next (the certificate is the server's own, so -k):");
        if (endpoints.TryGetValue("smtp", out var smtp))
            out_.WriteLine($"  printf 'Subject: Hello\\r\\n\\r\\nIt works.\\r\\n' | curl smtp://{smtp} --mail-from me@example.org --mail-rcpt user1@example.com -T -");
        if (endpoints.TryGetValue("imaps", out var imaps))
            out_.WriteLine($"  curl -k 'imaps://{imaps}/INBOX;MAILINDEX=1' -u user1@example.com:{DemoSetup.Password}");
        if (endpoints.TryGetValue("https", out var https))
            out_.WriteLine($"  curl -k https://{https}/mapi/emsmdb/ -u user1@example.com:{DemoSetup.Password}");
        out_.WriteLine($"  ./run account list --data {options.Data}");
        out_.WriteLine($"Data: {options.Data}    Stop: Ctrl-C");
    }

    private static async Task WriteAtomicallyAsync(string path, string text)
    {
        var temporary = path + ".new";
        await File.WriteAllTextAsync(temporary, text);
        File.Move(temporary, path, overwrite: true);
    }

    private static async Task WaitAsync(CancellationToken stop)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.Register(() => done.TrySetResult()))
            await done.Task;
    }
}
