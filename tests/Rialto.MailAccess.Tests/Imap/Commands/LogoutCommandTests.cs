namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class LogoutCommandTests : ImapTest
{
    [Fact]
    public async Task Says_goodbye_and_closes()
    {
        (await Client.RunAsync("LOGOUT")).ShouldBe("* BYE Logging out\r\nOK LOGOUT completed");
        (await Client.ReadLineAsync()).ShouldBeNull();
    }
}
