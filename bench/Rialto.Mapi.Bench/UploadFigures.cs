using System.Diagnostics;
using System.Net;
using Rialto.Mapi.Rops;
using Rialto.Testing;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Bench;

/// <summary>Changed messages brought by ICS to a server in this process, over SQLite: each is durable when its save is answered.</summary>
internal static class UploadFigures
{
    /// <param name="messages">Of one round.</param>
    /// <param name="only">One number of clients and of messages a request, in place of a choice of both.</param>
    public static async Task MeasureAsync(int messages, (int Clients, int Together)? only)
    {
        var servers = new StoreServers();
        await using var server = await servers.StartAsync("sqlite", converter: MapiServer.MailConverter);
        await SyncFigures.FillAsync(server, messages);
        // What one request brings has to fit, with room for its answers, into 32 KB.
        (int, int)[] all = [(1, 1), (1, 3), (4, 1), (4, 3), (8, 1), (8, 3)];
        foreach (var (clients, together) in only is { } one ? [one] : all)
        {
            for (var round = 0; round < (only is null ? 2 : 4); round++)
                await RunAsync(server, messages / clients, clients, together);
        }
        await servers.DisposeAsync();
    }

    private static async Task RunAsync(MapiServer server, int messages, int clients, int together)
    {
        var done = new TimeSpan[clients];
        var begun = Stopwatch.GetTimestamp();
        var process = ThreadClock.Process;
        var running = Enumerable.Range(0, clients)
            .Select(i => Task.Factory.StartNew(() => done[i] = Client(server, messages, together), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        await Task.WhenAll(running);
        var time = Stopwatch.GetElapsedTime(begun);
        var client = done.Aggregate(TimeSpan.Zero, (sum, one) => sum + one);
        var all = messages * clients;
        SyncFigures.Write($"  {clients} clients, {together} messages a request: {all / time.TotalSeconds:F0} changed messages/s, server {(ThreadClock.Process - process - client).TotalMicroseconds / all:F0} us, client {client.TotalMicroseconds / all:F0} us of CPU a message");
    }

    /// <summary>New messages of 4.5 KB; the processor time of the client.</summary>
    private static TimeSpan Client(MapiServer server, int messages, int together)
    {
        var thread = ThreadClock.Thread;
        var address = new IPEndPoint(IPAddress.Loopback, server.Address.Port);
        using var session = new LeanSession(new Target(address, true, "user1@example.com", TestDirectory.Password, server.User(1).LegacyExchangeDn));
        session.Connect();
        var (logon, folders) = session.Logon();
        var drafts = session.Run([logon, RopSession.NoHandle], (RopId.OpenFolder, new RopOpenFolder.Request { OutputHandleIndex = 1, FolderId = folders[4] })).Handles[1];
        var context = session.Run([drafts, RopSession.NoHandle], (RopId.SynchronizationOpenCollector, new RopSynchronizationOpenCollector.Request { OutputHandleIndex = 1, IsContentsCollector = true })).Handles[1];
        var ids = new RopGetLocalReplicaIds.Request { IdCount = (uint)(messages + together) };
        var (replica, first) = Reserve(session, logon, ids);
        var replicaOfClient = Guid.NewGuid();
        var body = new string('x', 70) + "\r\n";
        var text = string.Concat(Enumerable.Repeat(body, 62));
        var handles = Enumerable.Repeat(RopSession.NoHandle, 1 + together).ToArray();
        handles[0] = context;
        for (var at = 0; at < messages; at += together)
        {
            var requests = new List<(RopId, RopRequest)>();
            for (var i = 0; i < together; i++)
            {
                var number = at + i + 1;
                var place = (byte)(1 + i);
                byte[] change = [.. replicaOfClient.ToByteArray(), (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
                var version = SyncRops.VersionOf(new GlobalId(replica, first + (ulong)(at + i)).ToArray(), FileTime.From(DateTimeOffset.UnixEpoch.AddYears(50)), change, [(byte)change.Length, .. change]);
                requests.Add((RopId.SynchronizationImportMessageChange, new RopSynchronizationImportMessageChange.Request { OutputHandleIndex = place, PropertyValues = version }));
                requests.Add((RopId.SetProperties, new RopSetProperties.Request
                {
                    InputHandleIndex = place,
                    PropertyValues =
                    [
                        PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"), PropertyValue.Of(PropertyTags.Subject, "changed"), PropertyValue.Of(PropertyTags.Body, text + number),
                        PropertyValue.Of(PropertyTags.Importance, 1), PropertyValue.Of(PropertyTags.SentRepresentingName, "User 1"),
                    ],
                }));
                requests.Add((RopId.SaveChangesMessage, new RopSaveChangesMessage.Request { InputHandleIndex = place, ResponseIndex = place }));
                requests.Add((RopId.Release, new RopRelease.Request { InputHandleIndex = place }));
            }
            session.Run(handles, [.. requests]);
        }
        return ThreadClock.Thread - thread;
    }

    private static (Guid Replica, ulong First) Reserve(LeanSession session, uint logon, RopGetLocalReplicaIds.Request request)
    {
        var answer = session.Execute(LeanSession.Body([logon], (RopId.GetLocalReplicaIds, request)));
        // RopId, index, ReturnValue, ReplGuid, GlobalCount.
        ulong first = 0;
        foreach (var b in answer.Slice(22, 6))
            first = (first << 8) | b;
        return (new Guid(answer.Slice(6, 16)), first);
    }
}
