namespace Rialto.Smtp.Tests.Commands;

public class StartTlsCommandTests
{
    [Fact]
    public async Task It_makes_the_server_forget_what_was_said()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await client.ExpectAsync("STARTTLS", "220 2.0.0");
        await client.StartTlsAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "503 5.5.1 Say EHLO");
        (await client.AskAsync("EHLO x")).ShouldNotContain("STARTTLS");
        await client.ExpectAsync("STARTTLS", "503 5.5.1");
        (await client.SendMessageAsync("a@b.test", "user1@example.com", "Subject: x\r\n\r\nx\r\n.\r\n")).ShouldStartWith("250");
    }

    [Fact]
    public async Task Commands_slipped_in_behind_it_end_the_connection()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.SendAsync("STARTTLS\r\nMAIL FROM:<evil@b.test>\r\n");
        (await client.ReadAsync()).ShouldStartWith("554 5.5.1");
        (await client.IsClosedAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_handshake_that_is_none_ends_the_connection()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("STARTTLS", "220");
        await client.SendAsync("NOOP\r\nNOOP\r\nNOOP\r\n");
        (await client.ReadAsync()).ShouldNotContain("250");
    }
}
