namespace Rialto.Smtp.Tests.Commands;

public class RsetCommandTests
{
    [Fact]
    public async Task It_forgets_the_transaction_and_its_chunks()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        await client.ExpectRawAsync("BDAT 3\r\nabc", "250");
        await client.ExpectAsync("RSET", "250 2.0.0");
        await client.ExpectRawAsync("BDAT 3 LAST\r\nabc", "503");
        await client.ExpectAsync("DATA", "503");
        server.Office.Queue.Messages.ShouldBeEmpty();
    }
}
