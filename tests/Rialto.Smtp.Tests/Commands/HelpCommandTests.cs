namespace Rialto.Smtp.Tests.Commands;

public class HelpCommandTests
{
    [Fact]
    public async Task It_is_answered_before_and_after_hello()
    {
        await using var server = await SmtpServer.StartAsync();
        await using (var early = await server.ConnectAsync()) await early.ExpectAsync("HELP", "214 2.0.0 Commands");
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("HELP", "214 2.0.0 Commands");
    }
}
