namespace Rialto.Smtp.Tests.Commands;

public class HeloCommandTests
{
    [Fact]
    public async Task It_starts_a_session_without_extensions()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await server.ConnectAsync();
        (await client.AskAsync("HELO old.test")).ShouldBe("250 mail.example.com");
        await client.ExpectAsync("MAIL FROM:<a@b.test> SIZE=1", "555 5.5.4");
        await client.ExpectRawAsync("BDAT 4 LAST\r\nabcd", "503 5.5.1");
        (await client.SendMessageAsync("a@b.test", "user1@example.com", "\r\nx\r\n.\r\n")).ShouldStartWith("250");
        await server.Office.DrainAsync();
        (await server.Office.InboxAsync("user1@example.com")).ShouldHaveSingleItem().ShouldContain(" with SMTP id ");
    }
}
