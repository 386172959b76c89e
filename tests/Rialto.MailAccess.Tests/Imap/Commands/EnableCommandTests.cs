namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class EnableCommandTests : ImapTest
{
    [Fact]
    public async Task Enables_nothing_that_it_does_not_know()
    {
        (await Client.RunAsync("ENABLE X-NONSENSE X-OTHER")).ShouldBe("* ENABLED\r\nOK ENABLE completed");
        (await Client.RunAsync("ENABLE")).ShouldStartWith("BAD");
    }
}
