namespace Rialto.Smtp.Tests.Commands;

public class EhloCommandTests
{
    [Fact]
    public async Task It_lists_what_there_is()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var relay = await server.ConnectAsync();
        (await relay.AskAsync("EHLO [127.0.0.1]")).ShouldBe(
            "250-mail.example.com\n250-PIPELINING\n250-SIZE 157286400\n250-8BITMIME\n250-SMTPUTF8\n250-ENHANCEDSTATUSCODES\n250-CHUNKING\n250-BINARYMIME\n250-DSN\n250-LIMITS MAILMAX=10000 RCPTMAX=10000\n250-STARTTLS\n250 DELIVERBY 60");
        await using var submissions = await server.ConnectAsync("submissions");
        (await submissions.AskAsync("ehlo x")).ShouldMatch("250-DSN\n250-LIMITS MAILMAX=10000 RCPTMAX=10000\n250-REQUIRETLS\n250-DELIVERBY 60\n250-FUTURERELEASE 2592000 [0-9T:Z-]{20}\n250 AUTH SCRAM-SHA-256 PLAIN LOGIN$");
    }

    [Fact]
    public async Task No_password_is_asked_for_without_tls()
    {
        await using var server = await SmtpServer.StartAsync(plainLogin: false);
        await using var client = await server.ConnectAsync("submission");
        (await client.AskAsync("EHLO x")).ShouldNotContain("AUTH");
    }

    [Theory]
    [InlineData("EHLO")]
    [InlineData("EHLO a b")]
    [InlineData("EHLO a(b")]
    [InlineData("EHLO a\tb")]
    public async Task Names_that_could_forge_a_trace_header_are_refused(string line)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.ExpectAsync(line, "501 5.5.4");
    }

    [Fact]
    public async Task Who_may_log_in_need_not_say_a_name()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await server.ConnectAsync("submission");
        (await client.AskAsync("EHLO")).ShouldContain("AUTH ");
        await client.ExpectAsync("EHLO a(b", "501 5.5.4");
    }

    [Fact]
    public async Task It_ends_a_transaction()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<>", "250");
        await client.HelloAsync();
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "503");
    }
}
