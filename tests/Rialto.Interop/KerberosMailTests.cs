using System.Text;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>GSSAPI in IMAP, POP3 and SMTP: programs that show tickets of MIT's KDC instead of a password.</summary>
public class KerberosMailTests
{
    private const string Text = "From: user1@example.com\r\nTo: user1@example.com\r\nSubject: with a ticket\r\n\r\nHello.\r\n";

    [ProgramFact("krb5kdc", "kdb5_util", "kadmin.local", "kinit", "curl", "gsasl")]
    public async Task Curl_and_gsasl_show_tickets()
    {
        await using var scene = await Scene.StartAsync();
        string[] curl = ["-sS", "--max-time", "60", "--ssl-reqd", "--cacert", Path.Combine(scene.Server.Data, "certificate-authority.pem"), "--login-options", "AUTH=GSSAPI"];
        foreach (var user in (string[])["user1", "stranger"])
        {
            await scene.Realm.TakeTicketAsync(user);

            // curl takes it only for names with a realm.
            string[] login = [.. curl, "-u", $"{user}@EXAMPLE.COM:"];
            var denied = user == "user1" ? 0 : 67;
            (await scene.RunAsync("curl", [.. login, $"smtp://localhost:{scene.Server["submission"].Port}", "--mail-from", "user1@example.com", "--mail-rcpt", "user1@example.com", "-T", scene.File])).ExitCode.ShouldBe(denied);
            (await scene.CountAsync("INBOX", "with a ticket")).ShouldBe(1);
            var read = await scene.RunAsync("curl", [.. login, $"imap://localhost:{scene.Server["imap"].Port}/INBOX;MAILINDEX=1"]);
            read.ExitCode.ShouldBe(denied, read.Error + scene.Server.Log);
            var fetched = await scene.RunAsync("curl", [.. login, $"pop3://localhost:{scene.Server["pop3"].Port}/1"]);
            fetched.ExitCode.ShouldBe(denied, fetched.Error + scene.Server.Log);
            if (user == "user1")
            {
                read.Output.ShouldContain("Subject: with a ticket");
                fetched.Output.ShouldContain("Subject: with a ticket");
            }

            // A name to act as: itself, nobody else.
            foreach (var (wanted, code) in ((string, int)[])[("user1@example.com", denied), ("user2@example.com", 1)])
                (await scene.RunAsync("gsasl", ["--client", "--smtp", "--quiet", "--no-starttls", "-m", "GSSAPI", "--service=smtp", "--hostname=localhost", $"--connect=localhost:{scene.Server["submission"].Port}", "-z", wanted])).ExitCode.ShouldBe(code == 0 ? 0 : 1);
        }
    }

