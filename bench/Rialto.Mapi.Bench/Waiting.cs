using System.Diagnostics;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;

namespace Rialto.Mapi.Bench;

/// <summary>Many sessions that wait for mail, in one process with the server, and how long after the commit the last of them knows.</summary>
internal static class Waiting
{
    private const int Rounds = 7;

    public static async Task<(TimeSpan First, TimeSpan Last)> MeasureAsync(int sessions)
    {
        await using var server = await MapiServer.StartAsync(o => o.MaximumSessionsPerAccount = sessions + 1);
        var clients = new List<MapiHttpClient>();
        for (var i = 0; i < sessions; i++)
        {
            var client = server.Client();
            await client.ConnectAsync(server.User(1).LegacyExchangeDn);
            var session = new RopSession(client);
            var (_, handle) = await session.LogonAsync(server.User(1).LegacyExchangeDn);
            await session.OpenAsync<PlainResponse>(
                RopId.RegisterNotification, new RopRegisterNotification.Request { NotificationTypes = 0x0002, WantWholeStore = true }, handle);
            clients.Add(client);
        }
        var firsts = new List<TimeSpan>();
        var lasts = new List<TimeSpan>();
        for (var round = 0; round < Rounds; round++)
        {
            long first = 0, last = 0;
            var waits = clients.Select(async client =>
            {
                await client.NotificationWaitAsync();
                var now = Stopwatch.GetTimestamp();
                Interlocked.CompareExchange(ref first, now, 0);
                Interlocked.Exchange(ref last, now);
            }).ToList();
            await Task.Delay(TimeSpan.FromSeconds(1));
            using var mailbox = await server.OpenMailboxAsync();
            // Called in the mailbox's own publication, right after the commit.
            long committed = 0;
            using var subscription = mailbox.Subscribe(_ => committed = Stopwatch.GetTimestamp());
            await server.DeliverAsync("news");
            await Task.WhenAll(waits);
            firsts.Add(Stopwatch.GetElapsedTime(committed, first));
            lasts.Add(Stopwatch.GetElapsedTime(committed, last));
            foreach (var client in clients)
                await new RopSession(client).ExecuteAsync([], []);
        }
        clients.ForEach(c => c.Dispose());
        firsts.Sort();
        lasts.Sort();
        return (firsts[Rounds / 2], lasts[Rounds / 2]);
    }
}
