namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class CloseCommandTests : ImapTest
{
    [Fact]
    public async Task Removes_silently_what_is_marked()
    {
        await SelectWithAsync(2);
        await Client.RunAsync("STORE 1 +FLAGS.SILENT (\\Deleted)");

        (await Client.RunAsync("CLOSE")).ShouldBe("OK CLOSE completed");

        (await Client.RunAsync("STATUS INBOX (MESSAGES)")).ShouldContain("MESSAGES 1");
        (await Client.RunAsync("CLOSE")).ShouldStartWith("BAD");
    }

    [Fact]
    public async Task Removes_nothing_from_an_examined_mailbox()
    {
        await SelectWithAsync(2);
        await Client.RunAsync("STORE 1 +FLAGS.SILENT (\\Deleted)");
        await Client.RunAsync("EXAMINE INBOX");

        await Client.RunAsync("CLOSE");

        (await Client.RunAsync("STATUS INBOX (MESSAGES)")).ShouldContain("MESSAGES 2");
    }
}
