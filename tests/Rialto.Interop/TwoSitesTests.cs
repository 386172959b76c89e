using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>Two servers of two organisations that find each other by MX records of a real name server: mail, TLS, reports, a dead next hop, and kill -9 of either in the middle.</summary>
public sealed partial class TwoSitesTests : IAsyncLifetime
{
    private readonly TempDirectory _a = new();
    private readonly TempDirectory _b = new();
    private NameServer? _dns;
    private int _port;

    public async Task InitializeAsync()
    {
        if (!CommandResult.Has("nsd"))
            return;
        _dns = await NameServer.StartAsync(
            ("a.test", "@ IN MX 10 mx\nmx IN A 127.0.0.1\n"),
            ("b.test", "@ IN MX 5 dead\n@ IN MX 10 mx\ndead IN A 127.0.0.77\nmx IN A 127.0.0.2\n"));
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        _port = ((IPEndPoint)free.LocalEndpoint).Port;
    }

    public async Task DisposeAsync()
    {
        if (_dns is not null)
            await _dns.DisposeAsync();
        _a.Dispose();
        _b.Dispose();
    }

    [ProgramFact("nsd")]
    public async Task Mail_and_reports_go_both_ways()
    {
        await using var a = await StartAsync(_a, "a.test", "127.0.0.1");
        await using var b = await StartAsync(_b, "b.test", "127.0.0.2");
        await CommandLineTests.OkAsync(a, "s3cret-enough\n", "account", "add", "alice@a.test");
        await CommandLineTests.OkAsync(b, "s3cret-enough\n", "account", "add", "bob@b.test");
        await using (var smtp = await LogInAsync(a))
        {
            await smtp.CommandAsync("MAIL FROM:<alice@a.test> ENVID=first RET=HDRS", "250");
            await smtp.CommandAsync("RCPT TO:<bob@b.test> NOTIFY=SUCCESS", "250");
            await smtp.CommandAsync("RCPT TO:<nobody@b.test>", "250");
            await smtp.CommandAsync("DATA", "354");
            await smtp.CommandAsync("Subject: across\r\n\r\nHello Bob.\r\n.", "250");
        }

        var arrived = (await InboxAsync(b, "bob@b.test", 1)).ShouldHaveSingleItem();
        arrived.ShouldContain("Hello Bob.");
        arrived.ShouldContain("with ESMTPS");
        var reports = await InboxAsync(a, "alice@a.test", 2);
        reports.Count.ShouldBe(2);
        // The failure is told by the server that could not hand the message on, the delivery by the one that delivered it.
        var failure = reports.Single(r => r.Contains("Action: failed", StringComparison.Ordinal));
        failure.ShouldContain("Final-Recipient: rfc822; nobody@b.test");
        failure.ShouldContain("Remote-MTA: dns; mx.b.test");
        failure.ShouldContain("Reporting-MTA: dns; mx.a.test");
        var success = reports.Single(r => r.Contains("Action: delivered", StringComparison.Ordinal));
        success.ShouldContain("Final-Recipient: rfc822; bob@b.test");
        success.ShouldContain("Reporting-MTA: dns; mx.b.test");
        success.ShouldContain("Original-Envelope-Id: first");
        (await CommandLineTests.OkAsync(a, null, "queue", "list", "--json")).Output.Trim().ShouldBe("[]");
        (await CommandLineTests.OkAsync(b, null, "queue", "list", "--json")).Output.Trim().ShouldBe("[]");
    }

