namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class NoopCommandTests : ImapTest
{
    [Fact]
    public async Task Brings_news()
    {
        await SelectWithAsync(1);
        await Server.DeliverAsync(Mail("new"));

        (await Client.RunAsync("NOOP")).ShouldBe("* 2 EXISTS\r\n* 0 RECENT\r\nOK NOOP completed");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
        (await Client.RunAsync("NOOP x")).ShouldStartWith("BAD");
    }
}
