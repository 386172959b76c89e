namespace Rialto.Smtp.Tests.Commands;

public class VrfyCommandTests
{
    [Fact]
    public async Task It_is_answered_before_and_after_hello()
    {
        await using var server = await SmtpServer.StartAsync();
        await using (var early = await server.ConnectAsync()) await early.ExpectAsync("VRFY user1", "252 2.5.2");
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("VRFY user1", "252 2.5.2");
    }
}