    [ProgramFact("nsd")]
    public async Task The_queue_is_looked_at_held_and_dropped()
    {
        await using var a = await StartAsync(_a, "a.test", "127.0.0.1");
        await CommandLineTests.OkAsync(a, "s3cret-enough\n", "account", "add", "alice@a.test");
        await using (var smtp = await LogInAsync(a))
        {
            for (var i = 0; i < 3; i++)
                (await smtp.SendAsync("alice@a.test", [$"bob{i}@b.test"], Message(i.ToString(CultureInfo.InvariantCulture)))).ShouldStartWith("250");
        }

        await WaitAsync(async () => (await CommandLineTests.OkAsync(a, null, "queue", "list", "--json")).Output.Split("Cannot connect").Length == 4, a);
        (await CommandLineTests.OkAsync(a, null, "queue", "hold", "--to", "bob1@b.test")).Output.ShouldContain("1 recipient is held");
        (await CommandLineTests.OkAsync(a, null, "queue", "drop", "--to", "bob2@b.test")).Output.ShouldContain("1 recipient is dropped");
        var list = System.Text.Json.Nodes.JsonNode.Parse((await CommandLineTests.OkAsync(a, null, "queue", "list", "--json")).Output)!.AsArray();
        list.Count.ShouldBe(2);
        var held = list.Single(m => m!["recipients"]![0]!["next"]!.ToString() == "held")!;
        held["recipients"]![0]!["address"]!.ToString().ShouldBe("bob1@b.test");
        var shown = (await CommandLineTests.OkAsync(a, null, "queue", "show", held["id"]!.ToString())).Output;
        shown.ShouldContain("Held by the administrator");
        shown.ShouldContain("Subject: site 1");
        (await a.RunAsync(null, "queue", "show", "ffffffff")).ExitCode.ShouldBe(1);
        (await a.RunAsync(null, "queue", "drop")).Error.ShouldContain("--all");

        await using var b = await StartAsync(_b, "b.test", "127.0.0.2");
        await CommandLineTests.OkAsync(b, "s3cret-enough\n", "account", "add", "bob@b.test", "--address", "bob0@b.test", "--address", "bob1@b.test");
        await CommandLineTests.OkAsync(a, null, "queue", "retry", "--all");
        (await InboxAsync(b, "bob@b.test", 2)).Count.ShouldBe(2);
    }

    [ProgramFact("nsd")]
    public async Task Nothing_accepted_is_lost_when_either_is_killed()
    {
        var sent = new ConcurrentDictionary<string, bool>();
        await using (var a = await StartAsync(_a, "a.test", "127.0.0.1"))
        await using (var b = await StartAsync(_b, "b.test", "127.0.0.2"))
        {
            await CommandLineTests.OkAsync(a, "s3cret-enough\n", "account", "add", "alice@a.test");
            await CommandLineTests.OkAsync(b, "s3cret-enough\n", "account", "add", "bob@b.test");
            var load = Enumerable.Range(0, 3).Select(w => LoadAsync(a, "0-" + w, sent)).ToArray();
            await WaitAsync(() => Task.FromResult(sent.Count > 100), a);
            await b.KillAsync();
            await WaitAsync(() => Task.FromResult(sent.Count > 200), a);
            await a.KillAsync();
            await Task.WhenAll(load);
        }

        await using (var a = await StartAsync(_a, "a.test", "127.0.0.1"))
        await using (var b = await StartAsync(_b, "b.test", "127.0.0.2"))
        {
            await CommandLineTests.OkAsync(a, null, "queue", "retry", "--all");
            var load = Enumerable.Range(0, 3).Select(w => LoadAsync(a, "1-" + w, sent)).ToArray();
            var before = sent.Count;
            await WaitAsync(() => Task.FromResult(sent.Count > before + 100), a);
            await a.KillAsync();
            await Task.WhenAll(load);
        }

        await using (var a = await StartAsync(_a, "a.test", "127.0.0.1"))
        await using (var b = await StartAsync(_b, "b.test", "127.0.0.2"))
        {
            await WaitAsync(
                async () =>
                {
                    var retried = await a.RunAsync(null, "queue", "retry", "--all");
                    return retried.Output.StartsWith("0 ", StringComparison.Ordinal) && (await CommandLineTests.OkAsync(a, null, "queue", "list", "--json")).Output.Trim() == "[]";
                },
                a);
            await WaitAsync(async () => (await CommandLineTests.OkAsync(b, null, "queue", "list", "--json")).Output.Trim() == "[]", b);
            var found = await SubjectsAsync(b, "bob@b.test");
            sent.Keys.Except(found).ShouldBeEmpty("acknowledged and lost");
            // Twice only what was on its way when somebody died: a handful of connections' worth.
            found.GroupBy(s => s).Count(g => g.Count() > 1).ShouldBeLessThan(100);
        }
    }

