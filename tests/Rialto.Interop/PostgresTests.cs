using System.Globalization;
using System.Text;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>The same server on PostgreSQL with one configuration line; two servers over one database.</summary>
public class PostgresTests
{
    [ProgramFact(PostgresInstance.Initdb)]
    public async Task Mail_goes_in_and_out_and_a_second_server_hears_of_it()
    {
        await using var postgres = await PostgresInstance.StartAsync();
        var storage = new Dictionary<string, string> { ["RIALTO__STORAGE"] = await postgres.CreateDatabaseAsync() };
        using var firstData = new TempDirectory();
        using var secondData = new TempDirectory();
        await using var first = await ServerProcess.StartAsync(firstData.Path, demo: 3, storage);
        await using var second = await ServerProcess.StartAsync(secondData.Path, demo: 3, storage);

        // IDLE on one server hears a delivery that the other took.
        await using var watcher = await ImapTestClient.ConnectAsync(second["imap"], "user1@example.com");
        await watcher.OkAsync("SELECT INBOX");
        await watcher.SendLineAsync("i IDLE");
        (await watcher.ReadAnswerAsync()).Text.ShouldStartWith("+");
        await using var smtp = await SmtpTestClient.ConnectAsync(first["smtp"]);
        (await smtp.SendAsync("a@example.org", ["user1@example.com"], "Subject: across\r\n\r\nFrom one server to the other.\r\n"u8.ToArray())).ShouldStartWith("250");
        (await watcher.ReadAnswerAsync().WaitAsync(TimeSpan.FromSeconds(20))).Text.ShouldBe("* 1 EXISTS");
        await watcher.SendLineAsync("DONE");
        while (!(await watcher.ReadAnswerAsync()).Text.StartsWith("i OK", StringComparison.Ordinal))
        {
        }
        (await watcher.OkAsync("FETCH 1 BODY.PEEK[TEXT]"))[0].Literals[0].ShouldBe("From one server to the other.\r\n"u8.ToArray());

        // Both write one mailbox at once: no UID twice, nothing lost.
        await Task.WhenAll(new[] { first, second }.Select(async (server, s) =>
        {
            await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user2@example.com");
            for (var i = 0; i < 40; i++)
                (await imap.AppendAsync("INBOX", Encoding.ASCII.GetBytes($"Subject: {s}-{i}\r\n\r\nx\r\n"))).Text.ShouldContain(" OK");
        }));
        foreach (var server in (ServerProcess[])[first, second])
        {
            await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user2@example.com");
            await imap.OkAsync("SELECT INBOX");
            var rows = await imap.OkAsync("UID FETCH 1:* (UID ENVELOPE)");
            rows.Count(r => r.Text.StartsWith("* ", StringComparison.Ordinal)).ShouldBe(80);
        }
        (await CommandLineTests.OkAsync(first, null, "check")).Output.ShouldContain("sound");
    }
}
