namespace Rialto.Smtp.Tests.Commands;

public class BdatCommandTests
{
    [Fact]
    public async Task Chunks_make_a_message_dots_and_all()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        await client.ExpectRawAsync("BDAT 16\r\nSubject: x\r\n\r\n.\r", "250 2.0.0");
        await client.ExpectAsync("RCPT TO:<user2@example.com>", "503");
        await client.ExpectAsync("DATA", "503 5.5.1");
        await client.SendAsync("BDAT 6\r\n\n..a\r\nBDAT 0 LAST\r\nNOOP\r\n");
        (await client.ReadAsync()).ShouldStartWith("250 2.0.0");
        (await client.ReadAsync()).ShouldStartWith("250 2.0.0");
        (await client.ReadAsync()).ShouldStartWith("250 2.0.0");
        await server.Office.DrainAsync();
        (await server.Office.InboxAsync("user1@example.com")).ShouldHaveSingleItem().ShouldEndWith("Subject: x\r\n\r\n.\r\n..a\r\n");
    }

    [Fact]
    public async Task A_refused_chunk_is_never_taken_for_commands()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectRawAsync("BDAT 12 LAST\r\nNOOP\r\nQUIT\r\n", "503 5.5.1");
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await client.ExpectRawAsync("BDAT 6 LAST\r\nQUIT\r\n", "554 5.5.1");
        await client.ExpectAsync("NOOP", "250");
    }

    [Theory]
    [InlineData("BDAT")]
    [InlineData("BDAT x")]
    [InlineData("BDAT -1 LAST")]
    [InlineData("BDAT 99999999999999999999 LAST")]
    [InlineData("BDAT 5 FIRST")]
    public async Task Without_a_length_the_connection_ends(string line)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync(line, "501 5.5.4");
        (await client.IsClosedAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Lines_have_to_end_as_in_data()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        await client.ExpectRawAsync("BDAT 8 LAST\r\na\n.\nb\r\nc", "550 5.5.2");
    }

    [Fact]
    public async Task Chunks_over_the_limit_are_refused_and_skipped()
    {
        await using var server = await SmtpServer.StartAsync(configure: o => o.MaximumMessageSize = 10);
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        await client.ExpectRawAsync("BDAT 20\r\n0123456789012345678\n", "552 5.3.4");
        await client.ExpectRawAsync("BDAT 5 LAST\r\nabcde", "503 5.5.1");
        await client.ExpectAsync("RSET", "250");
        await client.ExpectAsync("BDAT 99999999999 LAST", "421 4.3.4");
    }
}
