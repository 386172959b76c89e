namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class CheckCommandTests : ImapTest
{
    [Fact]
    public async Task Needs_a_mailbox()
    {
        (await Client.RunAsync("CHECK")).ShouldStartWith("BAD");
        await Client.RunAsync("SELECT INBOX");
        (await Client.RunAsync("CHECK")).ShouldBe("OK CHECK completed");
    }
}
