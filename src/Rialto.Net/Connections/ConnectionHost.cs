using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Rialto.Net;

/// <summary>
/// Runs connection protocols on Kestrel's listeners: limits, TLS, timeouts, draining. One per server, made before Kestrel starts:
/// <code>
/// await using var host = new ConnectionHost(limits, certificates, TimeProvider.System, loggerFactory);
/// builder.WebHost.ConfigureKestrel(kestrel =&gt; host.Listen(kestrel, new ListenerOptions { Name = "imap", Port = 143 }, imap));
/// …
/// await host.DrainAsync();  // when stopping, before the application stops
/// </code>
/// </summary>
public sealed partial class ConnectionHost : IAsyncDisposable
{
    private readonly ConnectionLimits limits;
    private readonly TlsCertificates? certificates;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ConnectionCounter counter;
    private readonly ConcurrentDictionary<SessionTransport, byte> sessions = new();
    private readonly ITimer heartbeat;
    private volatile TaskCompletionSource? drained;

    /// <summary>Creates it; nothing listens yet.</summary>
    public ConnectionHost(ConnectionLimits limits, TlsCertificates? certificates, TimeProvider time, ILoggerFactory loggers)
    {
        this.limits = limits;
        this.certificates = certificates;
        this.time = time;
        logger = loggers.CreateLogger<ConnectionHost>();
        counter = new ConnectionCounter(limits);
        heartbeat = time.CreateTimer(_ => CheckTimeouts(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Connections being served now.</summary>
    public int Count => sessions.Count;

    /// <summary>Whose conversations are recorded; null for nobody's.</summary>
    public TranscriptRecorder? Transcripts
    {
        get;
        init
        {
            field = value;
            if (value is not null) value.Changed += user =>
            {
                foreach (var session in sessions.Keys) session.Record(user);
            };
        }
    }

    /// <summary>Adds a listener to Kestrel. <paramref name="bound"/> is told of Kestrel's own options, from which the port is known after the start.</summary>
    public void Listen(KestrelServerOptions kestrel, ListenerOptions listener, ConnectionProtocol protocol, Action<ListenOptions>? bound = null) =>
        kestrel.Listen(new IPEndPoint(listener.Address, listener.Port), options =>
        {
            Use(options, listener, protocol);
            bound?.Invoke(options);
        });

    /// <summary>Puts the protocol at the end of a Kestrel listener's pipeline.</summary>
    public void Use(IConnectionBuilder connections, ListenerOptions listener, ConnectionProtocol protocol) =>
        connections.Run(connection => ServeAsync(connection, listener, protocol));

    /// <summary>Asks every session to say goodbye and waits for them, at most for <see cref="ConnectionLimits.DrainTimeout"/>; then cuts what is left. New connections are refused from now on.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        drained = done;
        foreach (var session in sessions.Keys) session.Drain();
        if (!sessions.IsEmpty)
        {
            try
            {
                await done.Task.WaitAsync(limits.DrainTimeout, time, cancellationToken);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                LogCut(sessions.Count);
            }
        }

        foreach (var session in sessions.Keys) session.Abort();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => heartbeat.DisposeAsync();

    private async Task ServeAsync(ConnectionContext connection, ListenerOptions listener, ConnectionProtocol protocol)
    {
        var remote = connection.RemoteEndPoint as IPEndPoint;
        var refusal = drained is not null ? ConnectionRefusal.ShuttingDown : counter.TryAdd(remote?.Address);
        if (refusal is { } reason)
        {
            LogRefused(listener.Name, remote, reason);
            ConnectionMetrics.Refuse(listener.Name, reason);
            await RefuseAsync(connection, listener, protocol.RefusalFor(reason));
            return;
        }

        var session = new SessionTransport(connection.Transport, listener, limits, certificates, time, connection.Abort, protocol.Alpn)
        {
            ConnectionId = connection.ConnectionId,
            RemoteEndPoint = remote,
            LocalEndPoint = connection.LocalEndPoint as IPEndPoint,
            Closed = connection.ConnectionClosed,
            IdleTimeout = protocol.IdleTimeout,
            Transcripts = Transcripts,
        };
        sessions.TryAdd(session, 0);
        ConnectionMetrics.Opened(listener.Name);
        if (drained is not null) session.Drain();
        try
        {
            if (listener.Tls == TlsMode.Implicit && !await session.HandshakeAsync(CancellationToken.None))
            {
                LogHandshakeFailed(listener.Name, remote);
                return;
            }

            await protocol.RunAsync(session);
        }
        catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException or OperationCanceledException && connection.ConnectionClosed.IsCancellationRequested)
        {
            // The peer left in the middle: everyday business.
        }
        catch (Exception e)
        {
            LogFailed(e, listener.Name, connection.ConnectionId);
        }
        finally
        {
            await session.CloseAsync();
            sessions.TryRemove(session, out _);
            ConnectionMetrics.Closed(listener.Name);
            session.Transcript?.Dispose();
            counter.Remove(remote?.Address);
            if (sessions.IsEmpty) drained?.TrySetResult();
        }
    }

    private static async Task RefuseAsync(ConnectionContext connection, ListenerOptions listener, ReadOnlyMemory<byte> words)
    {
        // Under implicit TLS a word would cost a handshake, which is what a flood wants.
        if (words.IsEmpty || listener.Tls == TlsMode.Implicit) return;
        try
        {
            await connection.Transport.Output.WriteAsync(words);
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException)
        {
            // Refused either way.
        }
    }

    private void CheckTimeouts()
    {
        foreach (var (session, _) in sessions) session.CheckTimeouts();
    }

    [LoggerMessage(1, LogLevel.Warning, "{Listener}: connection from {Remote} refused: {Reason}")]
    private partial void LogRefused(string listener, IPEndPoint? remote, ConnectionRefusal reason);

    [LoggerMessage(2, LogLevel.Debug, "{Listener}: TLS handshake with {Remote} failed")]
    private partial void LogHandshakeFailed(string listener, IPEndPoint? remote);

    [LoggerMessage(3, LogLevel.Error, "{Listener}: connection {ConnectionId} failed")]
    private partial void LogFailed(Exception exception, string listener, string connectionId);

    [LoggerMessage(4, LogLevel.Warning, "{Count} sessions did not end in time and are cut")]
    private partial void LogCut(int count);
}
