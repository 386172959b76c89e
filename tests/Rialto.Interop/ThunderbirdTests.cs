using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>Thunderbird itself (Debian's, without a screen): reads, marks and moves over IMAP, sends over SMTP, by each of its ways to log in.</summary>
public class ThunderbirdTests
{
    /// <summary>Of its nsMsgAuthMethod.</summary>
    private const int Password = 3;
    private const int Kerberos = 5;
    private const int Ntlm = 6;

    /// <summary>Keeps it from asking the outside and the person.</summary>
    internal const string Preferences = """
        user_pref("network.manage-offline-status", false);
        user_pref("network.captive-portal-service.enabled", false);
        user_pref("network.connectivity-service.enabled", false);
        user_pref("mailnews.auto_config_url", "");
        user_pref("mailnews.mx_service_url", "");
        user_pref("mailnews.start_page.enabled", false);
        user_pref("mail.provider.suppress_dialog_on_startup", true);
        user_pref("app.update.enabled", false);

        """;

    [ProgramFact("thunderbird", "/usr/bin/python3")]
    public async Task It_goes_through_a_day_with_a_password()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        await GoThroughAsync(server, Password, new Dictionary<string, string>());
    }

    [ProgramFact("thunderbird", "/usr/bin/python3")]
    public async Task It_goes_through_a_day_with_ntlm()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1, environment: new Dictionary<string, string> { ["RIALTO__SignIn__SaslMechanisms"] = "NTLM,LOGIN" });
        await server.RunAsync(null, "account", "set", "user1@example.com", "--ntlm", "true");
        await GoThroughAsync(server, Ntlm, new Dictionary<string, string>());
    }

    [ProgramFact("thunderbird", "/usr/bin/python3", "krb5kdc", "kdb5_util", "kadmin.local", "kinit")]
    public async Task It_goes_through_a_day_with_a_ticket()
    {
        using var data = new TempDirectory();
        await using var realm = await KerberosRealm.StartAsync();
        var environment = new Dictionary<string, string>(realm.Environment) { ["RIALTO__SignIn__Keytab"] = realm.Keytab, ["RIALTO__SignIn__SaslMechanisms"] = "GSSAPI,LOGIN" };
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1, environment: environment);
        await realm.TakeTicketAsync("user1");
        await GoThroughAsync(server, Kerberos, realm.Environment);
        server.Log.ShouldContain("user1@EXAMPLE.COM logged in");
    }

    private static async Task GoThroughAsync(ServerProcess server, int method, IReadOnlyDictionary<string, string> environment)
    {
        // A log-in with the password, which NTLM needs once.
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
        (await imap.AppendAsync("INBOX", Encoding.ASCII.GetBytes("From: a@example.org\r\nSubject: to be read\r\n\r\nThe text.\r\n"))).Text.ShouldContain("OK");
        using var files = new TempDirectory();
        System.IO.Directory.CreateDirectory(files.File("profile"));
        var control = FreePort();
        await File.WriteAllTextAsync(files.File("profile/user.js"), $"{Preferences}user_pref(\"marionette.port\", {control});\n");
        var start = new ProcessStartInfo("thunderbird") { RedirectStandardOutput = true, RedirectStandardError = true, ArgumentList = { "--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "-profile", files.File("profile") } };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        start.Environment["HOME"] = files.Path;
        start.Environment["MOZ_CRASHREPORTER_DISABLE"] = "1";
        using var thunderbird = Process.Start(start)!;
        var output = thunderbird.StandardOutput.ReadToEndAsync();
        var error = thunderbird.StandardError.ReadToEndAsync();
        try
        {
            var result = await CommandResult.RunAsync("/usr/bin/python3", null,
                [Script("marionette.py"), $"{control}", Script("day.js"), Path.Combine(server.Data, "certificate-authority.pem"), $"{server["imaps"].Port}", $"{server["submission"].Port}", $"{method}"]);
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
            [
                "folders Deleted Items, Drafts, INBOX, Junk E-mail, Sent Items",
                "read The text.",
                "kept to be read",
                "got Written by it.",
                "copy by Thunderbird",
            ], result.Error + server.Log);
            // It sends what was marked when it finds the time.
            await imap.OkAsync("SELECT Kept");
            var since = TimeProvider.System.GetTimestamp();
            while (!(await TextAsync(imap, "SEARCH SEEN FLAGGED KEYWORD $label1")).Contains("* SEARCH 1", StringComparison.Ordinal) && TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromMinutes(1))
                await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
        finally
        {
            thunderbird.Kill(entireProcessTree: true);
            await thunderbird.WaitForExitAsync();
            await output;
            await error;
        }

        // What it did, as others see it.
        await imap.OkAsync("SELECT Kept");
        (await TextAsync(imap, "SEARCH SEEN FLAGGED KEYWORD $label1 SUBJECT \"to be read\"")).ShouldContain("* SEARCH 1");
        (await TextAsync(imap, "SELECT \"Sent Items\"")).ShouldContain("* 1 EXISTS");
        (await TextAsync(imap, "SELECT INBOX")).ShouldContain("* 1 EXISTS");
        Encoding.ASCII.GetString((await imap.OkAsync("FETCH 1 BODY.PEEK[HEADER.FIELDS (Received)]"))[0].Literals[0]).ShouldContain("with ESMTPSA");
    }

    /// <summary>A script of the folder thunderbird/.</summary>
    internal static string Script(string name) => Path.Combine(Corpus.RepositoryRoot!, "tests", "Rialto.Interop", "thunderbird", name);

    private static async Task<string> TextAsync(ImapTestClient imap, string command) => string.Join('\n', (await imap.OkAsync(command)).Select(a => a.Text));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
