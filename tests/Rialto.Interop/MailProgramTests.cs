using System.Text;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>Mail programs and libraries that people automate mail with.</summary>
public class MailProgramTests
{
    private const string Password = "demo-password";

    [ProgramFact("offlineimap")]
    public async Task Offlineimap_makes_a_two_way_copy()
    {
        using var data = new TempDirectory();
        using var local = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
        await imap.OkAsync("CREATE Projects");
        for (var i = 0; i < 6; i++)
            (await imap.AppendAsync(i % 2 == 0 ? "INBOX" : "Projects", Encoding.ASCII.GetBytes($"Subject: message {i}\r\nMessage-ID: <{i}@x>\r\n\r\nBody {i}\r\n"), i == 0 ? "(\\Seen) " : "")).Text.ShouldContain("OK");
        var config = Path.Combine(local.Path, "config");
        var mail = Path.Combine(local.Path, "mail");
        await File.WriteAllTextAsync(config, $"""
            [general]
            accounts = rialto
            metadata = {local.Path}/state
            [Account rialto]
            localrepository = near
            remoterepository = far
            [Repository near]
            type = Maildir
            localfolders = {mail}
            [Repository far]
            type = IMAP
            remotehost = 127.0.0.1
            remoteport = {server["imap"].Port}
            remoteuser = user1@example.com
            remotepass = {Password}
            ssl = no
            starttls = no
            auth_mechanisms = LOGIN

            """);
        await SyncAsync();
        var inbox = System.IO.Directory.GetFiles(Path.Combine(mail, "INBOX"), "*", SearchOption.AllDirectories).Where(f => f.Contains("/cur/") || f.Contains("/new/")).ToList();
        System.IO.Directory.GetFiles(Path.Combine(mail, "Projects", "new")).Length.ShouldBe(3);
        var seen = inbox.Single(f => f.EndsWith(":2,S", StringComparison.Ordinal));
        (await File.ReadAllTextAsync(seen)).ShouldContain("Body 0");
        // Back: one deleted here, one that is new here.
        File.Delete(seen);
        await File.WriteAllTextAsync(Path.Combine(mail, "Projects", "cur", "1.local.1:2,F"), "Subject: made here\n\ntext\n");
        await SyncAsync();
        (await TextAsync(imap, "STATUS INBOX (MESSAGES)")).ShouldContain($"MESSAGES {inbox.Count - 1})");
        await imap.OkAsync("SELECT Projects");
        (await TextAsync(imap, "SEARCH FLAGGED SUBJECT \"made here\"")).ShouldContain("* SEARCH 4");
        await SyncAsync();

        async Task SyncAsync()
        {
            var result = await CommandResult.RunAsync("offlineimap", null, ["-c", config, "-o", "-u", "basic"]);
            result.ExitCode.ShouldBe(0, result.Output + result.Error);
        }
    }

    [ProgramFact("mutt")]
    public async Task Mutt_sends_and_keeps_a_copy_by_imap()
    {
        using var data = new TempDirectory();
        using var local = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        var config = Path.Combine(local.Path, "muttrc");
        await File.WriteAllTextAsync(config, $"""
            set ssl_starttls=no
            set ssl_force_tls=no
            set smtp_url="smtp://127.0.0.1:{server["smtp"].Port}"
            set imap_user="user1@example.com"
            set imap_pass="{Password}"
            set folder="imap://127.0.0.1:{server["imap"].Port}"
            set spoolfile="=INBOX"
            set record="=Drafts"
            set from="user1@example.com"
            set hostname="example.com"
            set use_envelope_from=yes

            """);
        var sent = await CommandResult.RunAsync("mutt", "text by mutt\n", ["-n", "-F", config, "-s", "by mutt", "user2@example.com"]);
        sent.ExitCode.ShouldBe(0, sent.Output + sent.Error);
        await using var copies = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
        (await TextAsync(copies, "SELECT Drafts")).ShouldContain("* 1 EXISTS");
        (await TextAsync(copies, "FETCH 1 (FLAGS BODY.PEEK[TEXT])")).ShouldContain("\\Seen");
        await ArrivedAsync(server, "by mutt");
    }