    [ProgramFact("smtp-sink", "swaks")]
    public async Task Swaks_sends_through_it_to_smtp_sink()
    {
        using var files = new TempDirectory();
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            _port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        File.SetUnixFileMode(files.Path, (UnixFileMode)0b111_111_111);
        var start = new ProcessStartInfo(File.Exists("/usr/sbin/smtp-sink") ? "/usr/sbin/smtp-sink" : "smtp-sink");
        string[] user = Environment.UserName == "root" ? ["-u", "nobody"] : [];
        foreach (var argument in (string[])[.. user, "-d", files.File("mail-%M."), $"127.0.0.1:{_port}", "100"])
            start.ArgumentList.Add(argument);
        using var sink = Process.Start(start)!;
        try
        {
            await File.WriteAllTextAsync(_a.File("rialto.json"), $$$$"""{"outbound":{"routes":{"sink.test":"127.0.0.1:{{{{_port}}}}"}}}""");
            await using var a = await ServerProcess.StartAsync(_a.Path, demo: 2);
            for (var i = 0; i < 5; i++)
            {
                var swaks = await CommandResult.RunAsync("swaks", null,
                    ["--server", "127.0.0.1", "--port", a["submission"].Port.ToString(CultureInfo.InvariantCulture), "--auth", "PLAIN", "--auth-user", "user1@example.com", "--auth-password", "demo-password",
                     "--from", "user1@example.com", "--to", $"one{i}@sink.test,two{i}@sink.test", "--header", $"Subject: swaks {i}", "--body", "line\n.\n..dots\n"]);
                swaks.ExitCode.ShouldBe(0, swaks.Output);
            }

            await WaitAsync(() => Task.FromResult(System.IO.Directory.GetFiles(files.Path).Length == 5), a);
            await WaitAsync(async () => (await CommandLineTests.OkAsync(a, null, "queue", "list", "--json")).Output.Trim() == "[]", a);
            foreach (var file in System.IO.Directory.GetFiles(files.Path))
            {
                var text = await File.ReadAllTextAsync(file);
                text.ShouldContain("X-Rcpt-Args: <one");
                text.ShouldContain("X-Rcpt-Args: <two");
                text.ShouldContain("dots");
                text.ShouldNotContain("Return-Path:");
            }
        }
        finally
        {
            sink.Kill();
            await sink.WaitForExitAsync();
        }
    }

    private async Task<ServerProcess> StartAsync(TempDirectory data, string domain, string address)
    {
        await File.WriteAllTextAsync(data.File("rialto.json"), $$$"""{"hostName":"mx.{{{domain}}}","outbound":{"dnsServers":["{{{_dns!.Address}}}"],"port":{{{_port}}},"firstRest":"1s"}}""");
        var server = await ServerProcess.StartAsync(data.Path, demo: 1, arguments: ["--listen", $"smtp={address}:{_port}"]);
        var added = await server.RunAsync(null, "domain", "add", domain);
        if (added.ExitCode != 0)
            added.Error.ShouldContain(domain);
        return server;
    }

    private static async Task<SmtpTestClient> LogInAsync(ServerProcess server)
    {
        var smtp = await SmtpTestClient.ConnectAsync(server["submission"]);
        await smtp.CommandAsync("AUTH PLAIN " + Convert.ToBase64String("\0alice@a.test\0s3cret-enough"u8), "235");
        return smtp;
    }

    private static byte[] Message(string id) => Encoding.ASCII.GetBytes($"From: alice@a.test\r\nSubject: site {id}\r\n\r\nText.\r\n");

    private static async Task LoadAsync(ServerProcess a, string worker, ConcurrentDictionary<string, bool> sent)
    {
        try
        {
            await using var smtp = await LogInAsync(a);
            for (var i = 0; ; i++)
            {
                var id = $"{worker}-{i}";
                if ((await smtp.SendAsync("alice@a.test", ["bob@b.test"], Message(id))).StartsWith("250", StringComparison.Ordinal))
                    sent["site " + id] = true;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or EndOfStreamException)
        {
            // Killed, as intended.
        }
    }

    private static async Task<IReadOnlyList<string>> InboxAsync(ServerProcess server, string user, int atLeast)
    {
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], user, "s3cret-enough");
        await WaitAsync(async () => Exists(await imap.OkAsync("SELECT INBOX")) >= atLeast, server);
        return [.. (await imap.OkAsync("FETCH 1:* BODY.PEEK[]")).Where(r => r.Literals.Count > 0).Select(r => Encoding.UTF8.GetString(r.Literals[0]))];
    }

    private static async Task<List<string>> SubjectsAsync(ServerProcess server, string user)
    {
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], user, "s3cret-enough");
        await imap.OkAsync("SELECT INBOX");
        return [.. (await imap.OkAsync("FETCH 1:* ENVELOPE")).Select(r => Subject().Match(r.Text)).Where(m => m.Success).Select(m => m.Value)];
    }

    private static int Exists(IEnumerable<ImapTestClient.Answer> select) => int.Parse(select.First(s => s.Text.EndsWith("EXISTS", StringComparison.Ordinal)).Text.Split(' ')[1], CultureInfo.InvariantCulture);

    private static async Task WaitAsync(Func<Task<bool>> done, ServerProcess server)
    {
        for (var i = 0; !await done(); i++)
        {
            i.ShouldBeLessThan(600, "it never came to that:\n" + server.Log);
            await Task.Delay(100);
        }
    }

    [GeneratedRegex(@"site \d+-\d+-\d+")]
    private static partial Regex Subject();
}
