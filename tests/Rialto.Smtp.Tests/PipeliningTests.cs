namespace Rialto.Smtp.Tests;

/// <summary>RFC 2920.</summary>
public class PipeliningTests
{
    [Fact]
    public async Task Everything_at_once_is_answered_in_order()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await server.ConnectAsync();
        var message = "MAIL FROM:<a@b.test>\r\nRCPT TO:<user1@example.com>\r\nRCPT TO:<nobody@example.com>\r\nDATA\r\nSubject: x\r\n\r\nx\r\n.\r\n";
        await client.SendAsync("EHLO x\r\n" + message + message + "QUIT\r\n");
        (await client.ReadAsync()).ShouldStartWith("250-mail");
        for (var i = 0; i < 2; i++)
        {
            foreach (var reply in new[] { "250 2.1.0", "250 2.1.5", "550 5.1.1", "354", "250 2.0.0" }) (await client.ReadAsync()).ShouldStartWith(reply);
        }

        (await client.ReadAsync()).ShouldStartWith("221");
        server.Office.Queue.Messages.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_conversation_cut_anywhere_means_the_same()
    {
        await using var server = await SmtpServer.StartAsync();
        var conversation = "EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<user1@example.com>\r\nDATA\r\nSubject: x\r\n\r\n..x\r\n.\r\nQUIT\r\n";
        for (var cut = 1; cut < conversation.Length; cut++)
        {
            await using var client = await server.ConnectAsync();
            await client.SendAsync(conversation[..cut]);
            await Task.Yield();
            await client.SendAsync(conversation[cut..]);
            foreach (var reply in new[] { "250-mail", "250 2.1.0", "250 2.1.5", "354", "250 2.0.0", "221" }) (await client.ReadAsync()).ShouldStartWith(reply);
        }

        server.Office.Queue.Messages.Count.ShouldBe(conversation.Length - 1);
    }

    [Fact]
    public async Task A_stopping_server_says_goodbye_to_those_who_wait()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        var stopping = server.DrainAsync();
        (await client.ReadAsync()).ShouldStartWith("421 4.3.2");
        await stopping;
    }
}
