using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Rialto.Smtp.Tests.Client;

/// <summary>Another domain's server on a loopback address, which answers as it is told to and keeps what it was sent.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();

    public ScriptedServer(string address = "127.0.0.1", int port = 0)
    {
        listener = new(IPAddress.Parse(address), port);
        listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    public string Greeting { get; set; } = "220 there.test ESMTP\r\n";

    public IReadOnlyList<string> Features { get; set; } = ["PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES"];

    public X509Certificate2? Certificate { get; set; }

    /// <summary>Answers a line in another way; null as usual. "END" is the end of a message.</summary>
    public Func<string, string?> Reply { get; set; } = _ => null;

    /// <summary>A reply of the caller's is all that is said, after STARTTLS and DATA too.</summary>
    public bool AnswersOnly { get; set; }

    /// <summary>Between two octets of what it says; null: all at once.</summary>
    public TimeSpan? Trickle { get; set; }

    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>Messages, dots taken off again.</summary>
    public ConcurrentQueue<string> Messages { get; } = [];

    public int Connections { get; private set; }

    public int TlsConnections { get; private set; }

    /// <summary>Takes no more connections and cuts those that there are.</summary>
    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await stop.CancelAsync();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        using var cut = stop.Token.Register(client.Close);
        Connections++;
        Stream stream = client.GetStream();
        try
        {
            await SendAsync(stream, Greeting);
            while (await LineAsync(stream) is { } line)
            {
                Lines.Enqueue(line);
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                var said = Reply(line);
                if (said == "CUT") return;
                if (said is not null)
                {
                    await SendAsync(stream, said);
                    if (AnswersOnly || (verb != "STARTTLS" && (verb != "DATA" || !said.StartsWith("354", StringComparison.Ordinal)))) continue;
                }

                switch (verb)
                {
                    case "EHLO":
                        var features = Certificate is not null && stream is not SslStream ? Features.Append("STARTTLS") : Features;
                        await SendAsync(stream, string.Concat(features.Prepend("there.test").Select((f, i) => $"250{(i < features.Count() ? '-' : ' ')}{f}\r\n")));
                        break;
                    case "STARTTLS":
                        if (said is null) await SendAsync(stream, "220 go\r\n");
                        var tls = new SslStream(stream);
                        await tls.AuthenticateAsServerAsync(Certificate!);
                        stream = tls;
                        TlsConnections++;
                        break;
                    case "DATA":
                        if (said is null) await SendAsync(stream, "354 go\r\n");
                        var text = new StringBuilder();
                        while (await LineAsync(stream) is { } content && content != ".") text.Append(content.StartsWith('.') ? content[1..] : content).Append("\r\n");
                        await EndAsync(stream, text.ToString());
                        break;
                    case "BDAT":
                        var chunk = new byte[int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)];
                        await stream.ReadExactlyAsync(chunk);
                        await EndAsync(stream, Encoding.UTF8.GetString(chunk));
                        break;
                    case "QUIT":
                        await SendAsync(stream, "221 bye\r\n");
                        return;
                    default:
                        await SendAsync(stream, "250 2.0.0 ok\r\n");
                        break;
                }
            }
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
        {
            // The client is gone.
        }
    }

    private async Task EndAsync(Stream stream, string text)
    {
        var said = Reply("END");
        // A dot alone ends a transaction without recipients.
        if (text.Length > 0 && (said is null || said.StartsWith('2'))) Messages.Enqueue(text);
        await SendAsync(stream, said ?? "250 2.0.0 taken\r\n");
    }

    private async Task SendAsync(Stream stream, string text)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        if (Trickle is not { } pause)
        {
            await stream.WriteAsync(octets);
            return;
        }

        foreach (var octet in octets)
        {
            await stream.WriteAsync(new[] { octet });
            await Task.Delay(pause);
        }
    }

    private static async Task<string?> LineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n' && line is [.., (byte)'\r']) return Encoding.UTF8.GetString([.. line], 0, line.Count - 1);
            line.Add(one[0]);
        }

        return null;
    }
}
