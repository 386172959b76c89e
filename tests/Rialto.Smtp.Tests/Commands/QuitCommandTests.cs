namespace Rialto.Smtp.Tests.Commands;

public class QuitCommandTests
{
    [Fact]
    public async Task It_is_answered_before_and_after_hello()
    {
        await using var server = await SmtpServer.StartAsync();
        await using (var early = await server.ConnectAsync()) await early.ExpectAsync("QUIT", "221 2.0.0");
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("QUIT", "221 2.0.0");
    }
}
