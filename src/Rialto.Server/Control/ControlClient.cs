using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Rialto.Server.Commands;

namespace Rialto.Server.Control;

/// <summary>Hands a command line to the running server and shows what it prints.</summary>
internal static class ControlClient
{
    /// <summary>The server's exit code, or null when no server runs on the data directory.</summary>
    public static async Task<int?> TryRunAsync(string socketPath, string[] arguments, ICommandConsole console, CancellationToken cancel)
    {
        if (!File.Exists(socketPath))
            return null;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancel);
        }
        catch (SocketException)
        {
            return null;
        }
        await using var stream = new NetworkStream(socket);
        var request = new ControlRequest(arguments, Environment.CurrentDirectory, console.Width, console.Interactive);
        await ControlStream.WriteAsync(stream, ControlFrame.Request, JsonSerializer.SerializeToUtf8Bytes(request), cancel);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        while (await ControlStream.ReadAsync(stream, cancel) is ({ } kind, { } payload))
        {
            switch (kind)
            {
                case ControlFrame.Output:
                    await console.Out.WriteAsync(Encoding.UTF8.GetString(payload));
                    await console.Out.FlushAsync(cancel);
                    break;
                case ControlFrame.Error:
                    await console.Error.WriteAsync(Encoding.UTF8.GetString(payload));
                    await console.Error.FlushAsync(cancel);
                    break;
                case ControlFrame.SecretPrompt:
                    var secret = await console.ReadSecretAsync(Encoding.UTF8.GetString(payload), cancel);
                    await ControlStream.WriteAsync(stream, secret is null ? ControlFrame.InputEnd : ControlFrame.Input, Encoding.UTF8.GetBytes(secret ?? ""), cancel);
                    break;
                case ControlFrame.InputWanted:
                    _ = SendInputAsync(stream, console, done.Token);
                    break;
                case ControlFrame.Exit when payload.Length == 4:
                    await done.CancelAsync();
                    return BitConverter.ToInt32(payload);
            }
        }
        await console.Error.WriteLineAsync("The server ended before the command was done. What it had reported above is kept.");
        return 1;
    }

    private static async Task SendInputAsync(Stream stream, ICommandConsole console, CancellationToken cancel)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            int n;
            while ((n = await console.ReadInputAsync(buffer, cancel)) > 0)
                await ControlStream.WriteAsync(stream, ControlFrame.Input, buffer.AsMemory(0, n), cancel);
            await ControlStream.WriteAsync(stream, ControlFrame.InputEnd, default, cancel);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The command ended without reading all of it.
        }
    }
}
