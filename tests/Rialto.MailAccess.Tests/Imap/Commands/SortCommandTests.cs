using Rialto.MailAccess.Imap.Search;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class SortCommandTests : ImapTest
{
    [Theory]
    [InlineData("Hello", "Hello", false)]
    [InlineData("Re: Hello", "Hello", true)]
    [InlineData("RE:  [list] re[2]: Hello (fwd) ", "Hello", true)]
    [InlineData("[list] Hello", "Hello", false)]
    [InlineData("[list]", "[list]", false)]
    [InlineData("Fwd: [Fwd: Re: Hello]", "Hello", true)]
    [InlineData("Re [a] : x", "x", true)]
    [InlineData("fw:", "", true)]
    [InlineData("Regarding: x", "Regarding: x", false)]
    [InlineData("a\t\r\n b", "a b", false)]
    [InlineData("[a[b] x", "[a[b] x", false)]
    [InlineData("", "", false)]
    public void A_base_subject_is_what_stays_the_same(string subject, string expected, bool isReply)
    {
        BaseSubject.Of(subject, out var isReplyOrForward).ShouldBe(expected);
        isReplyOrForward.ShouldBe(isReply);
    }

    [Fact]
    public async Task Messages_are_sorted_by_each_criterion()
    {
        await DeliverAsync("Re: beta", "carl@example.com", "Mon, 7 Feb 1994 21:52:25 -0800", "xx", "Zoe <a@example.com>");
        await DeliverAsync("alpha", "Ann <ann@example.com>", "Mon, 7 Feb 1994 21:52:25 +0000", "x", "bob@example.com");
        await DeliverAsync("=?utf-8?q?Beta?=", "bob@example.com", "Mon, 7 Mar 1994 21:52:25 +0000", "xxx", "\"Quoted \\\" name\" <q@example.com>");
        (await Client.RunAsync("SELECT INBOX")).ShouldContain("* 3 EXISTS");
        await SortsAsync("ARRIVAL", "1 2 3");
        await SortsAsync("REVERSE ARRIVAL", "3 2 1");
        await SortsAsync("SUBJECT", "2 1 3");
        await SortsAsync("SUBJECT REVERSE DATE", "2 3 1");
        await SortsAsync("FROM", "2 3 1");
        await SortsAsync("DATE", "2 1 3");
        await SortsAsync("TO", "1 2 3");
        await SortsAsync("DISPLAYTO", "2 3 1");
        await SortsAsync("CC", "1 2 3");
        await SortsAsync("REVERSE SIZE", "3 1 2");
        (await Client.RunAsync("UID SORT (SUBJECT) UTF-8 FROM bob")).ShouldBe("* SORT 3\r\nOK SORT completed");
        (await Client.RunAsync("SORT RETURN (MIN MAX COUNT ALL) (SUBJECT) UTF-8 ALL")).ShouldMatch("^\\* ESEARCH \\(TAG \"t\\d+\"\\) MIN 2 MAX 3 COUNT 3 ALL 2,1,3\r\nOK");
        (await Client.RunAsync("SORT (SUBJECT) KOI8-R ALL")).ShouldStartWith("NO [BADCHARSET");
        (await Client.RunAsync("SORT (SUBJECT) UTF-8 SUBJECT nothing")).ShouldBe("* SORT\r\nOK SORT completed");
    }

    [Theory]
    [InlineData("SORT ALL")]
    [InlineData("SORT () UTF-8 ALL")]
    [InlineData("SORT (NONSENSE) UTF-8 ALL")]
    [InlineData("SORT (SUBJECT) UTF-8")]
    [InlineData("SORT (REVERSE) UTF-8 ALL")]
    public async Task What_is_no_sort_is_refused(string command)
    {
        await SelectWithAsync(1);
        (await Client.RunAsync(command)).ShouldStartWith("BAD");
    }

    [Fact]
    public async Task A_saved_result_stands_for_its_messages_until_the_next()
    {
        await SelectWithAsync(5);
        (await Client.RunAsync("FETCH $ (UID)")).ShouldBe("OK FETCH completed");
        (await Client.RunAsync("SEARCH RETURN (SAVE) 2:4")).ShouldBe("OK SEARCH completed");
        (await Client.RunAsync("FETCH $ (UID)")).ShouldBe("* 2 FETCH (UID 2)\r\n* 3 FETCH (UID 3)\r\n* 4 FETCH (UID 4)\r\nOK FETCH completed");
        (await Client.RunAsync("SEARCH RETURN (SAVE MIN) $ NOT 2")).ShouldMatch("^\\* ESEARCH \\(TAG \"t\\d+\"\\) MIN 3\r\nOK");
        (await Client.RunAsync("STORE $ +FLAGS.SILENT (\\Deleted)")).ShouldBe("OK STORE completed");
        (await Client.RunAsync("UID EXPUNGE $")).ShouldBe("* 3 EXPUNGE\r\nOK EXPUNGE completed");
        (await Client.RunAsync("FETCH $ (UID)")).ShouldBe("OK FETCH completed");
        (await Client.RunAsync("SEARCH RETURN (SAVE) 99")).ShouldBe("OK SEARCH completed", "no message has that number");
        (await Client.RunAsync("SEARCH $")).ShouldBe("* SEARCH\r\nOK SEARCH completed");
        (await Client.RunAsync("SORT RETURN (SAVE) (REVERSE ARRIVAL) UTF-8 1:2")).ShouldBe("OK SORT completed");
        (await Client.RunAsync("COPY $ Drafts")).ShouldContain(" 1:2 1:2] ");
        (await Client.RunAsync("SEARCH YOUNGER 3600 OLDER 1")).ShouldBe("* SEARCH\r\nOK SEARCH completed", "they arrived just now");
        (await Client.RunAsync("SEARCH YOUNGER 3600")).ShouldBe("* SEARCH 1 2 3 4\r\nOK SEARCH completed");
    }

    private async Task DeliverAsync(string subject, string from, string date, string body, string to) =>
        await Server.DeliverAsync($"From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {date}\r\n\r\n{body.PadRight(body.Length * 100, 'y')}\r\n");

    private async Task SortsAsync(string criteria, string expected) =>
        (await Client.RunAsync($"SORT ({criteria}) UTF-8 ALL")).ShouldBe($"* SORT {expected}\r\nOK SORT completed", criteria);
}
