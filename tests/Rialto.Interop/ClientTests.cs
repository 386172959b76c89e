using System.Text;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>Programs that people use, against the real server over TLS.</summary>
public class ClientTests
{
    private const string Password = "demo-password";

    [ProgramFact("curl")]
    public async Task Curl_sends_over_tls_and_fetches_over_tls()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        var file = Path.Combine(data.Path, "mail.eml");
        await File.WriteAllTextAsync(file, "From: user1@example.com\r\nTo: user2@example.com\r\nSubject: by curl\r\n\r\nHello over TLS.\r\n");
        var sent = await CommandResult.RunAsync("curl", null,
            ["-sk", "--ssl-reqd", $"smtps://{server["submissions"]}", "--mail-from", "user1@example.com", "--mail-rcpt", "user2@example.com", "-u", $"user1@example.com:{Password}", "-T", file]);
        sent.ExitCode.ShouldBe(0, sent.Error + server.Log);
        var starttls = await CommandResult.RunAsync("curl", null,
            ["-sk", "--ssl-reqd", $"smtp://{server["submission"]}", "--mail-from", "user1@example.com", "--mail-rcpt", "user2@example.com", "-u", $"user1@example.com:{Password}", "-T", file]);
        starttls.ExitCode.ShouldBe(0, starttls.Error);
        string? text = null;
        for (var i = 0; i < 100 && text is null; i++)
        {
            var fetched = await CommandResult.RunAsync("curl", null, ["-sk", $"imaps://{server["imaps"]}/INBOX;MAILINDEX=2", "-u", $"user2@example.com:{Password}"]);
            text = fetched.ExitCode == 0 && fetched.Output.Length > 0 ? fetched.Output : null;
            if (text is null)
                await Task.Delay(100);
        }
        text.ShouldNotBeNull().ShouldContain("Hello over TLS.");
        // A wrong sender, and a relay attempt without log-in, are refused.
        (await CommandResult.RunAsync("curl", null, ["-sk", $"smtps://{server["submissions"]}", "--mail-from", "admin@example.com", "--mail-rcpt", "user2@example.com", "-u", $"user1@example.com:{Password}", "-T", file])).ExitCode.ShouldNotBe(0);
        (await CommandResult.RunAsync("curl", null, ["-sk", $"smtp://{server["smtp"]}", "--mail-from", "a@example.org", "--mail-rcpt", "b@elsewhere.example", "-T", file])).ExitCode.ShouldNotBe(0);
    }

    [ProgramFact("mbsync")]
    public async Task Mbsync_makes_a_two_way_copy()
    {
        using var data = new TempDirectory();
        using var local = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        await using (var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com"))
        {
            await imap.OkAsync("CREATE Projects");
            await imap.OkAsync("CREATE Projects/2026");
            for (var i = 0; i < 20; i++)
                (await imap.AppendAsync(i % 2 == 0 ? "INBOX" : "Projects/2026", Encoding.ASCII.GetBytes($"Subject: message {i}\r\nMessage-ID: <{i}@x>\r\n\r\nBody {i}\r\n"), i % 3 == 0 ? "(\\Seen) " : "")).Text.ShouldContain("OK");
        }
        var store = Path.Combine(local.Path, "mail");
        var config = await MailboxSync.ConfigureAsync(local.Path, $"""
            Host 127.0.0.1
            Port {server["imap"].Port}
            User user1@example.com
            Pass {Password}
            SSLType None
            """);
        await SyncAsync();
        Count("INBOX").ShouldBe(10);
        Count("Projects/2026").ShouldBe(10);

        // Changes on both sides: a new local message, a local flag, a remote deletion.
        await File.WriteAllTextAsync(Path.Combine(store, "INBOX", "cur", "100.local:2,S"), "Subject: made here\nMessage-ID: <local@x>\n\nBody\n");
        await using (var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com"))
        {
            await imap.OkAsync("SELECT Projects/2026");
            await imap.OkAsync("STORE 1 +FLAGS (\\Deleted)");
            await imap.OkAsync("EXPUNGE");
        }
        await SyncAsync();
        Count("Projects/2026").ShouldBe(9);
        await using (var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com"))
        {
            await imap.OkAsync("SELECT INBOX");
            (await imap.OkAsync("SEARCH SUBJECT \"made here\" SEEN"))[0].Text.ShouldBe("* SEARCH 11");
        }

        int Count(string folder) => ((string[])["cur", "new"]).Sum(p => System.IO.Directory.GetFiles(Path.Combine(store, folder, p)).Count(f => !Path.GetFileName(f).StartsWith('.')));

        async Task SyncAsync()
        {
            var result = await CommandResult.RunAsync("mbsync", null, ["-c", config, "-a"]);
            result.ExitCode.ShouldBe(0, result.Error + result.Output);
        }
    }

    [Fact]
    public async Task Mail_for_elsewhere_is_kept_in_the_queue_and_not_reported_delivered()
    {
        using var data = new TempDirectory();
        string id;
        await using (var server = await ServerProcess.StartAsync(data.Path, demo: 1))
        {
            await using var smtp = await SmtpTestClient.ConnectAsync(server["submission"]);
            await smtp.CommandAsync("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0user1@example.com\0{Password}")), "235");
            (await smtp.SendAsync("user1@example.com", ["friend@elsewhere.example"], "Subject: far\r\n\r\nFar away.\r\n"u8.ToArray())).ShouldStartWith("250");
            await Task.Delay(500);
            var queue = System.Text.Json.JsonDocument.Parse((await CommandLineTests.OkAsync(server, null, "queue", "list", "--json")).Output).RootElement;
            queue.GetArrayLength().ShouldBe(1);
            queue[0].GetProperty("recipients")[0].GetProperty("address").GetString().ShouldBe("friend@elsewhere.example");
            id = queue[0].GetProperty("id").GetString()!;
            await server.KillAsync();
        }
        await using var again = await ServerProcess.StartAsync(data.Path, demo: 1);
        (await CommandLineTests.OkAsync(again, null, "queue", "list", "--json")).Output.ShouldContain(id);
    }
}
