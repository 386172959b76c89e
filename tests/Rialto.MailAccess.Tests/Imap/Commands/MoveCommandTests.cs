namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class MoveCommandTests : ImapTest
{
    [Fact]
    public async Task Moves_and_tells_uids_before_expunges()
    {
        await SelectWithAsync(4);

        (await Client.RunAsync("MOVE 2:3 \"Deleted Items\"")).ShouldMatch(
            @"^\* OK \[COPYUID \d+ 2:3 1:2\] Moved\r\n\* 3 EXPUNGE\r\n\* 2 EXPUNGE\r\nOK MOVE completed$");

        (await Client.RunAsync("UID SEARCH ALL")).ShouldStartWith("* SEARCH 1 4\r\n");
        (await Client.RunAsync("STATUS \"Deleted Items\" (MESSAGES)")).ShouldContain("(MESSAGES 2)");
    }

    [Fact]
    public async Task Refuses()
    {
        await SelectWithAsync(1);

        (await Client.RunAsync("UID MOVE 1 Nowhere")).ShouldStartWith("NO [TRYCREATE]");
        (await Client.RunAsync("MOVE 9 Drafts")).ShouldStartWith("BAD");
        (await Client.RunAsync("MOVE 1")).ShouldStartWith("BAD");
        await Client.RunAsync("EXAMINE INBOX");
        (await Client.RunAsync("MOVE 1 Drafts")).ShouldStartWith("NO [CANNOT]");
    }
}