    [ProgramFact("mutt", "script")]
    public async Task Mutt_reads_marks_and_saves()
    {
        using var data = new TempDirectory();
        using var local = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
        await imap.OkAsync("CREATE Kept");
        for (var i = 1; i <= 3; i++)
            (await imap.AppendAsync("INBOX", Encoding.ASCII.GetBytes($"From: a@example.org\r\nSubject: number {i}\r\nMessage-ID: <{i}@x>\r\n\r\nText {i}\r\n"))).Text.ShouldContain("OK");
        var config = local.File("muttrc");

        // Its keys: the first message to a file and marked, the second saved elsewhere, the third deleted.
        await File.WriteAllTextAsync(config, $"""
            set ssl_starttls=yes ssl_force_tls=yes certificate_file="{server.Data}/certificate-authority.pem"
            set imap_user="user1@example.com" imap_pass="{Password}" folder="imap://localhost:{server["imap"].Port}" spoolfile="=INBOX"
            set delete=yes move=no quit=yes wait_key=no confirmappend=no resolve=no sort=mailbox-order pager_index_lines=0
            push "<first-entry><display-message><exit><pipe-message>cat > {local.File("message")}<enter><flag-message><next-entry><save-message>=Kept<enter><next-entry><delete-message><sync-mailbox><quit>"

            """);
        var read = await CommandResult.RunAsync("script", null, ["-qec", $"mutt -n -F {config}", "/dev/null"], new Dictionary<string, string> { ["TERM"] = "xterm", ["HOME"] = local.Path }, TimeSpan.FromSeconds(50));
        read.ExitCode.ShouldBe(0, read.Output + server.Log);
        (await File.ReadAllTextAsync(local.File("message"))).ShouldContain("Text 1");
        (await TextAsync(imap, "SELECT INBOX")).ShouldContain("* 1 EXISTS");
        (await TextAsync(imap, "SEARCH SEEN FLAGGED SUBJECT \"number 1\"")).ShouldContain("* SEARCH 1");
        (await TextAsync(imap, "SELECT Kept")).ShouldContain("* 1 EXISTS");
        (await TextAsync(imap, "SEARCH SUBJECT \"number 2\"")).ShouldContain("* SEARCH 1");
    }

    [ProgramFact("fetchmail")]
    public async Task Fetchmail_brings_mail_from_one_mailbox_to_another()
    {
        using var data = new TempDirectory();
        using var local = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
        foreach (var (protocol, listener, options) in ((string, string, string)[])[
            ("IMAP", "imap", "keep"), ("POP3", "pop3s", "ssl no keep")])
        {
            (await imap.AppendAsync("INBOX", Encoding.ASCII.GetBytes($"From: a@example.org\r\nTo: user1@example.com\r\nSubject: by {protocol}\r\nMessage-ID: <{protocol}@x>\r\n\r\nText\r\n"))).Text.ShouldContain("OK");
            var config = local.File(protocol);
            await File.WriteAllTextAsync(config, $"""
                poll localhost port {server[listener].Port} proto {protocol} auth password user "user1@example.com" password "{Password}" sslproto "TLS1.2+" sslcertck sslcertfile {server.Data}/certificate-authority.pem {options} smtphost localhost/{server["smtp"].Port} smtpname user2@example.com

                """);
            File.SetUnixFileMode(config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var brought = await CommandResult.RunAsync("fetchmail", null, ["-f", config, "-i", local.File("ids"), "--nodetach", "--pidfile", local.File("pid")]);
            brought.ExitCode.ShouldBe(0, brought.Output + brought.Error);
            await ArrivedAsync(server, $"by {protocol}");
            await imap.OkAsync("SELECT INBOX");

            // IMAP kept and marked what it read; POP3 brought it too, and took all away.
            (await TextAsync(imap, "SEARCH SEEN")).ShouldContain(protocol == "IMAP" ? "* SEARCH 1" : "* SEARCH");
            (await TextAsync(imap, "STATUS INBOX (MESSAGES)")).ShouldContain(protocol == "IMAP" ? "MESSAGES 1)" : "MESSAGES 0)");
        }
    }

    [NodeFact("imapflow")]
    public async Task Imapflow_goes_through_a_day()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        var said = await NodeFactAttribute.RunAsync("imapflow.mjs", server["imap"].Port);
        said.ExitCode.ShouldBe(0, said.Output + said.Error);
        var lines = said.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldBe("enabled CONDSTORE IMAP4REV2 UTF8=ACCEPT");
        lines[1].ShouldBe("exists 5 true");
        lines[2].ShouldStartWith("1/1 Nr 0 \\Seen, 2/2 Nr 1 \\Seen, ");
        lines.ShouldContain("found [ 3 ] [ 1, 2, 3, 4, 5 ]");
        lines.ShouldContain("flags true");
        lines.ShouldContain("moved [ 1 ]");
        lines.ShouldContain("deleted true");
        lines.ShouldContain("told 1");
        lines[^1].ShouldBe("done");
    }

    [NodeFact("nodemailer")]
    public async Task Nodemailer_submits_with_starttls()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        var said = await NodeFactAttribute.RunAsync("nodemailer.mjs", server["submission"].Port);
        said.ExitCode.ShouldBe(0, said.Output + said.Error);
        said.Output.ShouldContain("accepted user2@example.com");
        said.Output.ShouldContain("refused 5");
        await ArrivedAsync(server, "by nodemailer");
    }

    private static async Task<string> TextAsync(ImapTestClient imap, string command) => string.Join('\n', (await imap.OkAsync(command)).Select(a => a.Text));

    private static async Task ArrivedAsync(ServerProcess server, string subject)
    {
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user2@example.com");
        await imap.OkAsync("SELECT INBOX");
        var found = "";
        for (var i = 0; i < 100 && !found.Contains("* SEARCH 1", StringComparison.Ordinal) && !found.Contains("* SEARCH 2", StringComparison.Ordinal); i++)
        {
            await imap.OkAsync("NOOP");
            found = await TextAsync(imap, $"SEARCH SUBJECT \"{subject}\"");
            await Task.Delay(50);
        }
        found.ShouldMatch(@"\* SEARCH \d");
    }
}
