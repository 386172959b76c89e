using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>`rialto mailbox copy` between two servers.</summary>
public partial class MailboxCopyTests
{
    [Fact]
    public async Task A_mailbox_is_copied_and_then_what_changed_in_it()
    {
        using var data = new TempDirectory();
        using var otherData = new TempDirectory();
        using var files = new TempDirectory();
        await using var source = await ServerProcess.StartAsync(data.Path, demo: 2);
        await using var target = await ServerProcess.StartAsync(otherData.Path, demo: 2);
        await FullMailbox.FillAsync(source);

        var untrusted = await target.RunAsync("demo-password\n", "mailbox", "copy", Url(source), "user1@example.com");
        untrusted.ExitCode.ShouldBe(1);
        untrusted.Error.ShouldContain(await FingerprintAsync(source));
        var wrong = await CopyAsync(source, target, "not-the-password");
        wrong.ExitCode.ShouldBe(1);
        wrong.Error.ShouldContain("password");

        var first = await CopyAsync(source, target);
        first.ExitCode.ShouldBe(0, first.Error);
        first.Output.ShouldContain(" 0 folders differ");
        await ShouldBeEqualAsync(files, source, target);

        // Nothing has changed: nothing is copied.
        var again = await CopyAsync(source, target);
        again.ExitCode.ShouldBe(0, again.Error);
        again.Output.ShouldContain("Copied 0 folders, 0 new and 0 changed messages, 0 read marks, 0 deletions");

        await using (var imap = await ImapTestClient.ConnectAsync(source["imap"], "user1@example.com"))
        {
            await imap.AppendAsync("INBOX", Encoding.ASCII.GetBytes(FullMailbox.Mail(300)));
            await imap.OkAsync("CREATE Projects/2027");
            await imap.AppendAsync("Projects/2027", Encoding.ASCII.GetBytes(FullMailbox.Mail(301)));
            await imap.OkAsync("RENAME Projects/2026 Archive");
            await imap.OkAsync("SELECT INBOX");
            await imap.OkAsync("STORE 8 +FLAGS (\\Seen)");
            await imap.OkAsync("STORE 9 +FLAGS (\\Flagged Work)");
            await imap.OkAsync("STORE 10 +FLAGS (\\Deleted)");
            await imap.OkAsync("EXPUNGE");
            await imap.OkAsync("MOVE 11 Archive");
        }
        var second = await CopyAsync(source, target);
        second.ExitCode.ShouldBe(0, second.Error);
        second.Output.ShouldContain(" 0 folders differ");
        second.Output.ShouldContain("3 new and 1 changed messages, 1 read marks, 2 deletions", customMessage: second.Output);
        await ShouldBeEqualAsync(files, source, target);

        // What is deleted in the copy stays deleted; what changed on both sides keeps the later version.
        await using (var imap = await ImapTestClient.ConnectAsync(target["imap"], "user1@example.com"))
        {
            await imap.OkAsync("SELECT Archive");
            await imap.OkAsync("STORE 1 +FLAGS (\\Deleted)");
            await imap.OkAsync("EXPUNGE");
        }
        await using (var imap = await ImapTestClient.ConnectAsync(source["imap"], "user1@example.com"))
        {
            await imap.OkAsync("SELECT Archive");
            await imap.OkAsync("STORE 1 +FLAGS (\\Flagged)");
        }
        var third = await CopyAsync(source, target);
        third.ExitCode.ShouldBe(0, third.Error);
        third.Output.ShouldContain("left 1 as they were changed here");
        (await CommandLineTests.OkAsync(target, null, "check")).Output.ShouldContain("sound");
    }

    [Fact]
    public async Task A_copy_that_was_broken_off_goes_on()
    {
        using var data = new TempDirectory();
        using var otherData = new TempDirectory();
        using var files = new TempDirectory();
        await using var source = await ServerProcess.StartAsync(data.Path, demo: 1);
        var mbox = new StringBuilder();
        for (var i = 0; i < 6000; i++)
            mbox.Append("From a@example.org Fri Nov 20 10:00:00 2026\n").Append(FullMailbox.Mail(i).Replace("\r\n", "\n", StringComparison.Ordinal)).Append('x', 3000).Append("\n\n");
        await File.WriteAllTextAsync(Path.Combine(files.Path, "many.mbox"), mbox.ToString());
        await CommandLineTests.OkAsync(source, null, "import", Path.Combine(files.Path, "many.mbox"), "--mailbox", "user1@example.com", "--folder", "Many");
        var copied = 0;
        await using (var target = await ServerProcess.StartAsync(otherData.Path, demo: 1))
        {
            var running = CopyAsync(source, target);
            for (var i = 0; i < 600 && copied < 1500 && !running.IsCompleted; i++)
            {
                await Task.Delay(20);
                copied = await CountAsync(target);
            }
            await target.KillAsync();
            (await running).ExitCode.ShouldNotBe(0);
        }
        copied.ShouldBeGreaterThan(0);
        await using (var target = await ServerProcess.StartAsync(otherData.Path, demo: 1))
        {
            var there = await CountAsync(target);
            there.ShouldBeGreaterThanOrEqualTo(copied);
            var rest = await CopyAsync(source, target);
            rest.ExitCode.ShouldBe(0, rest.Error);
            rest.Output.ShouldContain(" 0 folders differ");
            // No message came twice, and what was there was not copied again.
            (await CountAsync(target)).ShouldBe(6000);
            int.Parse(NewMessages().Match(rest.Output).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture).ShouldBe(6000 - there);
            (await CommandLineTests.OkAsync(target, null, "check")).Output.ShouldContain("sound");
        }
    }

