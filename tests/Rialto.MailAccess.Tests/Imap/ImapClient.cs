using System.Globalization;
using System.Net.Security;
using System.Text;
using Rialto.Net;

namespace Rialto.MailAccess.Tests.Imap;

/// <summary>A client that shows every byte: responses as Latin-1 text, literals in place.</summary>
internal sealed class ImapClient(Stream input, Stream output, SessionTransport? transport = null, Task? session = null) : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly byte[] _buffer = new byte[64 * 1024];
    private Stream _input = input;
    private Stream _output = output;
    private int _at;
    private int _filled;
    private int _tag;

    public string Greeting { get; set; } = "";

    public SessionTransport Transport => transport!;

    /// <summary>Ends when the server has closed the connection.</summary>
    public Task Session => session ?? Task.CompletedTask;

    /// <summary>Runs a command and gives all that came with it, the tagged line last, without its tag.</summary>
    public async Task<string> RunAsync(string command)
    {
        var tag = NextTag();
        await SendAsync($"{tag} {command}\r\n");
        return await ReadToAsync(tag);
    }

    /// <summary>Runs a command whose {n} literals are sent when the server asks for them.</summary>
    public async Task<string> RunWithLiteralsAsync(params string[] parts)
    {
        var tag = NextTag();
        var text = new StringBuilder();
        await SendAsync($"{tag} {parts[0]}\r\n");
        for (var i = 1; i < parts.Length; i += 2)
        {
            var line = await ReadLineAsync() ?? throw new EndOfStreamException();
            if (!line.StartsWith('+'))
            {
                text.AppendLine(line);
                return line.StartsWith(tag, StringComparison.Ordinal) ? text.ToString().Replace(tag + " ", "", StringComparison.Ordinal) : text + await ReadToAsync(tag);
            }
            await SendAsync(parts[i]);
            await SendAsync((i + 1 < parts.Length ? parts[i + 1] : "") + "\r\n");
        }
        return await ReadToAsync(tag);
    }

    public Task<string> AppendAsync(string mime, string mailbox = "INBOX", string flags = "") =>
        RunWithLiteralsAsync($"APPEND \"{mailbox}\" {(flags.Length > 0 ? $"({flags}) " : "")}{{{mime.Length}}}", mime, "");

    public string NextTag() => string.Create(CultureInfo.InvariantCulture, $"t{++_tag}");

    public async Task SendAsync(string text)
    {
        using var patience = new CancellationTokenSource(s_patience);
        await _output.WriteAsync(Encoding.Latin1.GetBytes(text), patience.Token);
        await _output.FlushAsync(patience.Token);
    }

    public async Task<string> ReadToAsync(string tag)
    {
        var text = new StringBuilder();
        while (await ReadLineAsync() is { } line)
        {
            if (line.StartsWith(tag + " ", StringComparison.Ordinal))
                return text.Append(line, tag.Length + 1, line.Length - tag.Length - 1).ToString();
            text.Append(line).Append("\r\n");
        }
        return text.Append("(closed)").ToString();
    }

    /// <summary>A response line with its literals, without the last CRLF; null when the server closed.</summary>
    public async Task<string?> ReadLineAsync()
    {
        var text = new StringBuilder();
        while (true)
        {
            var start = text.Length;
            while (true)
            {
                if (await ReadByteAsync() is not { } b)
                    return null;
                if (b == '\n' && text.Length > start && text[^1] == '\r')
                    break;
                text.Append((char)b);
            }
            text.Length--;
            var line = text.ToString(start, text.Length - start);
            var open = line.LastIndexOf('{');
            if (!line.EndsWith('}') || open < 0 || !int.TryParse(line.AsSpan(open + 1, line.Length - open - 2), CultureInfo.InvariantCulture, out var length))
                return text.ToString();
            text.Append("\r\n");
            for (var i = 0; i < length; i++)
                text.Append((char)(await ReadByteAsync())!.Value);
        }
    }

    public async Task StartTlsAsync()
    {
        var tls = new SslStream(new TwoStreams(_input, _output));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "mail.example.com", RemoteCertificateValidationCallback = (_, _, _, _) => true });
        (_input, _output) = (tls, tls);
    }

    public async ValueTask DisposeAsync()
    {
        await _output.DisposeAsync();
        await Session.WaitAsync(s_patience);
    }

    private async ValueTask<byte?> ReadByteAsync()
    {
        if (_at == _filled)
        {
            using var patience = new CancellationTokenSource(s_patience);
            _at = 0;
            _filled = await _input.ReadAsync(_buffer, patience.Token);
            if (_filled == 0)
                return null;
        }
        return _buffer[_at++];
    }
}
