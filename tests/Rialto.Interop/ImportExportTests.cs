using System.Text;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>import, export, backup and restore.</summary>
public class ImportExportTests
{
    private const string One = "From: a@example.org\r\nTo: user1@example.com\r\nSubject: one\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\n\r\nFirst.\r\n";

    [Fact]
    public async Task Files_mbox_and_maildir_come_in_and_go_out()
    {
        using var data = new TempDirectory();
        using var files = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        await File.WriteAllTextAsync(Path.Combine(files.Path, "one.eml"), One);
        await File.WriteAllTextAsync(Path.Combine(files.Path, "two.mbox"),
            "From a@example.org Fri Nov 20 10:00:00 2026\nSubject: two\nStatus: RO\n\nBody.\n>From the start\n\nFrom b@example.org Fri Nov 20 11:00:00 2026\nSubject: three\n\nBody.\n\n");
        var maildir = Path.Combine(files.Path, "Maildir");
        foreach (var part in (string[])["cur", "new", "tmp", ".Work.Done/cur", ".Work.Done/new", ".Work.Done/tmp"])
            System.IO.Directory.CreateDirectory(Path.Combine(maildir, part));
        await File.WriteAllTextAsync(Path.Combine(maildir, "cur", "1.x:2,FS"), "Subject: four\n\nBody.\n");
        await File.WriteAllTextAsync(Path.Combine(maildir, ".Work.Done", "new", "2.x"), "Subject: five\n\nBody.\n");
        await File.WriteAllTextAsync(Path.Combine(files.Path, "empty.eml"), "");

        var imported = await server.RunAsync(null, "import", files.Path, "--mailbox", "user1@example.com", "--folder", "Old");
        imported.ExitCode.ShouldBe(1, imported.Error);
        imported.Output.ShouldContain("Imported 5 messages");
        imported.Output.ShouldContain("empty.eml");

        await using (var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com"))
        {
            var list = await imap.OkAsync("LIST \"\" \"Old*\"");
            list.Count(a => a.Text.StartsWith("* LIST", StringComparison.Ordinal)).ShouldBe(4);
            await imap.OkAsync("SELECT Old");
            var first = await imap.OkAsync("UID FETCH 1:* (FLAGS BODY.PEEK[])");
            first.SelectMany(a => a.Literals).Any(l => Encoding.UTF8.GetString(l) == One).ShouldBeTrue();
            await imap.OkAsync("SELECT Old/Maildir");
            (await imap.OkAsync("FETCH 1 FLAGS"))[0].Text.ShouldContain("\\Seen");
        }

        foreach (var format in (string[])["eml", "mbox", "maildir"])
        {
            var to = Path.Combine(files.Path, "out-" + format);
            await CommandLineTests.OkAsync(server, null, "export", to, "--mailbox", "user1@example.com", "--format", format);
            // Out and in again: the same number of messages.
            var again = await CommandLineTests.OkAsync(server, null, "import", to, "--mailbox", "user1@example.com", "--folder", "Again-" + format);
            again.Output.ShouldContain("Imported 5 messages", customMessage: format);
            await CommandLineTests.OkAsync(server, null, "mailbox", "show", "user1@example.com");
            System.IO.Directory.Delete(to, recursive: true);
            await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
            foreach (var folder in (await imap.OkAsync($"LIST \"\" \"Again-{format}*\"")).Where(a => a.Text.StartsWith("* LIST", StringComparison.Ordinal)).Select(a => a.Text[(a.Text.LastIndexOf(" \"/\" ", StringComparison.Ordinal) + 5)..]).OrderByDescending(f => f.Length))
                await imap.CommandAsync($"DELETE {folder}");
        }
        (await CommandLineTests.OkAsync(server, null, "check")).Output.ShouldContain("sound");
    }

    [Fact]
    public async Task A_backup_made_under_load_opens_and_is_sound()
    {
        using var data = new TempDirectory();
        using var place = new TempDirectory();
        var backup = Path.Combine(place.Path, "backup");
        var acknowledged = 0;
        await using (var server = await ServerProcess.StartAsync(data.Path, demo: 3))
        {
            using var stop = new CancellationTokenSource();
            var load = Task.Run(async () =>
            {
                await using var smtp = await SmtpTestClient.ConnectAsync(server["smtp"]);
                while (!stop.IsCancellationRequested)
                {
                    (await smtp.SendAsync("a@example.org", ["user1@example.com", "user2@example.com"], Encoding.ASCII.GetBytes(One))).ShouldStartWith("250");
                    acknowledged++;
                }
            });
            while (Volatile.Read(ref acknowledged) < 50)
                await Task.Delay(20);
            var before = Volatile.Read(ref acknowledged);
            await CommandLineTests.OkAsync(server, null, "backup", backup);
            await stop.CancelAsync();
            await load;
            acknowledged = before;
        }
        using var restored = new TempDirectory();
        var target = Path.Combine(restored.Path, "data");
        var restore = await ServerProcess.CommandAsync(null, "restore", backup, "--data", target);
        restore.ExitCode.ShouldBe(0, restore.Error);
        await using var second = await ServerProcess.StartAsync(target, demo: 3);
        (await CommandLineTests.OkAsync(second, null, "check")).Output.ShouldContain("sound");
        await using var imap = await ImapTestClient.ConnectAsync(second["imap"], "user1@example.com");
        for (var i = 0; i < 100; i++)
        {
            var exists = (await imap.OkAsync("SELECT INBOX")).First(a => a.Text.EndsWith("EXISTS", StringComparison.Ordinal)).Text;
            if (int.Parse(exists.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) >= acknowledged)
                return;
            await Task.Delay(100);
        }
        throw new InvalidOperationException($"The backup has fewer than the {acknowledged} messages acknowledged before it began.");
    }
}