    [GeneratedRegex(@"(\d+) new and")]
    private static partial Regex NewMessages();

    private static async Task<int> CountAsync(ServerProcess server)
    {
        var shown = JsonNode.Parse((await CommandLineTests.OkAsync(server, null, "mailbox", "show", "user1@example.com", "--json")).Output)!;
        return (int?)shown["folders"]!.AsArray().FirstOrDefault(f => (string)f!["path"]! == "Many")?["messages"] ?? 0;
    }

    private static string Url(ServerProcess server) => $"https://{server["https"]}";

    internal static async Task<CommandResult> CopyAsync(ServerProcess source, ServerProcess target, string password = "demo-password") =>
        await target.RunAsync(password + "\n", "mailbox", "copy", Url(source), "user1@example.com", "--fingerprint", await FingerprintAsync(source));

    private static async Task<string> FingerprintAsync(ServerProcess server)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server["https"]);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost");
        return Convert.ToHexString(SHA256.HashData(tls.RemoteCertificate!.GetRawCertData()));
    }

    private static async Task ShouldBeEqualAsync(TempDirectory files, ServerProcess source, ServerProcess target)
    {
        var (there, here) = (await MessagesAsync(files, source), await MessagesAsync(files, target));
        here.Except(there).ShouldBeEmpty();
        there.Except(here).ShouldBeEmpty();
        here.Length.ShouldBe(there.Length);
    }

    /// <summary>Folders and messages of a mailbox as an export has them, without the ids and stamps that each mailbox gives by itself.</summary>
    private static async Task<string[]> MessagesAsync(TempDirectory files, ServerProcess server)
    {
        var path = Path.Combine(files.Path, Guid.NewGuid().ToString("N"));
        await CommandLineTests.OkAsync(server, null, "mailbox", "export", "user1@example.com", path);
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(path, "mailbox.json")))!.AsObject();
        var folders = manifest["folders"]!.AsArray().ToDictionary(f => (long)f!["id"]!, f => f!.AsObject());
        var live = await File.ReadAllBytesAsync(Path.Combine(path, "live.bin"));
        var standing = Enumerable.Range(0, live.Length / 16).ToDictionary(i => BitConverter.ToInt64(live, i * 16), i => BitConverter.ToInt64(live, i * 16 + 8));
        var contents = await File.ReadAllBytesAsync(Path.Combine(path, "contents.bin"));
        var members = manifest["members"]!.AsObject().ToDictionary(m => m.Key, m => (string)m.Value!);
        var lines = new List<string>();
        foreach (var folder in folders.Values)
        {
            var counters = folder["counters"]!;
            lines.Add($"{PathOf(folder)} {(string?)folder["containerClass"]} {(string?)folder["comment"]} {folder["permissions"]!.ToJsonString()} {counters["count"]} {counters["unread"]} {counters["associatedCount"]} {counters["size"]}");
        }
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(path, "messages.jsonl")))
        {
            var row = JsonNode.Parse(line)!.AsObject();
            if (!standing.TryGetValue((long)row["id"]!, out var sequence) || sequence != (long)row["sequence"]!)
                continue;
            var place = row["content"]!.AsArray();
            var content = Convert.ToBase64String(contents, (int)place[0]!, (int)place[1]!);
            // The marks that the store keeps about its own keys are not the message's.
            var state = (int)row["state"]! & ~(1 << 13);
            lines.Add($"{PathOf(folders[(long)row["folder"]!])} {row["received"]} {state} {row["keywords"]!.ToJsonString()} {row["status"]} {row["messageClass"]} {row["normalizedSubject"]} {row["created"]} {row["modified"]} {row["mimeSize"]} {row["kind"]} {content} {row["overlay"] is not null}");
        }
        lines.Sort(StringComparer.Ordinal);
        var text = string.Join('\n', lines);
        foreach (var (id, address) in members)
            text = text.Replace(id, address, StringComparison.Ordinal);
        return text.Split('\n');

        string PathOf(JsonObject folder)
        {
            var path = "";
            for (var at = folder; (long)at["id"]! != (long)at["parent"]!; at = folders[(long)at["parent"]!])
                path = "/" + (string)at["name"]! + path;
            return path;
        }
    }
}
