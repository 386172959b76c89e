using System.Globalization;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Mapi.Bench;

/// <summary>What sessions cost the server while nothing happens: those of a mail program, logged on, with a sorted table of the inbox and a wish to hear of news.</summary>
internal sealed class Idle(ServerProcess server, string password, IReadOnlyList<string> legacyDns)
{
    private const int Sessions = 1000;
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(6);

    public async Task MeasureAsync()
    {
        var first = await OpenAsync("the first, and the code that they load: sessions without a connection", s => s.Drop());
        var parted = await OpenAsync("more: sessions without a connection", s => s.Drop());
        var plain = await OpenAsync("more: sessions that wait for news, without TLS", Wait, tls: false);
        var secured = await OpenAsync("more: sessions that wait for news, TLS", Wait);
        foreach (var session in first.Concat(parted).Concat(plain).Concat(secured))
            session.Dispose();
    }

    private static void Wait(LeanSession session) => session.BeginWait();

    private async Task<List<LeanSession>> OpenAsync(string what, Action<LeanSession> rest, bool tls = true)
    {
        await Task.Delay(s_settle);
        var before = Memory();
        var sessions = new List<LeanSession>();
        for (var i = 0; i < Sessions; i++)
        {
            var user = 1 + i % legacyDns.Count;
            var session = new LeanSession(new Target(server[tls ? "https" : "http"], tls, $"user{user}@example.com", password, legacyDns[user - 1]));
            session.Connect();
            var (logon, folders) = session.Logon();
            session.Run([logon, RopSession.NoHandle, RopSession.NoHandle, RopSession.NoHandle],
                (RopId.OpenFolder, new RopOpenFolder.Request { OutputHandleIndex = 1, FolderId = folders[4] }),
                (RopId.GetContentsTable, new RopGetContentsTable.Request { InputHandleIndex = 1, OutputHandleIndex = 2 }),
                (RopId.SetColumns, new RopSetColumns.Request { InputHandleIndex = 2, PropertyTags = [PropertyTags.Mid, PropertyTags.Subject, PropertyTags.MessageDeliveryTime] }),
                (RopId.SortTable, new RopSortTable.Request { InputHandleIndex = 2, SortOrders = TableReader.ByDate }),
                (RopId.QueryRows, new RopQueryRows.Request { InputHandleIndex = 2, ForwardRead = true, RowCount = TableReader.Page }),
                (RopId.RegisterNotification, new RopRegisterNotification.Request { OutputHandleIndex = 3, NotificationTypes = 0x007E, WantWholeStore = true }));
            rest(session);
            sessions.Add(session);
        }
        await Task.Delay(s_settle);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{$"{Sessions} {what}",-80} {(Memory() - before) / (double)Sessions,10:F1} kB each"));
        return sessions;
    }

    /// <summary>Kilobytes of the server's memory, what it shares counted in part.</summary>
    private long Memory() => File.ReadLines($"/proc/{server.ProcessId}/smaps_rollup")
        .Where(l => l.StartsWith("Pss:", StringComparison.Ordinal))
        .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)).Single();
}
