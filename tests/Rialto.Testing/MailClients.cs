using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rialto.Testing;

/// <summary>A small SMTP client that says exactly what it is told.</summary>
public sealed class SmtpTestClient : IAsyncDisposable
{
    private readonly TcpClient _tcp;
    // One buffer a direction: the server may speak while the client writes.
    private readonly BufferedStream _input;
    private readonly BufferedStream _output;

    private SmtpTestClient(TcpClient tcp)
    {
        _tcp = tcp;
        _input = new BufferedStream(tcp.GetStream(), 1 << 16);
        _output = new BufferedStream(tcp.GetStream(), 1 << 16);
    }

    public static async Task<SmtpTestClient> ConnectAsync(IPEndPoint server, string hello = "client.example.org")
    {
        var tcp = new TcpClient(AddressFamily.InterNetwork) { NoDelay = true };
        await tcp.ConnectAsync(server);
        var client = new SmtpTestClient(tcp);
        await client.ExpectAsync("220");
        await client.CommandAsync($"EHLO {hello}", "250");
        return client;
    }

    public async Task<string> CommandAsync(string line, string? expected = null)
    {
        await _output.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"));
        await _output.FlushAsync();
        return await ExpectAsync(expected);
    }

    /// <summary>One reply, all its lines.</summary>
    public async Task<string> ExpectAsync(string? code)
    {
        var reply = new StringBuilder();
        string line;
        do
        {
            line = await LineReader.ReadAsync(_input) ?? throw new EndOfStreamException($"SMTP: the server closed the connection after: {reply}");
            reply.Append(line).Append('\n');
        }
        while (line.Length > 3 && line[3] == '-');
        if (code is not null && !line.StartsWith(code, StringComparison.Ordinal))
            throw new InvalidOperationException($"SMTP: expected {code}, the server said: {reply}");
        return reply.ToString();
    }

    /// <summary>Sends a message whose lines end with CRLF; returns the reply to the final dot.</summary>
    public async Task<string> SendAsync(string from, IReadOnlyList<string> to, ReadOnlyMemory<byte> message, string parameters = "")
    {
        var reply = await CommandAsync($"MAIL FROM:<{from}>{parameters}");
        if (!reply.StartsWith("250", StringComparison.Ordinal))
            return reply;
        foreach (var recipient in to)
            await CommandAsync($"RCPT TO:<{recipient}>", "250");
        await CommandAsync("DATA", "354");
        var start = true;
        var bytes = message.ToArray();
        foreach (var b in bytes)
        {
            if (start && b == '.')
                _output.WriteByte((byte)'.');
            _output.WriteByte(b);
            start = b == '\n';
        }
        if (!bytes.AsSpan().EndsWith("\r\n"u8))
            await _output.WriteAsync("\r\n"u8.ToArray());
        await _output.WriteAsync(".\r\n"u8.ToArray());
        await _output.FlushAsync();
        return await ExpectAsync(null);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await CommandAsync("QUIT");
        }
        catch (Exception e) when (e is IOException or SocketException or EndOfStreamException)
        {
            // The server is gone, as some tests want it.
        }
        _tcp.Dispose();
    }
}

/// <summary>A small IMAP client: a command and its untagged answers, literals as bytes.</summary>
public sealed class ImapTestClient : IAsyncDisposable
{
    private readonly TcpClient _tcp;
    // One buffer a direction: the server may speak while the client writes.
    private readonly BufferedStream _input;
    private readonly BufferedStream _output;
    private int _tag;

    private ImapTestClient(TcpClient tcp)
    {
        _tcp = tcp;
        _input = new BufferedStream(tcp.GetStream(), 1 << 16);
        _output = new BufferedStream(tcp.GetStream(), 1 << 16);
    }

    public static async Task<ImapTestClient> ConnectAsync(IPEndPoint server, string? user = null, string password = "demo-password")
    {
        var tcp = new TcpClient(AddressFamily.InterNetwork) { NoDelay = true };
        await tcp.ConnectAsync(server);
        var client = new ImapTestClient(tcp);
        await client.ReadAnswerAsync();
        if (user is not null)
            await client.OkAsync($"LOGIN {user} {password}");
        return client;
    }

    /// <summary>An untagged answer or the tagged end: its text with literals left out, and the literals.</summary>
    public sealed record Answer(string Text, IReadOnlyList<byte[]> Literals);

    public async Task<Answer> ReadAnswerAsync()
    {
        var text = new StringBuilder();
        var literals = new List<byte[]>();
        while (true)
        {
            var line = await LineReader.ReadAsync(_input) ?? throw new EndOfStreamException("IMAP: the server closed the connection");
            text.Append(line);
            if (!line.EndsWith('}') || line.LastIndexOf('{') is not (>= 0 and var at) || !int.TryParse(line.AsSpan(at + 1, line.Length - at - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                return new Answer(text.ToString(), literals);
            var literal = new byte[length];
            await _input.ReadExactlyAsync(literal);
            literals.Add(literal);
        }
    }

    /// <summary>Sends a command and collects everything up to its tagged end, which comes last.</summary>
    public async Task<List<Answer>> CommandAsync(string command)
    {
        var tag = "a" + (++_tag).ToString(CultureInfo.InvariantCulture);
        await SendLineAsync($"{tag} {command}");
        return await CollectAsync(tag);
    }

    public async Task<List<Answer>> OkAsync(string command)
    {
        var answers = await CommandAsync(command);
        if (!answers[^1].Text.Contains(" OK", StringComparison.Ordinal))
            throw new InvalidOperationException($"IMAP: {command}: {answers[^1].Text}");
        return answers;
    }

    public async Task SendLineAsync(string line)
    {
        await _output.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"));
        await _output.FlushAsync();
    }

    private async Task<List<Answer>> CollectAsync(string tag)
    {
        var answers = new List<Answer>();
        do
            answers.Add(await ReadAnswerAsync());
        while (!answers[^1].Text.StartsWith(tag + " ", StringComparison.Ordinal));
        return answers;
    }

    public async Task<Answer> AppendAsync(string folder, ReadOnlyMemory<byte> message, string flags = "")
    {
        var tag = "a" + (++_tag).ToString(CultureInfo.InvariantCulture);
        await SendLineAsync($"{tag} APPEND {folder} {flags}{{{message.Length}+}}");
        await _output.WriteAsync(message);
        await SendLineAsync("");
        return (await CollectAsync(tag))[^1];
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await SendLineAsync("z LOGOUT");
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The server is gone, as some tests want it.
        }
        _tcp.Dispose();
    }
}

internal static class LineReader
{
    public static async Task<string?> ReadAsync(Stream stream)
    {
        var line = new List<byte>(80);
        var one = new byte[1];
        while (await stream.ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Add(one[0]);
        }
        return line.Count == 0 ? null : Encoding.UTF8.GetString([.. line]);
    }
}
