using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rialto.Mapi.Bench;

/// <summary>As much of an IMAP client as it takes to fill a folder.</summary>
internal sealed class ImapFeed : IAsyncDisposable
{
    private const int Batch = 250;

    private static readonly string[] s_words =
        ["harbour", "meeting", "invoice", "winter", "orchard", "schedule", "violin", "report", "garden", "budget", "canal", "letter", "machine", "picnic", "railway", "summary"];

    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly Random _random = new(7);
    private Stream _stream = Stream.Null;
    private StreamReader _reader = StreamReader.Null;
    private int _tag;
    private int _made;

    public static async Task<ImapFeed> ConnectAsync(IPEndPoint server, string user, string password)
    {
        var feed = new ImapFeed();
        await feed._client.ConnectAsync(server);
        feed._stream = feed._client.GetStream();
        feed._reader = new StreamReader(feed._stream, Encoding.Latin1);
        await feed._reader.ReadLineAsync();
        await feed.CommandAsync($"LOGIN {user} {password}");
        return feed;
    }

    public async Task CommandAsync(string command)
    {
        await SendAsync(Encoding.Latin1.GetBytes($"{Tag()} {command}\r\n"));
        await CompletedAsync();
    }

    /// <summary>Appends messages, many a command: short ones, or those that are given.</summary>
    public async Task FillAsync(string folder, int count, Func<int, byte[]>? make = null)
    {
        for (var done = 0; done < count; done += Batch)
        {
            using var bytes = new MemoryStream();
            bytes.Write(Encoding.Latin1.GetBytes($"{Tag()} APPEND {folder}"));
            for (var i = 0; i < Math.Min(Batch, count - done); i++)
            {
                if (make is null)
                    Literal(bytes);
                else
                    Literal(bytes, make(done + i));
            }
            bytes.Write("\r\n"u8);
            await SendAsync(bytes.ToArray());
            await CompletedAsync();
        }
    }

    /// <summary>Appends one message.</summary>
    public async Task AppendAsync(string folder)
    {
        using var bytes = new MemoryStream();
        bytes.Write(Encoding.Latin1.GetBytes($"{Tag()} APPEND {folder}"));
        Literal(bytes);
        bytes.Write("\r\n"u8);
        await SendAsync(bytes.ToArray());
        await CompletedAsync();
    }

    private void Literal(MemoryStream to)
    {
        var number = _made++;
        var message = Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $"""
            From: {Word()} {Word()} <{Word()}{number % 500}@example.org>
            To: user1@example.com
            Subject: {Word()} {Word()} {number}
            Date: Mon, 5 Jan 2026 {number / 3600 % 24:00}:{number / 60 % 60:00}:{number % 60:00} +0000
            Message-ID: <{number}@bench.example>
            MIME-Version: 1.0
            Content-Type: text/plain

            {string.Join(' ', Enumerable.Range(0, 60).Select(_ => Word()))}

            """).ReplaceLineEndings("\r\n"));
        Literal(to, message);
    }

    private static void Literal(MemoryStream to, byte[] message)
    {
        to.Write(Encoding.Latin1.GetBytes(string.Create(CultureInfo.InvariantCulture, $" {{{message.Length}+}}\r\n")));
        to.Write(message);
    }

    private string Word() => s_words[_random.Next(s_words.Length)];

    private string Tag() => string.Create(CultureInfo.InvariantCulture, $"a{++_tag}");

    private async Task SendAsync(byte[] bytes)
    {
        await _stream.WriteAsync(bytes);
        await _stream.FlushAsync();
    }

    private async Task CompletedAsync()
    {
        var tag = $"a{_tag.ToString(CultureInfo.InvariantCulture)} ";
        while (await _reader.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith(tag, StringComparison.Ordinal))
                continue;
            if (!line.StartsWith(tag + "OK", StringComparison.Ordinal))
                throw new InvalidOperationException(line);
            return;
        }
        throw new EndOfStreamException();
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
