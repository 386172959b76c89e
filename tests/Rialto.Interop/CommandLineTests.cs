using System.Text.Json;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>`rialto` beside a running server and without one.</summary>
public class CommandLineTests
{
    [Fact]
    public async Task A_demo_server_starts_tells_where_it_is_and_stops_in_good_order()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        server.Endpoints.Keys.ShouldBe(["smtp", "submission", "submissions", "imap", "imaps", "pop3", "pop3s", "ldap", "ldaps", "http", "https"], ignoreOrder: true);
        (await File.ReadAllTextAsync(Path.Combine(data.Path, "run", "rialto.pid"))).Trim().ShouldBe(server.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        (await server.StopAsync()).ShouldBe(0);
        File.Exists(Path.Combine(data.Path, "run", "endpoints.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task Accounts_groups_rooms_and_contacts_are_made_listed_changed_and_removed()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        await OkAsync(server, "s3cret-enough\n", "account", "add", "alice@example.com", "--name", "Alice Archer", "--department", "Sales", "--address", "a.archer@example.com");
        await OkAsync(server, "s3cret-enough\n", "account", "add", "bob@example.com");
        await OkAsync(server, null, "group", "add", "sales@example.com", "--filter", "(department=Sales)");
        await OkAsync(server, null, "group", "add", "both@example.com", "--member", "bob@example.com", "--member", "sales@example.com");
        await OkAsync(server, null, "room", "add", "blue@example.com", "--capacity", "8");
        await OkAsync(server, null, "contact", "add", "someone@elsewhere.example", "--name", "Some One");
        await OkAsync(server, null, "shared", "add", "info@example.com", "--full-access", "alice@example.com");

        var accounts = JsonDocument.Parse((await OkAsync(server, null, "account", "list", "--json")).Output).RootElement;
        accounts.EnumerateArray().Select(a => a.GetProperty("address").GetString()).ShouldBe(["admin@example.com", "alice@example.com", "bob@example.com", "user1@example.com"]);
        var members = JsonDocument.Parse((await OkAsync(server, null, "group", "members", "both@example.com", "--json")).Output).RootElement;
        members.EnumerateArray().Select(m => m.GetProperty("address").GetString()).ShouldBe(["alice@example.com", "bob@example.com"], ignoreOrder: true);

        // What was made is there for clients at once.
        await using (var imap = await ImapTestClient.ConnectAsync(server["imap"], "a.archer@example.com", "s3cret-enough"))
            await imap.OkAsync("SELECT INBOX");
        var before = JsonDocument.Parse((await OkAsync(server, null, "account", "show", "alice@example.com", "--json")).Output).RootElement;
        await OkAsync(server, null, "account", "set", "alice@example.com", "--title", "Head of Sales");
        var after = JsonDocument.Parse((await OkAsync(server, null, "account", "show", "alice@example.com", "--json")).Output).RootElement;
        after.GetProperty("title").GetString().ShouldBe("Head of Sales");
        after.GetProperty("legacyExchangeDN").GetString().ShouldBe(before.GetProperty("legacyExchangeDN").GetString());

        await OkAsync(server, null, "mailbox", "disable", "bob@example.com");
        await OkAsync(server, null, "mailbox", "enable", "bob@example.com");
        await OkAsync(server, null, "account", "remove", "bob@example.com");
        var gone = await server.RunAsync(null, "account", "show", "bob@example.com");
        gone.ExitCode.ShouldBe(1);
        gone.Error.ShouldContain("account list");
        (await OkAsync(server, null, "check")).Output.ShouldContain("sound");
    }

    [Fact]
    public async Task A_quota_holds_for_every_way_in_and_a_disabled_mailbox_is_closed()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        await OkAsync(server, null, "account", "set", "user1@example.com", "--quota", "20KB");
        var message = System.Text.Encoding.ASCII.GetBytes("Subject: large\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 200)));
        await using (var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com"))
        {
            (await imap.AppendAsync("INBOX", message)).Text.ShouldContain(" OK");
            (await imap.AppendAsync("INBOX", message)).Text.ShouldContain("[OVERQUOTA]");
            await OkAsync(server, null, "account", "set", "user1@example.com", "--quota", "0");
            (await imap.AppendAsync("INBOX", message)).Text.ShouldContain(" OK");
            await OkAsync(server, null, "account", "set", "user1@example.com", "--quota", "10KB");
        }
        await using (var smtp = await SmtpTestClient.ConnectAsync(server["smtp"]))
        {
            await smtp.CommandAsync("MAIL FROM:<a@example.org>", "250");
            (await smtp.CommandAsync("RCPT TO:<user1@example.com>")).ShouldStartWith("452");
            (await smtp.CommandAsync("RCPT TO:<user2@example.com>")).ShouldStartWith("250");
        }
        await OkAsync(server, null, "mailbox", "disable", "user2@example.com");
        await using (var smtp = await SmtpTestClient.ConnectAsync(server["smtp"]))
        {
            await smtp.CommandAsync("MAIL FROM:<a@example.org>", "250");
            (await smtp.CommandAsync("RCPT TO:<user2@example.com>")).ShouldStartWith("550");
        }
        await using var closed = await ImapTestClient.ConnectAsync(server["imap"]);
        (await closed.CommandAsync("LOGIN user2@example.com demo-password"))[^1].Text.ShouldContain(" NO");
    }

    [Fact]
    public async Task Errors_say_what_to_do()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        (await server.RunAsync("x-long-enough\n", "account", "add", "someone@nowhere.example")).Error.ShouldContain("domain");
        var unknown = await ServerProcess.CommandAsync(null, "account", "list", "--data", data.Path, "--config", "/nonexistent.json");
        unknown.ExitCode.ShouldBe(1);
        unknown.Error.ShouldContain("/nonexistent.json");
        var config = Path.Combine(data.Path, "bad.json");
        await File.WriteAllTextAsync(config, "{ \"hostNmae\": \"x\" }");
        (await ServerProcess.CommandAsync(null, "account", "list", "--config", config)).Error.ShouldContain("\"hostName\"");
        (await ServerProcess.CommandAsync(null, "serve", "--demo", "1", "--bind", "0.0.0.0", "--data", data.Path)).Error.ShouldContain("loopback");
        (await ServerProcess.CommandAsync(null, "acount", "list")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task Commands_work_on_the_data_when_no_server_runs()
    {
        using var data = new TempDirectory();
        await using (var server = await ServerProcess.StartAsync(data.Path, demo: 1))
            (await server.StopAsync()).ShouldBe(0);
        var added = await ServerProcess.CommandAsync("s3cret-enough\n", "account", "add", "late@example.com", "--data", data.Path);
        added.ExitCode.ShouldBe(0, added.Error);
        await using var again = await ServerProcess.StartAsync(data.Path, demo: 1);
        await using var imap = await ImapTestClient.ConnectAsync(again["imap"], "late@example.com", "s3cret-enough");
    }

    [Fact]
    public async Task The_configuration_manual_is_a_configuration()
    {
        using var data = new TempDirectory();
        var manual = await ServerProcess.CommandAsync(null, "describe-config");
        manual.ExitCode.ShouldBe(0);
        var parsed = JsonDocument.Parse(manual.Output, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
        parsed.RootElement.GetProperty("store").GetProperty("maximumFolderDepth").GetInt32().ShouldBe(100);
        manual.Output.Split('\n').Where((l, i) => i > 0 && l.TrimStart().StartsWith('"') && !manual.Output.Split('\n')[i - 1].TrimStart().StartsWith("//", StringComparison.Ordinal)).ShouldBeEmpty("every option is documented");
    }

    internal static async Task<CommandResult> OkAsync(ServerProcess server, string? input, params string[] arguments)
    {
        var result = await server.RunAsync(input, arguments);
        result.ExitCode.ShouldBe(0, $"{string.Join(' ', arguments)}: {result.Error}{result.Output}\n{server.Log}");
        return result;
    }
}
