using System.Diagnostics;
using System.Globalization;
using Rialto.Testing;

namespace Rialto.Smtp.Tests;

/// <summary>A fact that needs a program and is skipped, saying so, without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string program)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
        if (!found) Skip = $"{program} is not installed.";
    }
}

/// <summary>Conversations that real clients hold.</summary>
public class ClientProgramTests
{
    [ProgramFact("swaks")]
    public async Task Swaks_sends_over_starttls_with_a_login()
    {
        await using var server = await SmtpServer.StartAsync(plainLogin: false);
        foreach (var mechanism in new[] { "PLAIN", "LOGIN" })
        {
            await RunAsync("swaks", "--server", "127.0.0.1", "--port", Port(server, "submission"), "--tls", "--auth", mechanism, "--auth-user", "user1@example.com", "--auth-password",
                TestDirectory.Password, "--from", "user1@example.com", "--to", "user2@example.com,user3@example.com", "--header", $"Subject: by {mechanism}", "--body", "one\n.two\n..three");
        }

        await RunAsync("swaks", "--server", "127.0.0.1", "--port", Port(server, "submissions"), "--tls-on-connect", "--auth", "PLAIN", "--auth-user", "user1@example.com", "--auth-password",
            TestDirectory.Password, "--from", "user1@example.com", "--to", "user2@example.com", "--pipeline");
        await server.Office.DrainAsync();
        (await server.Office.InboxAsync("user3@example.com")).Count.ShouldBe(2);
        var messages = await server.Office.InboxAsync("user2@example.com");
        messages.Count.ShouldBe(3);
        messages[0].ShouldContain("Subject: by PLAIN\r\n");
        messages[0].ShouldContain("one\r\n.two\r\n..three\r\n");
    }

    [ProgramFact("swaks")]
    public async Task Swaks_is_refused_a_relay()
    {
        await using var server = await SmtpServer.StartAsync();
        var (code, output) = await StartAsync("swaks", "--server", "127.0.0.1", "--port", Port(server, "smtp"), "--from", "a@b.test", "--to", "c@elsewhere.test");
        code.ShouldNotBe(0);
        output.ShouldContain("550 5.7.1 Relaying denied");
    }

    [ProgramFact("curl")]
    public async Task Curl_sends_over_implicit_tls()
    {
        await using var server = await SmtpServer.StartAsync(plainLogin: false);
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder.File("mail.eml"), "From: user1@example.com\r\nTo: user2@example.com\r\nSubject: by curl\r\n\r\n.leading dot\r\n");
        await RunAsync("curl", "--silent", "--show-error", "--insecure", "--url", $"smtps://127.0.0.1:{Port(server, "submissions")}", "--user", $"user1@example.com:{TestDirectory.Password}",
            "--mail-from", "user1@example.com", "--mail-rcpt", "user2@example.com", "--upload-file", folder.File("mail.eml"));
        await server.Office.DrainAsync();
        (await server.Office.InboxAsync("user2@example.com")).ShouldHaveSingleItem().ShouldContain("\r\n\r\n.leading dot\r\n");
    }

    private static string Port(SmtpServer server, string listener) => server.Port(listener).ToString(CultureInfo.InvariantCulture);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (code, output) = await StartAsync(program, arguments);
        code.ShouldBe(0, output);
    }

    private static async Task<(int Code, string Output)> StartAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
