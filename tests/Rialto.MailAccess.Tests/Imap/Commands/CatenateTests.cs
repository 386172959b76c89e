namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class CatenateTests : ImapTest
{
    [Fact]
    public async Task A_message_is_put_together_from_texts_and_parts_of_others()
    {
        await Server.DeliverAsync(Nested);
        const string head = "From: b@example.com\r\nSubject: Composed\r\n\r\n";

        var response = await Client.RunWithLiteralsAsync(
            $"APPEND Drafts (\\Draft) CATENATE (TEXT {{{head.Length}}}", head, " URL \"/INBOX/;UID=1/;SECTION=1\" TEXT {5+}\r\n tail)");
        response.ShouldContain("OK [APPENDUID ");
        await Client.RunAsync("SELECT Drafts");
        (await Client.RunAsync("FETCH 1 (FLAGS BODY.PEEK[])")).ShouldContain(head + "first part tail");
    }

    [Fact]
    public async Task A_url_alone_and_several_messages()
    {
        await Server.DeliverAsync(Mail("Source"));
        var mail = Mail("Plain");

        (await Client.RunWithLiteralsAsync($"APPEND Drafts CATENATE (URL /INBOX/;UID=1) {{{mail.Length}}}", mail, " CATENATE (URL \"/INBOX/;UID=1/;PARTIAL=0.40\")")).ShouldMatch(@"OK \[APPENDUID \d+ 1:3\]");
        await Client.RunAsync("SELECT Drafts");
        (await Client.RunAsync("FETCH 1:3 RFC822.SIZE")).ShouldContain($"* 1 FETCH (RFC822.SIZE {Mail("Source").Length})\r\n* 2 FETCH (RFC822.SIZE {mail.Length})\r\n* 3 FETCH (RFC822.SIZE 40)");
    }

    [Fact]
    public async Task Urls_are_literals_wherever_they_stand()
    {
        await Server.DeliverAsync(Nested);
        const string url = "/INBOX/;UID=1/;SECTION=1";
        const string head = "Subject: x\r\n\r\n";

        var response = await Client.RunWithLiteralsAsync(
            $"APPEND Drafts CATENATE (TEXT {{{head.Length}}}", head, $" URL {{{url.Length}}}", url, $" TEXT {{2+}}\r\n,  URL {{{url.Length}+}}\r\n{url} URL {{{url.Length}}}", url, ")");
        response.ShouldContain("OK [APPENDUID ");
        await Client.RunAsync("SELECT Drafts");
        (await Client.RunAsync("FETCH 1 BODY.PEEK[]")).ShouldContain(head + "first part, first partfirst part)");
        (await Client.RunWithLiteralsAsync("APPEND Drafts CATENATE (TEXT {3}", "abc", " URL {100000000}")).ShouldContain("NO [TOOBIG]");
        (await Client.RunAsync("NOOP")).ShouldContain("OK NOOP");
    }

    [Theory]
    [InlineData("/INBOX/;UID=9")]
    [InlineData("/INBOX;UIDVALIDITY=1/;UID=1")]
    [InlineData("/nothing/;UID=1")]
    [InlineData("/INBOX/;UID=1/;SECTION=7")]
    [InlineData("/INBOX/;UID=1/;SECTION=HEADER]<0.1>")]
    [InlineData("imap://other.example.com/INBOX/;UID=1")]
    [InlineData("//x/;UID=1")]
    [InlineData("/INBOX")]
    public async Task Urls_that_mean_nothing_are_refused_and_nothing_is_stored(string url)
    {
        await Server.DeliverAsync(Mail("Source"));

        (await Client.RunAsync($"APPEND Drafts CATENATE (URL \"{url}\" TEXT {{3+}}\r\nabc)")).ShouldContain("NO [BADURL ");
        (await Client.RunAsync("STATUS Drafts (MESSAGES)")).ShouldContain("MESSAGES 0");
    }

    [Theory]
    [InlineData("APPEND Drafts CATENATE ()")]
    [InlineData("APPEND Drafts CATENATE (NONSENSE x)")]
    [InlineData("APPEND Drafts CATENATE (URL")]
    [InlineData("APPEND Drafts")]
    [InlineData("APPEND Drafts CATENATE (TEXT x)")]
    public async Task Malformed_ones_are_bad(string command) => (await Client.RunAsync(command)).ShouldStartWith("BAD");
}
