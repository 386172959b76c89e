using System.Text;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>swaks, which people test servers with: every way to log in that it knows, TLS both ways, delivery reports, and what is not to be had.</summary>
public class SwaksTests
{
    private const string Password = "demo-password";

    // Its exit codes.
    private const int RecipientRefused = 24;
    private const int NotLoggedIn = 28;
    private const int NoXclient = 33;

    [ProgramFact("swaks")]
    public async Task It_submits_with_starttls_and_tls_by_each_mechanism()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        string[] verified = ["--tls-verify", "--tls-ca-path", Path.Combine(server.Data, "certificate-authority.pem")];
        foreach (var (listener, tls) in ((string, string)[])[("submission", "--tls"), ("submissions", "--tls-on-connect")])
            foreach (var mechanism in (string[])["PLAIN", "LOGIN"])
            {
                string[] common = ["--server", "localhost", "--port", $"{server[listener].Port}", tls, .. verified, "--auth", mechanism, "--auth-user", "user1@example.com",
                    "--from", "user1@example.com", "--to", "user1@example.com", "--h-Subject", $"by {mechanism} {listener}"];
                (await RunAsync([.. common, "--auth-password", Password])).ShouldBe(0, server.Log);
                (await RunAsync([.. common, "--auth-password", "wrong"])).ShouldBe(NotLoggedIn);
            }

        // What proves a password by its plain text kept at the server is not there to be had.
        string[] other = ["--server", "localhost", "--port", $"{server["submission"].Port}", "--tls", "--auth-user", "user1@example.com", "--auth-password", Password, "--from", "user1@example.com", "--to", "user1@example.com"];
        foreach (var mechanism in (string[])["CRAM-MD5", "DIGEST-MD5", "NTLM"])
            (await RunAsync([.. other, "--auth", mechanism])).ShouldBe(NotLoggedIn, mechanism);
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
        await WaitAsync(imap, "BODY \"This is a test mailing\"", 4);
        server.Log.ShouldNotContain(Password);
    }

    [ProgramFact("swaks", "/usr/share/perl5/Authen/NTLM.pm")]
    public async Task Its_ntlm_of_version_1_is_taken_where_that_is_allowed()
    {
        foreach (var allowed in (bool[])[true, false])
        {
            using var data = new TempDirectory();
            var environment = new Dictionary<string, string> { ["RIALTO__SignIn__SaslMechanisms"] = "NTLM,PLAIN", ["RIALTO__SignIn__Negotiate__AllowVersion1"] = $"{allowed}" };
            await using var server = await ServerProcess.StartAsync(data.Path, demo: 1, environment: environment);
            await server.RunAsync(null, "account", "set", "user1@example.com", "--ntlm", "true");
            string[] common = ["--server", "localhost", "--port", $"{server["submission"].Port}", "--tls", "--auth-user", "user1@example.com", "--from", "user1@example.com", "--to", "user1@example.com"];
            (await RunAsync([.. common, "--auth", "PLAIN", "--auth-password", Password])).ShouldBe(0);
            (await RunAsync([.. common, "--auth", "NTLM", "--auth-password", Password])).ShouldBe(allowed ? 0 : NotLoggedIn, server.Log);
            (await RunAsync([.. common, "--auth", "NTLM", "--auth-password", "wrong"])).ShouldBe(NotLoggedIn);
        }
    }

    [ProgramFact("swaks")]
    public async Task It_gets_a_delivery_report_with_what_it_asked_for()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);

        // swaks has no options for parameters: they are told with the addresses, whose closing bracket then belongs to the last of them.
        (await RunAsync(["--server", "localhost", "--port", $"{server["submission"].Port}", "--tls", "--auth", "PLAIN", "--auth-user", "user1@example.com", "--auth-password", Password,
            "--from", "user1@example.com> RET=HDRS ENVID=mark+3D1", "--to", "user2@example.com> NOTIFY=SUCCESS ORCPT=rfc822;user2@example.com",
            "--h-From", "user1@example.com", "--h-To", "user2@example.com", "--h-Subject", "wanted back", "--body", "not wanted back"])).ShouldBe(0, server.Log);
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
        await WaitAsync(imap, "ALL", 1);
        var report = Encoding.UTF8.GetString((await imap.OkAsync("FETCH 1 BODY.PEEK[]"))[0].Literals[0]);
        report.ShouldContain("Original-Envelope-Id: mark=1>");
        report.ShouldContain("Original-Recipient: rfc822;user2@example.com>");
        report.ShouldContain("Action: delivered");
        report.ShouldContain("wanted back");
        report.ShouldNotContain("not wanted back");
    }

    [ProgramFact("swaks")]
    public async Task It_can_neither_relay_nor_say_where_it_comes_from()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        string[] outside = ["--server", "127.0.0.1", "--port", $"{server["smtp"].Port}", "--from", "a@example.org", "--ehlo", "client.example.org"];
        (await RunAsync([.. outside, "--to", "b@elsewhere.example"])).ShouldBe(RecipientRefused);
        (await RunAsync([.. outside, "--to", "nobody@example.com"])).ShouldBe(RecipientRefused);
        (await RunAsync([.. outside, "--to", "user1@example.com", "--xclient-addr", "192.0.2.1"])).ShouldBe(NoXclient);
        (await RunAsync([.. outside, "--to", "user1@example.com", "--pipeline", "--h-Subject", "from outside"])).ShouldBe(0, server.Log);

        // Said all the same.
        await using (var smtp = await SmtpTestClient.ConnectAsync(server["smtp"]))
        {
            (await smtp.CommandAsync("XCLIENT ADDR=192.0.2.1 LOGIN=user1@example.com")).ShouldStartWith("5");
            (await smtp.CommandAsync("MAIL FROM:<a@example.org>")).ShouldStartWith("250");
            (await smtp.CommandAsync("RCPT TO:<b@elsewhere.example>")).ShouldStartWith("550");
        }
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
        await WaitAsync(imap, "ALL", 1);
        var message = Encoding.UTF8.GetString((await imap.OkAsync("FETCH 1 BODY.PEEK[HEADER]"))[0].Literals[0]);
        message.ShouldContain("[127.0.0.1]");
        message.ShouldNotContain("192.0.2.1");
    }

    private static async Task<int> RunAsync(string[] arguments) => (await CommandResult.RunAsync("swaks", null, arguments)).ExitCode;

    private static async Task WaitAsync(ImapTestClient imap, string search, int count)
    {
        var found = "";
        await imap.OkAsync("SELECT INBOX");
        for (var i = 0; i < 100 && found.Split(' ').Length < count + 2; i++)
        {
            await imap.OkAsync("NOOP");
            found = (await imap.OkAsync($"SEARCH {search}"))[0].Text;
            await Task.Delay(50);
        }
        found.Split(' ').Length.ShouldBe(count + 2, found);
    }
}
