using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Testing;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Mapi.Wire;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Bench;

/// <summary>
/// Downloads by ICS through MAPI over HTTPS from a server in this process, over SQLite: throughput, cost of nothing new, memory of a context. The client has a thread of its
/// own and looks at nothing, and its time is told apart from the server's.
/// </summary>
internal static class SyncFigures
{
    internal static readonly PropertyTag[] Headers =
    [
        PropertyTags.Subject, PropertyTags.SentRepresentingName, PropertyTags.SenderName, PropertyTags.DisplayTo, PropertyTags.DisplayCc, PropertyTags.MessageDeliveryTime,
        PropertyTags.ClientSubmitTime, PropertyTags.MessageFlags, PropertyTags.MessageClass, PropertyTags.Importance, PropertyTags.HasAttachments, PropertyTags.MessageSize,
        PropertyTags.ConversationTopic, PropertyTags.ConversationIndex, PropertyTags.InternetMessageId, PropertyTags.FlagStatus,
    ];

    internal const ushort OnlySpecified = 0x0080;

    public static async Task MeasureAsync(int messages, int rounds)
    {
        var servers = new StoreServers();
        await using var server = await servers.StartAsync("sqlite", converter: MapiServer.MailConverter);
        Write($"{messages} messages");
        await FillAsync(server, messages);
        var (client, logon, handle) = await server.LogonAsync();
        var opened = await client.OpenFolderAsync(handle, logon.FolderIds[4]);
        var state = (await client.SynchronizeAsync(opened, flags: SyncClient.Usual | OnlySpecified, tags: [PropertyTags.Subject])).State!;
        Write($"  state of a folder synchronised in order: {state.Size} bytes");
        await Task.Factory.StartNew(() => Client(server, messages, rounds, state), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        client.Http.Dispose();
        await servers.DisposeAsync();
    }

    private static void Client(MapiServer server, int messages, int rounds, ClientState state)
    {
        var address = new IPEndPoint(IPAddress.Loopback, server.Address.Port);
        using var session = new LeanSession(new Target(address, true, "user1@example.com", TestDirectory.Password, server.User(1).LegacyExchangeDn));
        session.Connect();
        var (logon, folders) = session.Logon();
        var inbox = session.Run([logon, RopSession.NoHandle], (RopId.OpenFolder, new RopOpenFolder.Request { OutputHandleIndex = 1, FolderId = folders[4] })).Handles[1];
        var sync = new LeanSync(session);
        var single = new LeanSync(session) { Room = 0x10008, Flags = 0 };
        var small = messages <= 5000 ? 20 : 1;
        Repeat("full items", sync, [], 0, rounds);
        Repeat("full items, a buffer of 32 KB a request", single, [], 0, Math.Min(rounds, 2));
        Repeat("headers", sync, Headers, OnlySpecified, rounds);
        News("no change");
        for (var i = 0; i < 10; i++)
            server.DeliverAsync($"late {i}").GetAwaiter().GetResult();
        News("10 changes");
        Memory(single, inbox);

        void Repeat(string what, LeanSync by, PropertyTag[] tags, ushort flags, int times)
        {
            for (var round = 0; round < times * small; round++)
            {
                var collections = GC.CollectionCount(2);
                var allocated = GC.GetTotalAllocatedBytes();
                var taken = by.Download(inbox, ClientState.Empty, (ushort)(SyncClient.Usual | flags), SyncClient.UsualExtra, tags);
                if (round % small != small - 1)
                    continue;
                Write($"  {what}: {messages / taken.Time.TotalSeconds:F0}/s, {taken.Bytes / taken.Time.TotalSeconds / 1e6:F1} MB/s, server {taken.ServerCpu.TotalMicroseconds / messages:F1} us, client {taken.ClientCpu.TotalMicroseconds / messages:F1} us of CPU a message, {(GC.GetTotalAllocatedBytes() - allocated) / messages} bytes allocated, {GC.CollectionCount(2) - collections} full collections, first answer after {taken.First.TotalMilliseconds:F1} ms");
            }
        }

        void News(string what)
        {
            var times = new List<double>();
            var empty = new List<double>();
            for (var round = 0; round < 300; round++)
            {
                var begun = Stopwatch.GetTimestamp();
                sync.Synchronize(inbox, state, SyncClient.Usual, SyncClient.UsualExtra);
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                begun = Stopwatch.GetTimestamp();
                session.Execute(LeanSession.Body([inbox]));
                empty.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
            var last = times[200..].Order().ToArray();
            Write($"  {what}: {last[last.Length / 2]:F2} ms, {last[^2]:F2} ms 99 of 100, first time {times[0]:F1} ms; a request for nothing takes {empty[200..].Order().ElementAt(50):F2} ms");
        }
    }

    private static readonly string s_text = string.Concat(Enumerable.Range(0, 60).Select(i => string.Create(CultureInfo.InvariantCulture, $"Line {i * 77} of a message that says nothing in particular, at some length.\r\n")));

    /// <summary>A message with 4.5 KB of text.</summary>
    public static byte[] Mail(int number) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"Message-ID: <{number}@example.com>\r\nDate: Tue, 1 Jul 2025 10:00:00 +0000\r\nFrom: Sender {number % 50} <s{number % 50}@example.com>\r\nTo: user1@example.com, \"Other\" <o@example.com>\r\nSubject: mail number {number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{s_text}{number}\r\n"));

    /// <summary>Plain mail with 4.5 KB of text.</summary>
    public static async Task FillAsync(MapiServer server, int count, int user = 1)
    {
        using var mailbox = await server.OpenMailboxAsync(user);
        var begun = Stopwatch.GetTimestamp();
        for (var at = 0; at < count; at += 500)
        {
            var batch = new List<(PreparedMessage, AppendOptions)>();
            for (var i = at; i < Math.Min(count, at + 500); i++)
            {
                batch.Add((await server.Store.PrepareMimeAsync(new ReadOnlySequence<byte>(Mail(i)), CancellationToken.None), AppendOptions.Default));
            }
            if (!(await mailbox.AppendManyAsync(MapiServer.Inbox, batch, CancellationToken.None)).Succeeded)
                throw new InvalidOperationException("The mailbox takes no more messages.");
        }
        Write($"  filled in {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
    }

    /// <summary>What a download that was begun and left holds, by what the heap grows, and by what the process's memory does.</summary>
    private static void Memory(LeanSync sync, uint folder)
    {
        const int contexts = 100;
        var before = Collected();
        var handles = new List<uint>();
        for (var i = 0; i < contexts; i++)
        {
            var context = sync.Begin(folder, ClientState.Empty, SyncClient.Usual, SyncClient.UsualExtra, []);
            for (var part = 0; part < 4; part++)
                sync.Step(context);
            handles.Add(context);
        }
        // What is fetched ahead of the client has come by then.
        Thread.Sleep(300);
        Write($"  memory of a context: {(Collected() - before) / contexts / 1024} KB");
        handles.ForEach(sync.Release);

        static long Collected()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return GC.GetTotalMemory(true);
        }
    }

    internal static void Write(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
