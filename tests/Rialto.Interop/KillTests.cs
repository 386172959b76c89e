using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>kill -9 in the middle of ingest and APPEND: everything acknowledged is there, nothing twice, and the data is sound. bench/kill.sh runs it longer.</summary>
public partial class KillTests
{
    private static readonly int s_rounds = int.TryParse(Environment.GetEnvironmentVariable("RIALTO_KILL_ROUNDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 4;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_nothing_is_doubled()
    {
        using var data = new TempDirectory();
        var delivered = new ConcurrentDictionary<string, bool>();
        var appended = new ConcurrentDictionary<string, bool>();
        var random = new Random(20261121);
        for (var round = 0; round < s_rounds; round++)
        {
            await using var server = await ServerProcess.StartAsync(data.Path, demo: 4);
            var (hadDelivered, hadAppended) = (delivered.Count, appended.Count);
            var load = Enumerable.Range(0, 4).SelectMany(i => new[] { SendAsync(server, round, i, delivered), AppendAsync(server, round, i, appended) }).ToArray();
            // A kill before anything was acknowledged shows nothing; a busy machine takes its time.
            for (var i = 0; i < 200 && (delivered.Count == hadDelivered || appended.Count == hadAppended); i++)
                await Task.Delay(100);
            await Task.Delay(random.Next(200, 1200));
            await server.KillAsync();
            await Task.WhenAll(load);
        }

        await using var last = await ServerProcess.StartAsync(data.Path, demo: 4);
        delivered.Count.ShouldBeGreaterThan(0);
        appended.Count.ShouldBeGreaterThan(0);
        for (var user = 1; user <= 4; user++)
        {
            var inbox = await SubjectsAsync(last, user, "INBOX", delivered.Keys.Count(k => k.StartsWith($"u{user} ", StringComparison.Ordinal)));
            Compare(delivered, user, inbox);
            Compare(appended, user, await SubjectsAsync(last, user, "Kept", 0));
        }
        (await CommandLineTests.OkAsync(last, null, "check")).Output.ShouldContain("sound");
    }

    /// <summary>Flags of many messages are given to SQLite late: the log alone has them until somebody reads.</summary>
    [Fact]
    public async Task Flags_of_a_whole_folder_are_those_acknowledged_last()
    {
        const int keywords = 40;
        using var data = new TempDirectory();
        var random = new Random(20261122);
        var done = 0;
        for (var round = 0; round <= s_rounds; round++)
        {
            await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
            await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
            if (round == 0)
            {
                for (var i = 0; i < 300; i++)
                    await imap.AppendAsync("INBOX", Message($"m{i}"));
            }
            await imap.OkAsync("SELECT INBOX");
            if (round > 0)
            {
                var found = (await imap.OkAsync("FETCH 1:* FLAGS")).Select(r => Marked().Match(r.Text)).Where(m => m.Success).Select(m => m.Value).ToList();
                found.Count.ShouldBeGreaterThanOrEqualTo(300);
                found.Distinct().ShouldHaveSingleItem("a change is there for all messages or for none").ShouldBeOneOf($"k{done % keywords}", $"k{(done + 1) % keywords}");
                done += found[0] == $"k{done % keywords}" ? 0 : 1;
            }
            var kill = Task.Run(async () =>
            {
                await Task.Delay(random.Next(300, 1500));
                await server.KillAsync();
            });
            try
            {
                while (true)
                {
                    await imap.OkAsync($"STORE 1:* FLAGS.SILENT (k{(done + 1) % keywords})");
                    done++;
                }
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or EndOfStreamException)
            {
                // Killed, as intended.
            }
            await kill;
        }
        done.ShouldBeGreaterThan(s_rounds);
    }

    private static void Compare(ConcurrentDictionary<string, bool> acknowledged, int user, List<string> found)
    {
        var expected = acknowledged.Keys.Where(k => k.StartsWith($"u{user} ", StringComparison.Ordinal)).ToList();
        found.GroupBy(s => s).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty("doubled");
        expected.Except(found).ShouldBeEmpty("acknowledged and lost");
    }

    private static byte[] Message(string subject) => Encoding.ASCII.GetBytes($"From: a@example.org\r\nSubject: {subject}\r\n\r\n{new string('x', 70)}\r\n{subject}\r\n");

    private static async Task SendAsync(ServerProcess server, int round, int worker, ConcurrentDictionary<string, bool> done)
    {
        try
        {
            await using var smtp = await SmtpTestClient.ConnectAsync(server["smtp"]);
            for (var i = 0; ; i++)
            {
                var user = i % 4 + 1;
                var subject = $"u{user} smtp {round}-{worker}-{i}";
                if ((await smtp.SendAsync("a@example.org", [$"user{user}@example.com"], Message(subject))).StartsWith("250", StringComparison.Ordinal))
                    done[subject] = true;
            }
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or EndOfStreamException)
        {
            // Killed, as intended.
        }
    }

    private static async Task AppendAsync(ServerProcess server, int round, int worker, ConcurrentDictionary<string, bool> done)
    {
        try
        {
            var user = worker % 4 + 1;
            await using var imap = await ImapTestClient.ConnectAsync(server["imap"], $"user{user}@example.com");
            await imap.CommandAsync("CREATE Kept");
            for (var i = 0; ; i++)
            {
                var subject = $"u{user} append {round}-{worker}-{i}";
                if ((await imap.AppendAsync("Kept", Message(subject))).Text.Contains(" OK", StringComparison.Ordinal))
                    done[subject] = true;
            }
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or EndOfStreamException)
        {
            // Killed, as intended.
        }
    }

    private static async Task<List<string>> SubjectsAsync(ServerProcess server, int user, string folder, int atLeast)
    {
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], $"user{user}@example.com");
        for (var attempt = 0; ; attempt++)
        {
            var select = await imap.OkAsync($"SELECT {folder}");
            var exists = int.Parse(select.First(a => a.Text.EndsWith("EXISTS", StringComparison.Ordinal)).Text.Split(' ')[1], CultureInfo.InvariantCulture);
            // Accepted mail that had not been delivered when the server was killed is on its way.
            if (exists >= atLeast || attempt >= 100)
            {
                await Task.Delay(200);
                break;
            }
            await Task.Delay(100);
        }
        await imap.OkAsync($"SELECT {folder}");
        var rows = await imap.OkAsync("FETCH 1:* ENVELOPE");
        return [.. rows.Select(r => Subject().Match(r.Text)).Where(m => m.Success).Select(m => m.Value)];
    }

    [GeneratedRegex(@"\bk\d+\b")]
    private static partial Regex Marked();

    [GeneratedRegex(@"u\d (smtp|append) \d+-\d+-\d+")]
    private static partial Regex Subject();
}
