using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Mapi.Bench;

/// <summary>
/// Downloads by ICS from the real server as `./run` has built it before, in a process of its own that was started just before: what the first client of the day sees. The client
/// looks at nothing of what comes.
/// </summary>
internal static class ServerSync
{
    private const string User = "user1@example.com";
    private const string Password = "demo-password";
    private const int Inbox = 4;

    /// <param name="data">A data directory that is filled if it is not there.</param>
    /// <param name="messages">In the folder.</param>
    /// <param name="starts">Processes, one after the other.</param>
    public static async Task MeasureAsync(string data, int messages, int starts)
    {
        SyncFigures.Write($"{messages} messages, a server of its own");
        if (!System.IO.Directory.Exists(data))
            await FillAsync(data, messages);
        var listed = await ServerProcess.CommandAsync(null, "account", "list", "--json", "--data", data);
        var legacyDn = (string)JsonNode.Parse(listed.Output)!.AsArray().First(a => (string?)a!["address"] == User)!["legacyExchangeDN"]!;
        for (var start = 0; start < starts; start++)
        {
            await using var server = await ServerProcess.StartAsync(data);
            var target = new Target(server["https"], true, User, Password, legacyDn);
            await Task.Factory.StartNew(() => Client(server, target, messages), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private static async Task FillAsync(string data, int messages)
    {
        await using var server = await ServerProcess.StartAsync(data);
        await using var feed = await ImapFeed.ConnectAsync(server["imap"], User, Password);
        var begun = Stopwatch.GetTimestamp();
        await feed.FillAsync("INBOX", messages, SyncFigures.Mail);
        SyncFigures.Write($"  filled in {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");
        // The index for searches is made now, so that it is not made while something is measured.
        await feed.CommandAsync("EXAMINE INBOX");
        await feed.CommandAsync("SEARCH BODY zeppelin");
    }

    private static void Client(ServerProcess server, Target target, int messages)
    {
        using var session = new LeanSession(target);
        session.Connect();
        var (logon, folders) = session.Logon();
        var inbox = session.Run([logon, RopSession.NoHandle], (RopId.OpenFolder, new RopOpenFolder.Request { OutputHandleIndex = 1, FolderId = folders[Inbox] })).Handles[1];
        var sync = new LeanSync(session);
        var single = new LeanSync(session) { Room = 0x10008, Flags = 0 };
        Take("first download of the process, full items", sync, [], 0);
        Take("full items", sync, [], 0);
        Take("full items, a buffer of 32 KB a request", single, [], 0);
        Take("headers", sync, SyncFigures.Headers, SyncFigures.OnlySpecified);

        void Take(string what, LeanSync by, PropertyTag[] tags, ushort flags)
        {
            var cpu = Cpu(server);
            var taken = by.Download(inbox, ClientState.Empty, (ushort)(SyncClient.Usual | flags), SyncClient.UsualExtra, tags);
            SyncFigures.Write($"  {what}: {messages / taken.Time.TotalSeconds:F0}/s, {taken.Bytes / taken.Time.TotalSeconds / 1e6:F1} MB/s, server {(Cpu(server) - cpu).TotalMicroseconds / messages:F1} us, client {taken.ClientCpu.TotalMicroseconds / messages:F1} us of CPU a message, first answer after {taken.First.TotalMilliseconds:F1} ms");
        }
    }

    private static TimeSpan Cpu(ServerProcess server)
    {
        using var process = Process.GetProcessById(server.ProcessId);
        return process.TotalProcessorTime;
    }
}
