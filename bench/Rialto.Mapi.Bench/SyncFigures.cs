using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Mapi.Wire;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Wire;

namespace Rialto.Mapi.Bench;

/// <summary>Downloads by ICS through MAPI over HTTPS from a server in this process, over SQLite: throughput, cost of nothing new, memory of a context.</summary>
internal static class SyncFigures
{
    private static readonly PropertyTag[] s_headers =
    [
        PropertyTags.Subject, PropertyTags.SentRepresentingName, PropertyTags.SenderName, PropertyTags.DisplayTo, PropertyTags.DisplayCc, PropertyTags.MessageDeliveryTime,
        PropertyTags.ClientSubmitTime, PropertyTags.MessageFlags, PropertyTags.MessageClass, PropertyTags.Importance, PropertyTags.HasAttachments, PropertyTags.MessageSize,
        PropertyTags.ConversationTopic, PropertyTags.ConversationIndex, PropertyTags.InternetMessageId, PropertyTags.FlagStatus,
    ];

    public static async Task MeasureAsync(int messages)
    {
        var servers = new StoreServers();
        await using var server = await servers.StartAsync("sqlite", converter: MapiServer.MailConverter);
        await FillAsync(server, messages);
        await OpenAsync(server);
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        Write($"{messages} messages");
        for (var round = 0; round < 2; round++)
            await DownloadAsync(session, inbox, messages, "full items", SyncClient.Usual, []);
        for (var round = 0; round < 2; round++)
            await DownloadAsync(session, inbox, messages, "headers", SyncClient.Usual | 0x0080, s_headers);
        var state = (await session.SynchronizeAsync(inbox, flags: SyncClient.Usual | 0x0080, tags: [PropertyTags.Subject])).State!;
        Write($"  state, bytes: {state.Size}");
        await RepeatAsync(session, inbox, state, "no change");
        using (var mailbox = await server.OpenMailboxAsync())
        {
            for (var i = 0; i < 10; i++)
                await server.DeliverAsync($"late {i}");
        }
        await RepeatAsync(session, inbox, state, "10 changes");
        await MemoryAsync(session, inbox);
        session.Http.Dispose();
        await servers.DisposeAsync();
    }

    private static async Task FillAsync(MapiServer server, int count)
    {
        using var mailbox = await server.OpenMailboxAsync();
        var text = new StringBuilder();
        while (text.Length < 4500)
            text.Append(CultureInfo.InvariantCulture, $"Line {text.Length} of a message that says nothing in particular, at some length.\r\n");
        var begun = Stopwatch.GetTimestamp();
        for (var at = 0; at < count; at += 500)
        {
            var batch = new List<(PreparedMessage, AppendOptions)>();
            for (var i = at; i < Math.Min(count, at + 500); i++)
            {
                var mime = $"Message-ID: <{i}@example.com>\r\nDate: Tue, 1 Jul 2025 10:00:00 +0000\r\nFrom: Sender {i % 50} <s{i % 50}@example.com>\r\nTo: user1@example.com, \"Other\" <o@example.com>\r\nSubject: mail number {i}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}{i}\r\n";
                batch.Add((await server.Store.PrepareMimeAsync(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(mime)), CancellationToken.None), AppendOptions.Default));
            }
            if (!(await mailbox.AppendManyAsync(MapiServer.Inbox, batch, CancellationToken.None)).Succeeded)
                throw new InvalidOperationException("The mailbox takes no more messages.");
        }
        Write($"filled in {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
    }

    /// <summary>What opening a message as properties costs by itself.</summary>
    private static async Task OpenAsync(MapiServer server)
    {
        using var mailbox = await server.OpenMailboxAsync();
        var states = await mailbox.ReadStatesAsync(MapiServer.Inbox, StatePage.First(false, 500), CancellationToken.None);
        var rows = (await mailbox.ReadRowsAsync(MapiServer.Inbox, states.Value.Select(s => s.Id).ToArray(), CancellationToken.None)).Value;
        for (var round = 0; round < 6; round++)
        {
            var (begun, allocated) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            foreach (var row in rows)
                (await mailbox.OpenPropertiesAsync(row!, CancellationToken.None)).Succeeded.ToString();
            if (round == 5)
                Write($"  opening: {Stopwatch.GetElapsedTime(begun).TotalMicroseconds / rows.Count:F0} us, {(GC.GetAllocatedBytesForCurrentThread() - allocated) / rows.Count} bytes a message");
            begun = Stopwatch.GetTimestamp();
            await mailbox.ReadRowsAsync(MapiServer.Inbox, states.Value.Select(s => s.Id).ToArray(), CancellationToken.None);
            if (round == 5)
                Write($"  reading rows: {Stopwatch.GetElapsedTime(begun).TotalMicroseconds / rows.Count:F0} us a message");
        }
    }

