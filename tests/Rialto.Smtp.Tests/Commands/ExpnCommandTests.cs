namespace Rialto.Smtp.Tests.Commands;

public class ExpnCommandTests
{
    [Fact]
    public async Task It_is_answered_before_and_after_hello()
    {
        await using var server = await SmtpServer.StartAsync();
        await using (var early = await server.ConnectAsync()) await early.ExpectAsync("EXPN staff", "502 5.5.1");
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("EXPN staff", "502 5.5.1");
    }
}
