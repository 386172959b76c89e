using System.Text;
using Rialto.Testing;

namespace Rialto.Smtp.Tests.Commands;

public class AuthCommandTests
{
    private static string B64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task Plain_and_login_with_and_without_initial_response()
    {
        await using var server = await SmtpServer.StartAsync();
        await using (var client = await (await server.ConnectAsync("submission")).HelloAsync())
        {
            await client.ExpectAsync("AUTH PLAIN", "334 ");
            await client.ExpectAsync(B64($"\0user1@example.com\0{TestDirectory.Password}"), "235 2.7.0");
            await client.ExpectAsync("AUTH PLAIN", "503 5.5.1");
        }

        await using (var client = await (await server.ConnectAsync("submissions")).HelloAsync())
        {
            await client.ExpectAsync("auth login", "334 VXNlcm5hbWU6");
            await client.ExpectAsync(B64("EXAMPLE\\user1"), "334 UGFzc3dvcmQ6");
            await client.ExpectAsync(B64(TestDirectory.Password), "235");
        }

        await using (var client = await (await server.ConnectAsync("submission")).HelloAsync())
        {
            await client.ExpectAsync("AUTH LOGIN " + B64("user2@example.com"), "334 UGFzc3dvcmQ6");
            await client.ExpectAsync(B64(TestDirectory.Password), "235");
        }
    }

    [Theory]
    [InlineData("AUTH", "501 5.5.4")]
    [InlineData("AUTH CRAM-MD5", "504 5.5.4")]
    [InlineData("AUTH PLAIN !!!", "501 5.5.2")]
    [InlineData("AUTH PLAIN =", "501 5.5.2")]
    [InlineData("AUTH PLAIN YWJj", "501 5.5.2")]
    [InlineData("AUTH PLAIN\r\n*", "334 ")]
    public async Task What_is_wrong_is_said(string line, string reply)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync("submission")).HelloAsync();
        await client.ExpectAsync(line, reply);
        if (reply == "334 ") (await client.ReadAsync()).ShouldStartWith("501 5.7.0");
        await client.ExpectAsync("NOOP", "250");
    }

    [Fact]
    public async Task Wrong_name_and_wrong_password_answer_alike_and_a_few_of_them_end_the_connection()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync("submission")).HelloAsync();
        var wrong = await client.AskAsync("AUTH PLAIN " + B64("\0user1@example.com\0wrong"));
        wrong.ShouldStartWith("535 5.7.8");
        (await client.AskAsync("AUTH PLAIN " + B64("\0nobody@example.com\0wrong"))).ShouldBe(wrong);
        (await client.AskAsync("AUTH PLAIN " + B64($"user2@example.com\0user1@example.com\0{TestDirectory.Password}"))).ShouldBe(wrong);
        (await client.AskAsync("AUTH PLAIN " + B64("\0user1@example.com\0"))).ShouldBe(wrong);
        await client.ExpectAsync("AUTH PLAIN " + B64("\0x\0y"), "421 4.7.0");
        (await client.IsClosedAsync()).ShouldBeTrue();
        server.Office.Log.Lines.ShouldAllBe(l => !l.Contains("wrong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Not_without_tls_and_not_on_the_relay_port()
    {
        await using var server = await SmtpServer.StartAsync(plainLogin: false);
        await using var client = await (await server.ConnectAsync("submission")).HelloAsync();
        await client.ExpectAsync("AUTH PLAIN " + B64($"\0user1@example.com\0{TestDirectory.Password}"), "538 5.7.11");
        await using var relay = await (await server.ConnectAsync()).HelloAsync();
        await relay.ExpectAsync("AUTH PLAIN", "503 5.5.1");
    }

    [Fact]
    public async Task Ntlm_is_said_to_be_supported_and_other_mechanisms_begin_with_nothing()
    {
        await using var server = await SmtpServer.StartAsync(signIn: new() { SaslMechanisms = ["NTLM", "PLAIN"] });
        await using var client = await server.ConnectAsync("submission");
        (await client.AskAsync("EHLO")).ShouldEndWith("250 AUTH NTLM PLAIN");
        (await client.AskAsync("AUTH NTLM")).ShouldBe("334 NTLM supported");
        (await client.AskAsync("TlRMTVNTUAABAAAAt4II4gAAAAAAAAAAAAAAAAAAAAAGAbEdAAAADw==")).ShouldStartWith("334 TlRMTVNTUAAC");
        await client.ExpectAsync("*", "501 5.7.0");
        (await client.AskAsync("auth ntlm TlRMTVNTUAABAAAAt4II4gAAAAAAAAAAAAAAAAAAAAAGAbEdAAAADw==")).ShouldStartWith("334 TlRMTVNTUAAC");
        await client.ExpectAsync("TlRMTVNTUAABAAAA", "501 5.5.2");
        (await client.AskAsync("AUTH NTLM")).ShouldBe("334 NTLM supported");
        await client.ExpectAsync("not base64", "501 5.5.2");
        (await client.AskAsync("AUTH PLAIN")).ShouldBe("334 ");
        await client.ExpectAsync("*", "501 5.7.0");
        await client.ExpectAsync("AUTH GSSAPI", "504");
    }

    [Fact]
    public async Task A_long_response_is_refused_without_being_kept()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync("submission")).HelloAsync();
        await client.ExpectAsync("AUTH PLAIN", "334 ");
        await client.ExpectAsync(new string('A', 100_000), "500 5.5.6");
    }

    [Fact]
    public async Task An_account_that_is_closed_meanwhile_sends_no_more()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync("submission")).LogInAsync();
        var user1 = server.Office.Directory.Account("user1@example.com");
        await server.Office.Directory.Service.UpdateAsync<Directory.Account>(user1.Id, a => a with { LoginEnabled = false });
        await client.ExpectAsync("MAIL FROM:<user1@example.com>", "530");
    }
}