    private static async Task DownloadAsync(RopSession session, uint folder, int messages, string what, ushort flags, PropertyTag[] tags)
    {
        var context = await session.ConfigureAsync(folder, flags: flags, tags: tags);
        await session.UploadStateAsync(context, ClientState.Empty);
        var begun = Stopwatch.GetTimestamp();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        long bytes = 0;
        var request = RopSession.Extended(RopSession.Payload([(RopId.FastTransferSourceGetBuffer, new RopFastTransferSourceGetBuffer.Request { BufferSize = 0xBABE, MaximumBufferSize = 0xFFFF })], [context]));
        for (var isLast = false; !isLast;)
        {
            var reply = await session.Http.ExecuteAsync(request, ExecuteFlags.NoCompression | ExecuteFlags.NoXorMagic | ExecuteFlags.Chain, 0x100000);
            ReadOnlyMemory<byte> rest = reply.RopBuffer;
            while (!rest.IsEmpty && ExtendedBuffer.TryRead(ref rest, out var payload, out _))
            {
                // RopId, index, ReturnValue, TransferStatus … TransferBufferSize.
                var response = payload.Span[2..];
                if (BinaryPrimitives.ReadUInt32LittleEndian(response[2..]) != 0)
                    throw new RopException((ErrorCode)BinaryPrimitives.ReadUInt32LittleEndian(response[2..]));
                isLast |= BinaryPrimitives.ReadUInt16LittleEndian(response[6..]) == 3;
                bytes += BinaryPrimitives.ReadUInt16LittleEndian(response[13..]);
            }
        }
        var time = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Write($"  {what}: {messages / time:F0} a second, {bytes / time / 1e6:F1} MB/s, {cpu.TotalMilliseconds * 1000 / messages:F0} us CPU a message");
        await session.ReleaseAsync(context);
    }

    /// <summary>A whole synchronisation as clients do it: configure with the state in one request, then take the stream.</summary>
    private static async Task RepeatAsync(RopSession session, uint folder, ClientState state, string what)
    {
        var times = new List<double>();
        var ropTimes = new List<double>();
        for (var round = 0; round < 200; round++)
        {
            List<(RopId, RopRequest)> requests =
            [
                (RopId.SynchronizationConfigure, new RopSynchronizationConfigure.Request { OutputHandleIndex = 1, SynchronizationType = 1, SendOptions = 1, SynchronizationFlags = SyncClient.Usual, SynchronizationExtraFlags = SyncClient.UsualExtra }),
            ];
            foreach (var (tag, value) in state.Properties)
            {
                requests.Add((RopId.SynchronizationUploadStateStreamBegin, new RopSynchronizationUploadStateStreamBegin.Request { InputHandleIndex = 1, StateProperty = tag, TransferBufferSize = (uint)value.Length }));
                requests.Add((RopId.SynchronizationUploadStateStreamContinue, new RopSynchronizationUploadStateStreamContinue.Request { InputHandleIndex = 1, StreamData = value }));
                requests.Add((RopId.SynchronizationUploadStateStreamEnd, new RopSynchronizationUploadStateStreamEnd.Request { InputHandleIndex = 1 }));
            }
            requests.Add((RopId.FastTransferSourceGetBuffer, new RopFastTransferSourceGetBuffer.Request { InputHandleIndex = 1, BufferSize = 0xBABE, MaximumBufferSize = 0x6000 }));
            var begun = Stopwatch.GetTimestamp();
            var reply = await session.ExecuteAsync(requests, [folder, RopSession.NoHandle]);
            var last = (RopFastTransferSourceGetBuffer.Response)reply.Responses[^1];
            while (last.TransferStatus == 1)
            {
                last = await session.CallAsync<RopFastTransferSourceGetBuffer.Response>(
                    RopId.FastTransferSourceGetBuffer, new RopFastTransferSourceGetBuffer.Request { BufferSize = 0xBABE, MaximumBufferSize = 0x6000 }, reply.Handles[1]);
            }
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            begun = Stopwatch.GetTimestamp();
            await session.ReleaseAsync(reply.Handles[1]);
            ropTimes.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        times.Sort();
        ropTimes.Sort();
        Write($"  {what}: {times[times.Count / 2]:F2} ms through HTTPS, of which an empty request takes {ropTimes[ropTimes.Count / 2]:F2} ms");
    }

    private static async Task MemoryAsync(RopSession session, uint folder)
    {
        const int contexts = 50;
        await session.ExecuteAsync([], []);
        var before = Collected();
        var handles = new List<uint>();
        for (var i = 0; i < contexts; i++)
        {
            var context = await session.ConfigureAsync(folder);
            await session.UploadStateAsync(context, ClientState.Empty);
            for (var part = 0; part < 4; part++)
                await session.GetBufferAsync(context);
            handles.Add(context);
        }
        Write($"  memory of a context: {(Collected() - before) / contexts / 1024} KB");
        foreach (var handle in handles)
            await session.ReleaseAsync(handle);

        static long Collected()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return GC.GetTotalMemory(true);
        }
    }

    private static void Write(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
