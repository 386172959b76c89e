namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class UnselectCommandTests : ImapTest
{
    [Fact]
    public async Task Leaves_marked_messages()
    {
        await SelectWithAsync(1);
        await Client.RunAsync("STORE 1 +FLAGS.SILENT (\\Deleted)");

        (await Client.RunAsync("UNSELECT")).ShouldBe("OK UNSELECT completed");

        (await Client.RunAsync("STATUS INBOX (MESSAGES)")).ShouldContain("MESSAGES 1");
        (await Client.RunAsync("UNSELECT")).ShouldStartWith("BAD");
    }
}
