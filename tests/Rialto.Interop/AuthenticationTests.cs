using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>NTLM, SCRAM and Kerberos of programs that people use, against the real server.</summary>
public class AuthenticationTests
{
    private const string Password = "demo-password";

    private static readonly Dictionary<string, string> s_ntlm = new()
    {
        ["RIALTO__SignIn__SaslMechanisms"] = "NTLM,PLAIN",
        ["RIALTO__SignIn__HttpSchemes"] = "Negotiate,NTLM,Basic",
    };

    [ProgramFact("curl")]
    public async Task Curl_speaks_ntlm_on_every_protocol_for_who_opted_in()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2, environment: s_ntlm);
        (await server.RunAsync(null, "account", "set", "user1@example.com", "--ntlm", "true")).ExitCode.ShouldBe(0);
        File.GetUnixFileMode(Path.Combine(data.Path, "secret.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var file = Path.Combine(data.Path, "mail.eml");
        await File.WriteAllTextAsync(file, "From: user1@example.com\r\nTo: user1@example.com\r\nSubject: by ntlm\r\n\r\nHello.\r\n");

        // The password has to be used once otherwise before it serves NTLM.
        (await CurlAsync("--login-options", "AUTH=NTLM", $"imaps://{server["imaps"]}/", "-u", $"user1@example.com:{Password}")).ExitCode.ShouldBe(67);
        (await CurlAsync("--login-options", "AUTH=PLAIN", $"imaps://{server["imaps"]}/", "-u", $"user1@example.com:{Password}")).ExitCode.ShouldBe(0);
        foreach (var user in (string[])["user1@example.com", "EXAMPLE\\user1", "user1"])
        {
            var login = $"{user}:{Password}";
            (await CurlAsync("--login-options", "AUTH=NTLM", $"imaps://{server["imaps"]}/", "-u", login)).ExitCode.ShouldBe(0, server.Log);
            (await CurlAsync("--ssl-reqd", "--login-options", "AUTH=NTLM", $"imap://{server["imap"]}/", "-u", login)).ExitCode.ShouldBe(0);
            (await CurlAsync("--login-options", "AUTH=NTLM", $"pop3s://{server["pop3s"]}/", "-u", login)).ExitCode.ShouldBe(0);
            (await CurlAsync("--login-options", "AUTH=NTLM", $"smtps://{server["submissions"]}", "-u", login, "--mail-from", "user1@example.com", "--mail-rcpt", "user1@example.com", "-T", file)).ExitCode.ShouldBe(0);
            (await CurlAsync("--ntlm", "-fo", "-", $"https://{server["https"]}/mapi/emsmdb/", "-u", login)).ExitCode.ShouldBe(0);
            (await CurlAsync("--ntlm", "-fo", "-", $"https://{server["https"]}/mapi/emsmdb/", $"https://{server["https"]}/mapi/emsmdb/", "-u", login)).ExitCode.ShouldBe(0);
        }

        // Told to use it by --ntlm alone: reads, marks, sends.
        string[] ntlm = ["--ntlm", "-u", $"user1@example.com:{Password}"];
        string[] trusted = ["--cacert", Path.Combine(server.Data, "certificate-authority.pem"), "--ssl-reqd"];
        (await OkAsync([.. ntlm, .. trusted, $"imap://localhost:{server["imap"].Port}/INBOX;MAILINDEX=1"])).ShouldContain("Subject: by ntlm");
        (await OkAsync([.. ntlm, .. trusted, $"imap://localhost:{server["imap"].Port}/INBOX", "-X", "STORE 1 +FLAGS (\\Flagged)"])).ShouldContain("\\Flagged");
        (await OkAsync([.. ntlm, .. trusted, $"pop3://localhost:{server["pop3"].Port}/1"])).ShouldContain("Subject: by ntlm");
        await OkAsync([.. ntlm, .. trusted, $"smtp://localhost:{server["submission"].Port}", "--mail-from", "user1@example.com", "--mail-rcpt", "user1@example.com", "-T", file]);

        foreach (var login in (string[])["user1@example.com:wrong", $"user2@example.com:{Password}", "ghost:x"])
        {
            (await CurlAsync("--login-options", "AUTH=NTLM", $"imaps://{server["imaps"]}/", "-u", login)).ExitCode.ShouldBe(67, login);
            (await CurlAsync("--ntlm", "-fo", "-", $"https://{server["https"]}/mapi/emsmdb/", "-u", login)).ExitCode.ShouldBe(22, login);
        }

        (await server.RunAsync(null, "account", "set", "user1@example.com", "--ntlm", "false")).ExitCode.ShouldBe(0);
        (await CurlAsync("--login-options", "AUTH=NTLM", $"imaps://{server["imaps"]}/", "-u", $"user1@example.com:{Password}")).ExitCode.ShouldBe(67);
        server.Log.ShouldNotContain(Password);

        static async Task<string> OkAsync(string[] arguments)
        {
            var result = await CommandResult.RunAsync("curl", null, ["-sS", "--max-time", "60", .. arguments]);
            result.ExitCode.ShouldBe(0, result.Error);
            return result.Output;
        }
    }

    [ProgramFact("/usr/bin/python3", "/usr/lib/python3/dist-packages/impacket/ntlm.py")]
    public async Task Impacket_speaks_ntlm()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1, environment: s_ntlm);
        await server.RunAsync(null, "account", "set", "user1@example.com", "--ntlm", "true");
        await CurlAsync("--login-options", "AUTH=PLAIN", $"imaps://{server["imaps"]}/", "-u", $"user1@example.com:{Password}");
        var script = $"""
            import base64, imaplib, ssl, sys
            sys.path.append('/usr/lib/python3/dist-packages')
            from impacket import ntlm
            def attempt(password):
                first = ntlm.getNTLMSSPType1('', '', True, use_ntlmv2=True)
                steps = [lambda c: first.getData(), lambda c: ntlm.getNTLMSSPType3(first, c, 'user1', password, 'EXAMPLE', use_ntlmv2=True)[0].getData()]
                m = imaplib.IMAP4_SSL('127.0.0.1', {server["imaps"].Port}, ssl_context=ssl._create_unverified_context())
                try:
                    return m.authenticate('NTLM', lambda c: steps.pop(0)(c))[0]
                except imaplib.IMAP4.error:
                    return 'refused'
            print(attempt('{Password}'), attempt('wrong'))
            """;
        var result = await CommandResult.RunAsync("/usr/bin/python3", script, ["-"]);
        result.Output.Trim().ShouldBe("OK refused", result.Error);
    }

    [ProgramFact("gsasl")]
    public async Task Gsasl_proves_passwords_by_scram()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        foreach (var (protocol, listener) in ((string, string)[])[("--imap", "imap"), ("--smtp", "submission")])
        {
            string[] common = ["--client", protocol, "--quiet", "-a", "user1@example.com", $"--connect={server[listener].Address}:{server[listener].Port}"];
            string[] plain = [.. common, "--no-starttls", "-m", "SCRAM-SHA-256"];
            (await GsaslAsync([.. plain, "-p", Password])).ShouldBe(0, server.Log);
            (await GsaslAsync([.. plain, "-p", "wrong"])).ShouldNotBe(0);

            // Bound to the first message of TLS 1.2.
            string[] bound = [.. common, "--starttls", "--x509-ca-file=", "--priority=NORMAL:-VERS-TLS1.3", "-m", "SCRAM-SHA-256-PLUS"];
            (await GsaslAsync([.. bound, "-p", Password])).ShouldBe(0, server.Log);
            (await GsaslAsync([.. bound, "-p", "wrong"])).ShouldNotBe(0);
        }

        static async Task<int> GsaslAsync(string[] arguments) => (await CommandResult.RunAsync("gsasl", "", arguments)).ExitCode;
    }

    [ProgramFact("krb5kdc", "kdb5_util", "kadmin.local", "kinit", "curl")]
    public async Task Curl_speaks_kerberos_with_a_ticket_of_mits_kdc()
    {
        using var data = new TempDirectory();
        await using var realm = await KerberosRealm.StartAsync();
        var environment = new Dictionary<string, string>(realm.Environment)
        {
            ["RIALTO__SignIn__Keytab"] = realm.Keytab,
            ["RIALTO__SignIn__HttpSchemes"] = "Negotiate,Basic",
        };
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1, environment: environment);
        string[] https = ["-skf", "--negotiate", "-u", ":", "-o", "-", $"https://localhost:{server["https"].Port}/mapi/emsmdb/"];
        (await RunAsync(https)).ExitCode.ShouldBe(22, "there is no ticket yet");
        await realm.TakeTicketAsync("user1");
        (await RunAsync(https)).ExitCode.ShouldBe(0, server.Log);
        var http2 = await RunAsync(["--http2", .. https]);
        http2.ExitCode.ShouldBe(0, http2.Error + server.Log);

        // A ticket of the realm for somebody who has no account here.
        await realm.TakeTicketAsync("stranger");
        (await RunAsync(https)).ExitCode.ShouldBe(22);

        Task<CommandResult> RunAsync(string[] arguments) => CommandResult.RunAsync("curl", null, ["--max-time", "60", .. arguments], realm.Environment);
    }

    private static Task<CommandResult> CurlAsync(params string[] arguments) => CommandResult.RunAsync("curl", null, ["-sk", "--max-time", "60", .. arguments]);
}
