using System.Net.Security;
using System.Text;
using Rialto.Net;

namespace Rialto.MailAccess.Tests.Pop3;

/// <summary>A client that shows every byte as Latin-1 text.</summary>
internal sealed class Pop3Client(Stream output, Stream input, Task session) : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private Stream _output = output;
    private Stream _input = input;

    /// <summary>Ends when the server has closed the connection.</summary>
    public Task Session => session;

    public async Task<string> RunAsync(string command)
    {
        await SendAsync(command + "\r\n");
        return await ReadLineAsync() ?? "(closed)";
    }

    /// <summary>The same with a command in UTF-8.</summary>
    public Task<string> RunUtf8Async(string command) => RunAsync(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(command)));

    /// <summary>Runs a command with a multi-line response: the lines as sent, stuffing taken off, without the last.</summary>
    public async Task<(string Status, string Text)> RunManyAsync(string command)
    {
        var status = await RunAsync(command);
        return (status, status.StartsWith("+OK", StringComparison.Ordinal) ? await ReadTextAsync() : "");
    }

    public async Task<string> ReadTextAsync()
    {
        var text = new StringBuilder();
        while (await ReadLineAsync() is { } line && line != ".")
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        return text.ToString();
    }

    public async Task SendAsync(string text)
    {
        using var patience = new CancellationTokenSource(s_patience);
        await _output.WriteAsync(Encoding.Latin1.GetBytes(text), patience.Token);
        await _output.FlushAsync(patience.Token);
    }

    /// <summary>A line without its CRLF; null when the server closed.</summary>
    public async Task<string?> ReadLineAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        var line = new StringBuilder();
        var one = new byte[1];
        while (await _input.ReadAsync(one, patience.Token) > 0)
        {
            line.Append((char)one[0]);
            if (one[0] == '\n' && line.Length > 1 && line[^2] == '\r')
                return line.ToString(0, line.Length - 2);
        }
        return null;
    }

    public async Task StartTlsAsync()
    {
        var tls = new SslStream(new Imap.TwoStreams(_input, _output));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "mail.example.com", RemoteCertificateValidationCallback = (_, _, _, _) => true });
        (_input, _output) = (tls, tls);
    }

    public async ValueTask DisposeAsync()
    {
        await _output.DisposeAsync();
        await Session.WaitAsync(s_patience);
    }
}
