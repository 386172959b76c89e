using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Rialto.Server.Commands;
using Rialto.Server.Hosting;

namespace Rialto.Server.Control;

/// <summary>
/// Carries out command lines for `rialto` processes beside the running server, over DIR/run/control.sock. The socket's directory is closed to
/// everyone but the server's user: who can open it administers the server.
/// </summary>
internal sealed partial class ControlServer(RialtoServices services, string socketPath, ILogger logger) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    public void Start()
    {
        File.Delete(socketPath);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(socketPath));
        File.SetUnixFileMode(socketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _listener.Listen(16);
        _accepting = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket peer;
            try
            {
                peer = await listener.AcceptAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = ServeAsync(peer);
        }
    }

    private async Task ServeAsync(Socket peer)
    {
        try
        {
            using (peer)
            await using (var stream = new NetworkStream(peer))
            {
                if (await ControlStream.ReadAsync(stream, _stop.Token) is not ({ } kind, { } payload) || kind != ControlFrame.Request
                    || JsonSerializer.Deserialize<ControlRequest>(payload) is not { } request)
                    return;
                using var cancel = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                await using var console = new RemoteConsole(stream, request, cancel);
                var code = await RunAsync(request, console, cancel.Token);
                await console.FlushAsync();
                await console.SendAsync(ControlFrame.Exit, BitConverter.GetBytes(code));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or JsonException or InvalidDataException or ObjectDisposedException)
        {
            LogLost(e.Message);
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
    }

    private async Task<int> RunAsync(ControlRequest request, RemoteConsole console, CancellationToken cancel)
    {
        try
        {
            return await RialtoCommand.RunAsync(request.Arguments, new CommandEnvironment(console, request.WorkingDirectory) { Services = services }, cancel);
        }
        catch (Exception e) when (e is not (IOException or SocketException or OperationCanceledException or ObjectDisposedException))
        {
            LogFailed(e);
            await console.Error.WriteLineAsync("rialto: the command failed for a reason that it does not expect; the server's log says more.");
            return 1;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener?.Dispose();
        await _accepting;
        File.Delete(socketPath);
        _stop.Dispose();
    }

    [LoggerMessage(100, LogLevel.Debug, "A command's connection ended early: {Reason}")]
    private partial void LogLost(string reason);

    [LoggerMessage(101, LogLevel.Error, "A command failed")]
    private partial void LogFailed(Exception error);
}

/// <summary>A console at the other end of the control socket.</summary>
internal sealed class RemoteConsole : ICommandConsole, IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _cancel;
    private readonly System.Threading.Channels.Channel<byte[]?> _input = System.Threading.Channels.Channel.CreateBounded<byte[]?>(16);
    private readonly Task _receiving;
    private bool _inputWanted;

    public RemoteConsole(Stream stream, ControlRequest request, CancellationTokenSource cancel)
    {
        _stream = stream;
        _cancel = cancel;
        Width = Math.Clamp(request.Width, 40, 400);
        Interactive = request.Interactive;
        Out = new FrameWriter(this, ControlFrame.Output);
        Error = new FrameWriter(this, ControlFrame.Error);
        _receiving = ReceiveAsync();
    }

    public TextWriter Out { get; }

    public TextWriter Error { get; }

    public int Width { get; }

    public bool Interactive { get; }

    public async ValueTask<string?> ReadSecretAsync(string prompt, CancellationToken cancel)
    {
        await FlushAsync();
        await SendAsync(ControlFrame.SecretPrompt, Encoding.UTF8.GetBytes(prompt));
        var answer = await _input.Reader.ReadAsync(cancel);
        return answer is null ? null : Encoding.UTF8.GetString(answer);
    }

    public async ValueTask<int> ReadInputAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        if (!_inputWanted)
        {
            _inputWanted = true;
            await SendAsync(ControlFrame.InputWanted, default);
        }
        if (_rest.IsEmpty)
        {
            if (_ended)
                return 0;
            var next = await _input.Reader.ReadAsync(cancel);
            if (next is null)
            {
                _ended = true;
                return 0;
            }
            _rest = next;
        }
        var n = Math.Min(buffer.Length, _rest.Length);
        _rest[..n].CopyTo(buffer);
        _rest = _rest[n..];
        return n;
    }

    private Memory<byte> _rest;
    private bool _ended;

    private async Task ReceiveAsync()
    {
        try
        {
            while (await ControlStream.ReadAsync(_stream, _cancel.Token) is ({ } kind, { } payload))
                await _input.Writer.WriteAsync(kind == ControlFrame.Input ? payload : null, _cancel.Token);
            await _cancel.CancelAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidDataException or ObjectDisposedException)
        {
            _input.Writer.TryComplete();
            if (e is not ObjectDisposedException)
                await _cancel.CancelAsync();
        }
    }

    public async ValueTask SendAsync(ControlFrame kind, ReadOnlyMemory<byte> payload)
    {
        await _sending.WaitAsync();
        try
        {
            await ControlStream.WriteAsync(_stream, kind, payload, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    public async ValueTask FlushAsync()
    {
        await Out.FlushAsync();
        await Error.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cancel.CancelAsync();
        await _receiving;
        _sending.Dispose();
    }

    /// <summary>Collects text and sends it as frames; a table or a progress bar's redraw goes out as one.</summary>
    private sealed class FrameWriter(RemoteConsole console, ControlFrame kind) : TextWriter
    {
        private readonly StringBuilder _text = new();
        private readonly Lock _lock = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_lock)
                _text.Append(value);
        }

        public override void Write(string? value)
        {
            lock (_lock)
                _text.Append(value);
        }

        public override void Flush()
        {
            var bytes = Take();
            if (bytes.Length > 0)
                _ = console.SendAsync(kind, bytes).AsTask();
        }

        public override async Task FlushAsync()
        {
            var bytes = Take();
            for (var at = 0; at < bytes.Length; at += ControlStream.MaximumFrame)
                await console.SendAsync(kind, bytes.AsMemory(at, Math.Min(ControlStream.MaximumFrame, bytes.Length - at)));
        }

        private byte[] Take()
        {
            lock (_lock)
            {
                var bytes = Encoding.UTF8.GetBytes(_text.ToString());
                _text.Clear();
                return bytes;
            }
        }
    }
}
