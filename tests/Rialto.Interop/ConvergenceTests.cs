using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Sync;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>Replicas of cached-mode clients against the whole server, while mail comes in by SMTP and others work over MAPI and IMAP; connections break as they like.</summary>
public class ConvergenceTests
{
    private const string User = "user1@example.com";

    private static int Variable(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    /// <summary>
    /// RIALTO_SYNC_SEED and RIALTO_SYNC_STEPS repeat a run, or make one of millions of steps. The server is killed now and then and starts again on what it left:
    /// of RIALTO_SYNC_KILLS in ten thousand steps.
    /// </summary>
    [Fact]
    public async Task Replicas_and_the_whole_server_come_to_the_same()
    {
        var seed = Variable("RIALTO_SYNC_SEED", Random.Shared.Next());
        var steps = Variable("RIALTO_SYNC_STEPS", 3_000);
        var kills = Variable("RIALTO_SYNC_KILLS", 40);
        var limit = Environment.GetEnvironmentVariable("RIALTO_SYNC_STEPS") is null ? TimeSpan.FromSeconds(15) : TimeSpan.MaxValue;
        Console.WriteLine($"Convergence with the whole server: RIALTO_SYNC_SEED={seed}");
        using var data = new TempDirectory();
        var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        try
        {
            var dn = JsonDocument.Parse((await CommandLineTests.OkAsync(server, null, "account", "show", User, "--json")).Output).RootElement.GetProperty("legacyExchangeDN").GetString()!;
            var world = new ReplicaWorld(seed, () => LogonAsync(server, dn));
            var others = new MailUser(() => server);
            Func<Random, string, Task>[] acts = [others.ReceiveAsync, others.MarkAsync, others.MarkAsync, others.TakeAwayAsync, others.FolderAsync];
            foreach (var act in acts)
                world.Others.Add(async (random, name) => await others.ActAsync(await ImapTestClient.ConnectAsync(server["imap"], User), () => act(random, name)));
            await world.BeginAsync(3);
            var killing = new Random(seed);
            var begun = Stopwatch.GetTimestamp();
            var (done, killed) = (0, 0);
            while (done < steps && Stopwatch.GetElapsedTime(begun) < limit)
            {
                if (killing.Next(10_000) < kills)
                {
                    await server.KillAsync();
                    await server.DisposeAsync();
                    server = await ServerProcess.StartAsync(data.Path, demo: 2);
                    await world.ReconnectAsync();
                    killed++;
                }
                await world.StepAsync();
                if (++done % 150 == 0)
                    await world.ConvergeAsync();
            }
            await world.ConvergeAsync();
            Console.WriteLine($"Convergence with the whole server: {done} steps, {world.Synchronisations} synchronisations, {world.Cuts} of them cut, {world.PartialChanges} partial changes, {killed} kills");
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<(RopSession Session, RopLogon.Response Logon, uint Handle)> LogonAsync(ServerProcess server, string dn)
    {
        var http = new MapiHttpClient(new Uri($"https://{server["https"]}"), User, "demo-password");
        (await http.ConnectAsync(dn)).ErrorCode.ShouldBe(0u);
        var session = new RopSession(http);
        var (response, handle) = await session.LogonAsync(dn);
        return (session, response, handle);
    }

    /// <summary>What comes by SMTP, and what an IMAP client does.</summary>
    private sealed class MailUser(Func<ServerProcess> server)
    {
        private ImapTestClient _imap = null!;

        /// <summary>One act, one connection: the server ends those whose mailbox another deletes.</summary>
        public async Task ActAsync(ImapTestClient client, Func<Task> act)
        {
            await using (_imap = client)
                await act();
        }

        public async Task ReceiveAsync(Random random, string name)
        {
            var message = Encoding.UTF8.GetBytes($"From: a@example.org\r\nTo: {User}\r\nSubject: {name}\r\n\r\nmail {name}\r\n");
            if (random.Next(2) == 0)
            {
                await _imap.AppendAsync(Quoted(await PickAsync(random)), message);
                return;
            }
            var next = await NextUidAsync();
            await using (var smtp = await SmtpTestClient.ConnectAsync(server()["smtp"]))
                (await smtp.SendAsync("a@example.org", [User], message)).ShouldStartWith("250");
            // Comparing needs the mail to have arrived.
            for (var i = 0; i < 500 && await NextUidAsync() == next; i++)
                await Task.Delay(20);
        }

        public async Task MarkAsync(Random random, string name)
        {
            if (await SelectAsync(random) is not { } number)
                return;
            var flag = random.Next(5) switch { 0 => "\\Flagged", 1 => "\\Answered", 2 => "\\Seen", 3 => "\\Deleted", _ => "work" };
            await _imap.OkAsync($"STORE {number} {(random.Next(2) == 0 ? "+" : "-")}FLAGS ({flag})");
        }

        public async Task TakeAwayAsync(Random random, string name)
        {
            if (await SelectAsync(random) is not { } number)
                return;
            switch (random.Next(3))
            {
                case 0:
                    await _imap.OkAsync($"STORE {number} +FLAGS (\\Deleted)");
                    await _imap.OkAsync("EXPUNGE");
                    break;
                case 1:
                    await _imap.CommandAsync($"MOVE {number} {Quoted(await PickAsync(random))}");
                    break;
                default:
                    await _imap.CommandAsync($"COPY {number} {Quoted(await PickAsync(random))}");
                    break;
            }
        }

        public async Task FolderAsync(Random random, string name)
        {
            var boxes = await BoxesAsync();
            var box = boxes[random.Next(boxes.Count)];
            // What is refused (INBOX, names that are taken) is refused.
            if (random.Next(3) == 0 && boxes.Count < 40)
                await _imap.CommandAsync($"CREATE {Quoted(name)}");
            else if (box != "INBOX" && random.Next(2) == 0)
                await _imap.CommandAsync($"RENAME {Quoted(box)} {Quoted(name)}");
            else if (box != "INBOX" && random.Next(2) == 0)
                await _imap.CommandAsync($"DELETE {Quoted(box)}");
        }

        /// <summary>Opens a mailbox and draws a message of it; null where it is empty.</summary>
        private async Task<int?> SelectAsync(Random random)
        {
            var answers = await _imap.CommandAsync($"SELECT {Quoted(await PickAsync(random))}");
            var exists = answers.Select(a => a.Text.Split(' ')).FirstOrDefault(w => w is ["*", _, "EXISTS"]);
            var count = exists is null ? 0 : int.Parse(exists[1], CultureInfo.InvariantCulture);
            return count == 0 ? null : random.Next(count) + 1;
        }

        private async Task<string> PickAsync(Random random)
        {
            var boxes = await BoxesAsync();
            return boxes[random.Next(boxes.Count)];
        }

        /// <summary>INBOX and the mailboxes that the test made.</summary>
        private async Task<List<string>> BoxesAsync()
        {
            var boxes = new List<string> { "INBOX" };
            foreach (var answer in await _imap.OkAsync("LIST \"\" *"))
            {
                var at = answer.Text.IndexOf(") \"/\" ", StringComparison.Ordinal);
                if (at < 0)
                    continue;
                var box = answer.Text[(at + 6)..].Trim('"');
                var last = box[(box.LastIndexOf('/') + 1)..];
                if (last.StartsWith("same", StringComparison.Ordinal) || (last.StartsWith('n') && last.Length > 1 && char.IsAsciiDigit(last[1])))
                    boxes.Add(box);
            }
            return boxes;
        }

        private async Task<string> NextUidAsync() => (await _imap.OkAsync("STATUS INBOX (UIDNEXT)"))[0].Text;

        private static string Quoted(string box) => $"\"{box}\"";
    }
}
