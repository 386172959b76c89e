using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Rialto.Smtp.Tests;

/// <summary>A client that says exactly what it is told, byte for byte, and reads replies.</summary>
public sealed class SmtpClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TcpClient tcp;
    private readonly byte[] buffer = new byte[64 * 1024];
    private Stream stream;
    private int start;
    private int end;

    private SmtpClient(TcpClient tcp)
    {
        this.tcp = tcp;
        stream = tcp.GetStream();
    }

    public static async Task<SmtpClient> ConnectAsync(int port, bool tls)
    {
        var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync(IPAddress.Loopback, port);
        var client = new SmtpClient(tcp);
        if (tls) await client.StartTlsAsync();
        (await client.ReadAsync()).ShouldStartWith("220 mail.example.com");
        return client;
    }

    public async Task StartTlsAsync()
    {
#pragma warning disable CA5359 // The certificate is the server's own; who it is, is not what these tests are about.
        var tls = new SslStream(stream, false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync("localhost");
        stream = tls;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(bytes);
        await stream.FlushAsync();
    }

    /// <summary>One reply, its lines joined by "\n"; empty when the server closed.</summary>
    public async Task<string> ReadAsync()
    {
        var lines = new List<string>();
        while (true)
        {
            if (await ReadLineAsync() is not { } line) return string.Join('\n', lines);
            lines.Add(line);
            if (line.Length < 4 || line[3] != '-') return string.Join('\n', lines);
        }
    }

    /// <summary>Sends a command line and reads its reply.</summary>
    public async Task<string> AskAsync(string command)
    {
        await SendAsync(command + "\r\n");
        return await ReadAsync();
    }

    /// <summary>Sends a command line and checks the start of its reply.</summary>
    public async Task<string> ExpectAsync(string command, string reply)
    {
        var answer = await AskAsync(command);
        answer.ShouldStartWith(reply, Case.Sensitive, command);
        return answer;
    }

    /// <summary>Sends bytes as they stand, a chunk with its command, and checks the start of the reply.</summary>
    public async Task ExpectRawAsync(string raw, string reply)
    {
        await SendAsync(raw);
        (await ReadAsync()).ShouldStartWith(reply, Case.Sensitive, raw);
    }

    public async Task<SmtpClient> HelloAsync()
    {
        await ExpectAsync("EHLO client.test", "250-mail.example.com");
        return this;
    }

    public async Task<SmtpClient> LogInAsync(string user = "user1@example.com")
    {
        await HelloAsync();
        await ExpectAsync("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}\0{Testing.TestDirectory.Password}")), "235 2.7.0");
        return this;
    }

    /// <summary>MAIL, RCPT and DATA; the answer to the end of the message. Content is sent as it stands, its stuffing and end included.</summary>
    public async Task<string> SendMessageAsync(string sender, string recipient, ReadOnlyMemory<byte> raw)
    {
        await ExpectAsync($"MAIL FROM:<{sender}>", "250 2.1.0");
        await ExpectAsync($"RCPT TO:<{recipient}>", "250 2.1.5");
        await ExpectAsync("DATA", "354 ");
        await SendAsync(raw);
        return await ReadAsync();
    }

    public Task<string> SendMessageAsync(string sender, string recipient, string raw) => SendMessageAsync(sender, recipient, Encoding.Latin1.GetBytes(raw));

    /// <summary>Whether the server has closed.</summary>
    public async Task<bool> IsClosedAsync() => await ReadLineAsync() is null;

    public async ValueTask DisposeAsync()
    {
        try
        {
            await stream.DisposeAsync();
        }
        catch (IOException)
        {
            // The server closed first.
        }

        tcp.Dispose();
    }

    private async Task<string?> ReadLineAsync()
    {
        var line = new List<byte>();
        while (true)
        {
            for (; start < end; start++)
            {
                if (buffer[start] == '\n')
                {
                    start++;
                    return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                }

                line.Add(buffer[start]);
            }

            using var patience = new CancellationTokenSource(Patience);
            try
            {
                end = await stream.ReadAsync(buffer, patience.Token);
            }
            catch (IOException)
            {
                end = 0;
            }

            start = 0;
            if (end == 0) return null;
        }
    }
}
