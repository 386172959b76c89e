using System.Text;
using Rialto.Testing;

namespace Rialto.Smtp.Tests;

/// <summary>
/// Every message of the corpus, sent by SMTP, arrives byte for byte behind its trace header, without the organisation's own fields. What a client does first, is done here: line feeds alone become CRLF, and the last line gets
/// its end; SMTP can carry nothing else (RFC 5321 2.3.8). A CR inside a line is content, unless a dot stands beside it.
/// </summary>
public class CorpusTests
{
    [CorpusFact]
    public async Task Every_message_arrives_as_it_was_sent()
    {
        await using var server = await SmtpServer.StartAsync(users: 1);
        var messages = Corpus.Files("eml").Select(f => (Corpus.NameOf(f), File.ReadAllBytes(f))).Concat(Corpus.Files("mbox").SelectMany(Mbox)).ToList();
        await using var relay = await (await server.ConnectAsync()).HelloAsync();
        var sent = new List<(string Name, byte[] Content)>();
        var chunked = false;
        foreach (var (name, bytes) in messages)
        {
            var content = Lines(bytes);
            string answer;
            if (chunked = !chunked)
            {
                await relay.ExpectAsync("MAIL FROM:<a@b.test> BODY=8BITMIME", "250");
                await relay.ExpectAsync("RCPT TO:<user1@example.com>", "250");
                await relay.SendAsync(Encoding.ASCII.GetBytes($"BDAT {content.Length} LAST\r\n").Concat(content).ToArray());
                answer = await relay.ReadAsync();
            }
            else
            {
                answer = await relay.SendMessageAsync("a@b.test", "user1@example.com", Stuffed(content));
            }

            if (IsBesideDot(content))
            {
                answer.ShouldStartWith("550 5.5.2", Case.Sensitive, name);
                continue;
            }

            answer.ShouldStartWith("250 ", Case.Sensitive, name);
            sent.Add((name, OutsideMail.AsItArrives(content)));
        }

        await server.Office.DrainAsync();
        var stored = await server.Office.InboxBytesAsync("user1@example.com");
        stored.Count.ShouldBe(sent.Count);
        for (var i = 0; i < sent.Count; i++) WithoutTrace(stored[i]).AsSpan().SequenceEqual(sent[i].Content).ShouldBeTrue(sent[i].Name);
        sent.Count.ShouldBeGreaterThan(1_300);
        (messages.Count - sent.Count).ShouldBeLessThan(10);
    }

    /// <summary>Return-Path, and Received with its folded lines.</summary>
    private static byte[] WithoutTrace(byte[] stored)
    {
        var rest = stored.AsSpan();
        rest.StartsWith("Return-Path: <a@b.test>\r\nReceived: "u8).ShouldBeTrue();
        rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
        do
        {
            var line = rest.IndexOf((byte)'\n') + 1;
            if (rest[..line].EndsWith(" +0000\r\n"u8)) return rest[line..].ToArray();
            rest = rest[line..];
        }
        while (!rest.IsEmpty);
        return [];
    }

    private static byte[] Lines(byte[] bytes)
    {
        var lines = new List<byte>(bytes.Length + 1_000);
        foreach (var b in bytes)
        {
            if (b == '\n' && (lines.Count == 0 || lines[^1] != '\r')) lines.Add((byte)'\r');
            lines.Add(b);
        }

        if (lines.Count < 2 || lines[^1] != '\n') lines.AddRange("\r\n"u8);
        return [.. lines];
    }

    private static byte[] Stuffed(byte[] content)
    {
        var stuffed = new List<byte>(content.Length + 100);
        var start = true;
        for (var i = 0; i < content.Length; i++)
        {
            if (start && content[i] == '.') stuffed.Add((byte)'.');
            stuffed.Add(content[i]);
            start = content[i] == '\n' && i > 0 && content[i - 1] == '\r';
        }

        stuffed.AddRange(".\r\n"u8);
        return [.. stuffed];
    }

    private static bool IsBesideDot(byte[] content)
    {
        for (var i = 0; i + 1 < content.Length; i++)
        {
            if (content[i] == '\r' && content[i + 1] == '.') return true;
        }

        return false;
    }

    /// <summary>The messages between From_ lines; what is quoted stays quoted, since bytes are all that matters here.</summary>
    private static IEnumerable<(string Name, byte[] Content)> Mbox(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var from = 0;
        var number = 0;
        for (var i = 0; i <= bytes.Length; i++)
        {
            var boundary = i == bytes.Length || ((i == 0 || bytes[i - 1] == '\n') && bytes.AsSpan(i).StartsWith("From "u8));
            if (!boundary || i == from) continue;
            var text = bytes.AsSpan(from, i - from);
            var end = text.StartsWith("From "u8) ? text.IndexOf((byte)'\n') + 1 : 0;
            yield return ($"{Corpus.NameOf(file)}#{++number}", text[end..].ToArray());
            from = i;
        }
    }
}
