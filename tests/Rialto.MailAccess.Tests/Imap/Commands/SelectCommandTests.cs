namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class SelectCommandTests : ImapTest
{
    [Fact]
    public async Task Tells_what_RFC_3501_requires()
    {
        await Server.DeliverAsync(Mail("one"), state: Rialto.Store.MessageState.Read);
        await Server.DeliverAsync(Mail("two"));

        var response = await Client.RunAsync("SELECT inbox");

        response.ShouldContain("* 2 EXISTS\r\n");
        response.ShouldContain("* 0 RECENT\r\n");
        response.ShouldContain("* FLAGS (\\Answered");
        response.ShouldContain("[PERMANENTFLAGS (\\Answered");
        response.ShouldContain("[UNSEEN 2]");
        response.ShouldContain("[UIDNEXT 3]");
        response.ShouldMatch(@"\[UIDVALIDITY [1-9]\d*\]");
        response.ShouldEndWith("OK [READ-WRITE] SELECT completed");
    }

    [Fact]
    public async Task Examine_is_read_only()
    {
        await Server.DeliverAsync(Mail("one"));

        (await Client.RunAsync("EXAMINE INBOX")).ShouldEndWith("OK [READ-ONLY] EXAMINE completed");

        (await Client.RunAsync("STORE 1 +FLAGS (\\Seen)")).ShouldStartWith("NO [CANNOT]");
        (await Client.RunAsync("EXPUNGE")).ShouldStartWith("NO [CANNOT]");
        (await Client.RunAsync("FETCH 1 BODY[]")).ShouldNotContain("\\Seen");
    }

    [Fact]
    public async Task A_mailbox_that_is_not_there_leaves_none_selected()
    {
        await Client.RunAsync("SELECT INBOX");

        (await Client.RunAsync("SELECT Nowhere")).ShouldStartWith("NO [NONEXISTENT]");
        (await Client.RunAsync("SELECT &AAA")).ShouldStartWith("NO [NONEXISTENT]", Case.Sensitive, "no modified UTF-7, and so no mailbox's name");
        (await Client.RunAsync("CHECK")).ShouldStartWith("BAD");
        (await Client.RunAsync("SELECT")).ShouldStartWith("BAD");
    }
}