    [ProgramFact("krb5kdc", "kdb5_util", "kadmin.local", "kinit", "mutt", "fetchmail")]
    public async Task Mutt_and_fetchmail_show_tickets()
    {
        await using var scene = await Scene.StartAsync();
        await scene.Realm.TakeTicketAsync("user1");
        var config = Path.Combine(scene.Folder, "muttrc");
        await File.WriteAllTextAsync(config, $"""
            set ssl_starttls=no ssl_force_tls=no
            set imap_user="user1@example.com" imap_authenticators="gssapi" folder="imap://localhost:{scene.Server["imap"].Port}" spoolfile="=INBOX" record="=Drafts"
            set smtp_url="smtp://user1@example.com@localhost:{scene.Server["submission"].Port}" smtp_authenticators="gssapi"
            set from="user1@example.com" hostname="example.com" use_envelope_from=yes

            """);
        var sent = await scene.RunAsync("mutt", ["-n", "-F", config, "-s", "by mutt", "user1@example.com"], "text\n");
        sent.ExitCode.ShouldBe(0, sent.Output + sent.Error + scene.Server.Log);
        (await scene.CountAsync("Drafts", "by mutt")).ShouldBe(1, "the copy");
        (await scene.CountAsync("INBOX", "by mutt")).ShouldBe(1);

        foreach (var (protocol, listener) in ((string, string)[])[("IMAP", "imap"), ("POP3", "pop3")])
        {
            var settings = Path.Combine(scene.Folder, protocol);
            await File.WriteAllTextAsync(settings, $"poll localhost port {scene.Server[listener].Port} proto {protocol} auth gssapi user \"user1@example.com\" sslproto \"\" fetchall keep mda \"cat >> {scene.Folder}/{protocol}.mail\"\n");
            File.SetUnixFileMode(settings, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var fetched = await scene.RunAsync("fetchmail", ["-f", settings, "-i", Path.Combine(scene.Folder, "ids"), "--nodetach", "--pidfile", Path.Combine(scene.Folder, "pid")]);
            fetched.ExitCode.ShouldBe(0, fetched.Output + fetched.Error + scene.Server.Log);
            (await File.ReadAllTextAsync($"{scene.Folder}/{protocol}.mail")).ShouldContain("Subject: by mutt");
        }
    }

    [ProgramFact("krb5kdc", "kdb5_util", "kadmin.local", "kinit", "mbsync", "/usr/lib/x86_64-linux-gnu/sasl2/libgssapiv2.so")]
    public async Task Mbsync_shows_tickets()
    {
        await using var scene = await Scene.StartAsync();
        await scene.Realm.TakeTicketAsync("user1");
        await using var imap = await ImapTestClient.ConnectAsync(scene.Server["imap"], "user1@example.com");
        (await imap.AppendAsync("INBOX", Encoding.ASCII.GetBytes(Text))).Text.ShouldContain("OK");
        var store = Path.Combine(scene.Folder, "mail");
        var config = await MailboxSync.ConfigureAsync(scene.Folder, $"""
            Host localhost
            Port {scene.Server["imap"].Port}
            User user1@example.com
            SSLType None
            AuthMechs GSSAPI
            """);
        var copied = await scene.RunAsync("mbsync", ["-c", config, "-a"]);
        copied.ExitCode.ShouldBe(0, copied.Output + copied.Error + scene.Server.Log);
        (await File.ReadAllTextAsync(System.IO.Directory.GetFiles(Path.Combine(store, "INBOX"), "*", SearchOption.AllDirectories).Single(f => f.Contains("/new/", StringComparison.Ordinal) || f.Contains("/cur/", StringComparison.Ordinal)))).ShouldContain("Subject: with a ticket");
    }

    /// <summary>A realm, and a server with its keys.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly TempDirectory _data = new();
        private readonly TempDirectory _local = new();

        public required KerberosRealm Realm { get; init; }

        public ServerProcess Server { get; private set; } = null!;

        public string Folder => _local.Path;

        public string File => _local.File("mail.eml");

        public static async Task<Scene> StartAsync()
        {
            var scene = new Scene { Realm = await KerberosRealm.StartAsync() };
            var environment = new Dictionary<string, string>(scene.Realm.Environment) { ["RIALTO__SignIn__Keytab"] = scene.Realm.Keytab, ["RIALTO__SignIn__SaslMechanisms"] = "GSSAPI,PLAIN" };
            scene.Server = await ServerProcess.StartAsync(scene._data.Path, demo: 2, environment: environment);
            await System.IO.File.WriteAllTextAsync(scene.File, Text);
            return scene;
        }

        public Task<CommandResult> RunAsync(string program, string[] arguments, string? input = null) =>
            CommandResult.RunAsync(program, input ?? "", arguments, new Dictionary<string, string>(Realm.Environment) { ["HOME"] = _local.Path });

        public async Task<int> CountAsync(string folder, string subject)
        {
            await using var imap = await ImapTestClient.ConnectAsync(Server["imap"], "user1@example.com");
            await imap.OkAsync($"SELECT {folder}");
            var found = 0;
            for (var i = 0; i < 100 && found == 0; i++)
            {
                await imap.OkAsync("NOOP");
                found = (await imap.OkAsync($"SEARCH SUBJECT \"{subject}\""))[0].Text.Split(' ').Length - 2;
                await Task.Delay(50);
            }
            return found;
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            await Realm.DisposeAsync();
            _data.Dispose();
            _local.Dispose();
        }
    }
}
