namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class CopyCommandTests : ImapTest
{
    [Fact]
    public async Task Copies_with_flags_and_tells_uids()
    {
        await SelectWithAsync(5);
        await Client.RunAsync("STORE 2 +FLAGS (\\Answered)");

        (await Client.RunAsync("COPY 2,4:5 \"Sent Items\"")).ShouldMatch(@"^OK \[COPYUID [1-9]\d* 2,4:5 1:3\] COPY completed$");

        await Client.RunAsync("SELECT \"Sent Items\"");
        (await Client.RunAsync("FETCH 1 (FLAGS ENVELOPE)")).ShouldContain("FLAGS (\\Answered) ENVELOPE (\"Mon, 7 Feb 1994 21:52:25 -0800\" \"Message 2\"");
    }

    [Fact]
    public async Task Refuses()
    {
        await SelectWithAsync(1);

        (await Client.RunAsync("COPY 1 Nowhere")).ShouldStartWith("NO [TRYCREATE]");
        (await Client.RunAsync("COPY 2 Drafts")).ShouldStartWith("BAD");
        (await Client.RunAsync("COPY 1")).ShouldStartWith("BAD");
        (await Client.RunAsync("UID COPY 77 Drafts")).ShouldBe("OK COPY completed");
    }

    [Fact]
    public async Task A_copy_into_the_selected_mailbox_shows_up()
    {
        await SelectWithAsync(1);

        (await Client.RunAsync("UID COPY 1 INBOX")).ShouldMatch(@"^\* 2 EXISTS\r\n\* 0 RECENT\r\nOK \[COPYUID \d+ 1 2\]");
    }
}
