using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;

namespace Rialto.Mapi.Bench;

/// <summary>Many sessions that wait for mail, and how long it takes until the last of them knows.</summary>
internal static class Waiting
{
    private const int Rounds = 7;

    /// <summary>From the end of a message's text, sent over SMTP: taking it in, syncing it to the queue and delivering it are all part of the time.</summary>
    public static async Task<(TimeSpan First, TimeSpan Last)> MeasureAsync(Target target, System.Net.IPEndPoint smtp, int count)
    {
        var sessions = new List<LeanSession>();
        for (var i = 0; i < count; i++)
        {
            var session = new LeanSession(target);
            session.Connect();
            var (logon, _) = session.Logon();
            session.Run([logon, RopSession.NoHandle],
                (RopId.RegisterNotification, new RopRegisterNotification.Request { OutputHandleIndex = 1, NotificationTypes = 0x0002, WantWholeStore = true }));
            sessions.Add(session);
        }
        var firsts = new List<TimeSpan>();
        var lasts = new List<TimeSpan>();
        for (var round = 0; round < Rounds; round++)
        {
            var told = new long[count];
            var threads = sessions.Select((session, i) =>
            {
                // Nothing but its stack; it only blocks.
                var thread = new Thread(() =>
                {
                    if (session.Wait())
                        told[i] = Stopwatch.GetTimestamp();
                }, 256 * 1024);
                thread.Start();
                return thread;
            }).ToList();
            await Task.Delay(TimeSpan.FromSeconds(1));
            var sent = await SendAsync(smtp, target.User);
            threads.ForEach(t => t.Join());
            if (told.Contains(0))
                throw new InvalidOperationException("A session heard nothing.");
            firsts.Add(Stopwatch.GetElapsedTime(sent, told.Min()));
            lasts.Add(Stopwatch.GetElapsedTime(sent, told.Max()));
            foreach (var session in sessions)
                session.Run([]);
        }
        sessions.ForEach(s => s.Dispose());
        firsts.Sort();
        lasts.Sort();
        return (firsts[Rounds / 2], lasts[Rounds / 2]);
    }

    private static async Task<long> SendAsync(System.Net.IPEndPoint smtp, string to)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(smtp);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await reader.ReadLineAsync();
        foreach (var command in new[] { "HELO bench.example", "MAIL FROM:<a@example.org>", $"RCPT TO:<{to}>", "DATA" })
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
            await reader.ReadLineAsync();
        }
        var sent = Stopwatch.GetTimestamp();
        await stream.WriteAsync("From: a@example.org\r\nSubject: news\r\n\r\ntext\r\n.\r\n"u8.ToArray());
        var answer = await reader.ReadLineAsync();
        return answer?.StartsWith("250", StringComparison.Ordinal) == true ? sent : throw new InvalidOperationException(answer);
    }
}
