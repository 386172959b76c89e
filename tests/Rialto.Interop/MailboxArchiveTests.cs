using System.Text;
using System.Text.Json.Nodes;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>`rialto mailbox export` and `rialto mailbox import` between two servers.</summary>
public class MailboxArchiveTests
{
    [Fact]
    public async Task A_mailbox_goes_out_and_comes_into_another_server_equal()
    {
        using var data = new TempDirectory();
        using var otherData = new TempDirectory();
        using var files = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        await FullMailbox.FillAsync(server);
        var first = Path.Combine(files.Path, "first");
        (await CommandLineTests.OkAsync(server, null, "mailbox", "export", "user1@example.com", first)).Output.ShouldContain("Exported 4");

        await using var other = await ServerProcess.StartAsync(otherData.Path, demo: 2);
        var imported = await CommandLineTests.OkAsync(other, null, "mailbox", "import", first, "user1@example.com");
        imported.Output.ShouldContain("the same");
        imported.Output.ShouldNotContain("missing");
        (await CommandLineTests.OkAsync(other, null, "check")).Output.ShouldContain("sound");

        // What comes out of the other server is what went in: every row, every folder, every byte of content.
        var second = Path.Combine(files.Path, "second");
        await CommandLineTests.OkAsync(other, null, "mailbox", "export", "user1@example.com", second);
        Comparable(second).ShouldBe(Comparable(first));

        // It works as a mailbox does: what was unsubscribed is, ids go on where they were.
        await using (var imap = await ImapTestClient.ConnectAsync(other["imap"], "user1@example.com"))
        {
            (await imap.OkAsync("LSUB \"\" *")).Any(a => a.Text.EndsWith(" Projects", StringComparison.Ordinal)).ShouldBeFalse();
            await imap.AppendAsync("INBOX", Encoding.ASCII.GetBytes(FullMailbox.Mail(100)));
            await imap.OkAsync("SELECT INBOX");
            (await imap.OkAsync("UID SEARCH SUBJECT \"mail 100\""))[0].Text.ShouldNotBe("* SEARCH");
        }
        (await CommandLineTests.OkAsync(other, null, "check")).Output.ShouldContain("sound");

        // A mailbox that has something in it does not go without a word.
        var refused = await other.RunAsync(null, "mailbox", "import", first, "user1@example.com");
        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("--replace");
        await CommandLineTests.OkAsync(other, null, "mailbox", "import", first, "user1@example.com", "--replace");
        System.IO.Directory.Delete(second, recursive: true);
        await CommandLineTests.OkAsync(other, null, "mailbox", "export", "user1@example.com", second);
        Comparable(second).ShouldBe(Comparable(first));
    }

    [Fact]
    public async Task An_export_is_of_one_moment_while_mail_comes_and_goes()
    {
        using var data = new TempDirectory();
        using var files = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        await FullMailbox.FillAsync(server);
        using var stop = new CancellationTokenSource();
        var busy = Task.Run(async () =>
        {
            await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
            for (var i = 200; !stop.IsCancellationRequested; i++)
            {
                for (var more = 0; more < 3; more++)
                    await imap.AppendAsync("INBOX", Encoding.ASCII.GetBytes(FullMailbox.Mail(i)));
                await imap.OkAsync("SELECT INBOX");
                await imap.OkAsync("STORE 1 +FLAGS (\\Seen)");
                await imap.OkAsync("STORE 2 +FLAGS (\\Deleted)");
                await imap.OkAsync("EXPUNGE");
                await imap.OkAsync("MOVE 3 Projects");
            }
        });
        for (var round = 0; round < 4; round++)
        {
            var path = Path.Combine(files.Path, $"round{round}");
            await CommandLineTests.OkAsync(server, null, "mailbox", "export", "user1@example.com", path);
            // The table says whether folders count what is in them.
            var imported = await server.RunAsync(null, "mailbox", "import", path, "user2@example.com", "--replace");
            imported.ExitCode.ShouldBe(0, imported.Output + imported.Error);
        }
        await stop.CancelAsync();
        await busy;
        (await CommandLineTests.OkAsync(server, null, "check")).Output.ShouldContain("sound");
    }

    /// <summary>The store of public folders is refused, and the refusal says what to do instead.</summary>
    [Fact]
    public async Task Public_folders_are_refused_with_a_word()
    {
        using var data = new TempDirectory();
        using var files = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        const string store = "public@example.com";
        foreach (var arguments in new string[][] { ["export", store, Path.Combine(files.Path, "out")], ["import", files.Path, store, "--replace"], ["copy", "https://127.0.0.1:1", store] })
        {
            var refused = await server.RunAsync("x\n", ["mailbox", .. arguments]);
            refused.ExitCode.ShouldBe(1);
            refused.Error.ShouldContain("no mailbox");
            refused.Error.ShouldContain("rialto backup");
        }
    }

    [Fact]
    public async Task A_damaged_archive_changes_nothing()
    {
        using var data = new TempDirectory();
        using var files = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        await FullMailbox.FillAsync(server);
        var path = Path.Combine(files.Path, "archive");
        await CommandLineTests.OkAsync(server, null, "mailbox", "export", "user1@example.com", path);
        var contents = await File.ReadAllBytesAsync(Path.Combine(path, "contents.bin"));
        contents[100] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(path, "contents.bin"), contents);
        var refused = await server.RunAsync(null, "mailbox", "import", path, "user1@example.com", "--replace");
        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldContain("contents.bin");
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
        (await imap.OkAsync("SELECT INBOX")).Any(a => a.Text.EndsWith(" EXISTS", StringComparison.Ordinal) && !a.Text.StartsWith("* 0", StringComparison.Ordinal)).ShouldBeTrue();
    }

    /// <summary>The archive without what two exports of equal mailboxes differ in: time, the mailbox's own GUID and its people's ids, places of contents.</summary>
    private static string Comparable(string directory)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(directory, "mailbox.json")))!.AsObject();
        var members = manifest["members"]!.AsObject().ToDictionary(m => m.Key, m => (string)m.Value!);
        foreach (var name in (string[])["exported", "mailbox", "files", "members"])
            manifest.Remove(name);
        foreach (var state in manifest["states"]!.AsArray())
            state!["collection"] = ((string)state["collection"]!).Split(':')[0];
        var contents = File.ReadAllBytes(Path.Combine(directory, "contents.bin"));
        var rows = new SortedDictionary<long, string>();
        foreach (var line in File.ReadLines(Path.Combine(directory, "messages.jsonl")))
        {
            var row = JsonNode.Parse(line)!.AsObject();
            foreach (var name in (string[])["content", "derivedMime"])
            {
                if (row[name] is JsonArray place)
                    row[name] = Convert.ToBase64String(contents, (int)place[0]!, (int)place[1]!);
            }
            rows[(long)row["id"]!] = row.ToJsonString();
        }
        manifest["folders"] = new JsonArray([.. manifest["folders"]!.AsArray().OrderBy(f => (long)f!["id"]!).Select(f => f!.DeepClone())]);
        var text = manifest.ToJsonString() + "\n" + string.Join("\n", rows.Values);
        foreach (var (id, address) in members)
            text = text.Replace(id, address, StringComparison.Ordinal);
        return text;
    }
}
