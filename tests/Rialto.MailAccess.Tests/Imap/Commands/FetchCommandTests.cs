using Rialto.Store;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class FetchCommandTests : ImapTest
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Server.DeliverAsync(Nested);
        await Client.RunAsync("SELECT INBOX");
    }

    [Theory]
    [InlineData("UID", "UID 1")]
    [InlineData("FLAGS", "FLAGS ()")]
    [InlineData("(UID FLAGS)", "UID 1 FLAGS ()")]
    [InlineData("ENVELOPE", "ENVELOPE (\"Mon, 7 Feb 1994 21:52:25 -0800\" \"Outer\" ((\"Ann\" NIL \"ann\" \"example.com\"))")]
    [InlineData("BODYSTRUCTURE", "\"message\" \"rfc822\"")]
    [InlineData("BODY", "\"mixed\"))\r\n")]
    [InlineData("BODY.PEEK[1]", "BODY[1] {10}\r\nfirst part)")]
    [InlineData("BODY.PEEK[1.MIME]", "BODY[1.MIME] {46}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n)")]
    [InlineData("BODY.PEEK[2.HEADER]", "BODY[2.HEADER] {49}\r\nFrom: Carl <carl@example.com>\r\nSubject: Inner\r\n\r\n)")]
    [InlineData("BODY.PEEK[2.TEXT]", "BODY[2.TEXT] {10}\r\ninner text)")]
    [InlineData("BODY.PEEK[2.1]", "BODY[2.1] {10}\r\ninner text)")]
    [InlineData("BODY.PEEK[2.HEADER.FIELDS (SUBJECT)]", "BODY[2.HEADER.FIELDS (SUBJECT)] {18}\r\nSubject: Inner\r\n\r\n)")]
    [InlineData("BODY.PEEK[HEADER.FIELDS (subject \"to\")]", "BODY[HEADER.FIELDS (subject to)] {45}\r\nTo: Bob <bob@example.com>\r\nSubject: Outer\r\n\r\n)")]
    [InlineData("BODY.PEEK[HEADER.FIELDS.NOT (From To Date Message-ID MIME-Version Content-Type)]", "{18}\r\nSubject: Outer\r\n\r\n)")]
    [InlineData("BODY.PEEK[3]", "BODY[3] NIL)")]
    [InlineData("BODY.PEEK[1.HEADER]", "BODY[1.HEADER] NIL)")]
    [InlineData("BODY.PEEK[]<0.5>", "BODY[]<0> {5}\r\nFrom:)")]
    [InlineData("BODY.PEEK[1]<6.100>", "BODY[1]<6> {4}\r\npart)")]
    [InlineData("BODY.PEEK[]<100000.5>", "BODY[]<100000> \"\")")]
    public async Task Items_are_answered(string item, string expected)
    {
        var response = await Client.RunAsync($"FETCH 1 {item}");

        response.ShouldStartWith("* 1 FETCH (");
        response.ShouldContain(expected);
        response.ShouldEndWith("OK FETCH completed");
    }

    [Fact]
    public async Task The_whole_message_comes_back_byte_for_byte()
    {
        var response = await Client.RunAsync("UID FETCH 1 (RFC822.SIZE BODY.PEEK[])");

        response.ShouldBe($"* 1 FETCH (UID 1 RFC822.SIZE {Nested.Length} BODY[] {{{Nested.Length}}}\r\n{Nested})\r\nOK FETCH completed");
        (await Client.RunAsync("FETCH 1 RFC822.HEADER")).ShouldContain("RFC822.HEADER {" + (Nested.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4) + "}\r\nFrom: Ann");
    }

    [Fact]
    public async Task Macros_name_their_items()
    {
        (await Client.RunAsync("FETCH 1 FAST")).ShouldMatch(@"^\* 1 FETCH \(FLAGS \(\) INTERNALDATE ""[ \d]\d-\w{3}-\d{4} \d\d:\d\d:\d\d \+0000"" RFC822.SIZE \d+\)");
        (await Client.RunAsync("FETCH 1 ALL")).ShouldContain(" ENVELOPE (");
        (await Client.RunAsync("FETCH 1 FULL")).ShouldContain(" BODY (");
    }

    [Fact]
    public async Task A_body_sets_Seen_and_the_row_shows_it_once()
    {
        var response = await Client.RunAsync("FETCH 1 BODY[TEXT]");

        response.ShouldContain(" FLAGS (\\Seen))\r\n");
        response.Split("FETCH (").Length.ShouldBe(2);
        (await Client.RunAsync("FETCH 1 (FLAGS RFC822.TEXT)")).ShouldContain("FLAGS (\\Seen)");
    }

    [Fact]
    public async Task Peek_and_header_leave_Seen_alone()
    {
        await Client.RunAsync("FETCH 1 (BODY.PEEK[] RFC822.HEADER)");

        (await Client.RunAsync("FETCH 1 FLAGS")).ShouldContain("FLAGS ()");
    }

    [Fact]
    public async Task Many_messages_come_in_order_with_digest_and_content()
    {
        for (var i = 2; i <= 300; i++)
            await Server.DeliverAsync(Mail($"Message {i}"));
        await Client.RunAsync("NOOP");

        var all = (await Client.RunAsync("FETCH 1:* (UID ENVELOPE BODY.PEEK[HEADER.FIELDS (SUBJECT)])")).Split("\r\n* ");
        all.Length.ShouldBe(300);
        all[255].ShouldStartWith("256 FETCH (UID 256 ENVELOPE (");
        all[255].ShouldContain("Subject: Message 256\r\n");

        var sparse = await Client.RunAsync("UID FETCH 2,250,5:7 (ENVELOPE)");
        System.Text.RegularExpressions.Regex.Matches(sparse, @"\* (\d+) FETCH").Select(m => m.Groups[1].Value).ShouldBe(["2", "5", "6", "7", "250"]);
    }

    [Fact]
    public async Task A_message_that_another_session_removed_is_told_apart()
    {
        var two = await Server.DeliverAsync(Mail("two"));
        await Client.RunAsync("NOOP");
        using (var mailbox = await Server.OpenMailboxAsync())
            (await mailbox.DeleteAsync(SpecialFolders.IdOf(Rialto.Model.SpecialFolder.Inbox), [two.Id], CancellationToken.None)).Succeeded.ShouldBeTrue();

        (await Client.RunAsync("FETCH 2 ENVELOPE")).ShouldBe("NO [EXPUNGEISSUED] Some of the messages no longer exist");
        (await Client.RunAsync("FETCH 2 BODY.PEEK[]")).ShouldStartWith("NO [EXPUNGEISSUED]");
        (await Client.RunAsync("UID FETCH 2 BODY.PEEK[]")).ShouldBe("* 2 EXPUNGE\r\nOK FETCH completed");
    }

    [Theory]
    [InlineData("FETCH")]
    [InlineData("FETCH 1")]
    [InlineData("FETCH 0 FLAGS")]
    [InlineData("FETCH 2 FLAGS")]
    [InlineData("FETCH 1 ()")]
    [InlineData("FETCH 1 NOTHING")]
    [InlineData("FETCH 1 BODY[MIME]")]
    [InlineData("FETCH 1 BODY[1.]")]
    [InlineData("FETCH 1 BODY[]<0.0>")]
    [InlineData("FETCH 1 BODY[HEADER.FIELDS ()]")]
    [InlineData("FETCH 1 (FLAGS UID")]
    public async Task Malformed_fetches_are_bad(string command) => (await Client.RunAsync(command)).ShouldStartWith("BAD ");

    [Fact]
    public async Task Uids_that_are_not_there_are_no_error() => (await Client.RunAsync("UID FETCH 77:99 FLAGS")).ShouldBe("OK FETCH completed");
}
