namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class SearchCommandTests : ImapTest
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Client.RunWithLiteralsAsync("APPEND INBOX (\\Seen) \" 1-Jan-2020 23:30:00 +0000\" {" + Mail("alpha beta").Length + "}", Mail("alpha beta"), "");
        await Client.RunWithLiteralsAsync("APPEND INBOX (\\Flagged $Work) \"15-Jun-2021 10:00:00 +0200\" {" + Mail("gamma", "walrus carpenter", "lewis@example.org").Length + "}", Mail("gamma", "walrus carpenter", "lewis@example.org"), "");
        await Client.AppendAsync(Mail("delta", new string('x', 5000)).Replace("7 Feb 1994", "3 Mar 2022", StringComparison.Ordinal));
        await Client.RunAsync("SELECT INBOX");
    }

    [Theory]
    [InlineData("ALL", "1 2 3")]
    [InlineData("SEEN", "1")]
    [InlineData("UNSEEN FLAGGED", "2")]
    [InlineData("NOT SEEN", "2 3")]
    [InlineData("OR SEEN FLAGGED", "1 2")]
    [InlineData("KEYWORD $work", "2")]
    [InlineData("UNKEYWORD $work", "1 3")]
    [InlineData("NEW", "")]
    [InlineData("OLD", "1 2 3")]
    [InlineData("LARGER 4000", "3")]
    [InlineData("SMALLER 4000", "1 2")]
    [InlineData("BEFORE 2-Jan-2020", "1")]
    [InlineData("ON 15-Jun-2021", "2")]
    [InlineData("SINCE 15-Jun-2021", "2 3")]
    [InlineData("SENTON \"7-Feb-1994\"", "1 2")]
    [InlineData("SENTSINCE 1-Jan-2000", "3")]
    [InlineData("SENTBEFORE 1-Jan-2000", "1 2")]
    [InlineData("SUBJECT alpha", "1")]
    [InlineData("SUBJECT \"ALPHA B\"", "1")]
    [InlineData("FROM lewis", "2")]
    [InlineData("TO bob@example.com", "1 2 3")]
    [InlineData("BODY walrus", "2")]
    [InlineData("TEXT carpenter", "2")]
    [InlineData("BODY alru", "2")]
    [InlineData("BODY \"RUS car\"", "2")]
    [InlineData("BODY \"walrus, carpenter\"", "")]
    [InlineData("TEXT wis@example.o", "2")]
    [InlineData("TEXT date:", "1 2 3")]
    [InlineData("BODY date:", "")]
    [InlineData("BODY xxx", "3")]
    [InlineData("HEADER Subject delta", "3")]
    [InlineData("HEADER from \"IS@EX\"", "2")]
    [InlineData("HEADER to lewis", "")]
    [InlineData("HEADER Date \" Mar 2022 21:\"", "3")]
    [InlineData("HEADER Date \"\"", "1 2 3")]
    [InlineData("HEADER Date \":\"", "1 2 3")]
    [InlineData("HEADER ate \"\"", "")]
    [InlineData("HEADER X-None \"\"", "")]
    [InlineData("2:*", "2 3")]
    [InlineData("UID 1,3", "1 3")]
    [InlineData("(SEEN) (SUBJECT alpha)", "1")]
    [InlineData("CHARSET UTF-8 SUBJECT gamma", "2")]
    [InlineData("TEXT \"\"", "1 2 3")]
    public async Task Keys_find_what_they_say(string keys, string expected)
    {
        var response = await Client.RunAsync("SEARCH " + keys);

        response.ShouldBe($"* SEARCH{(expected.Length > 0 ? " " + expected : "")}\r\nOK SEARCH completed");
    }

    [Fact]
    public async Task Uid_search_answers_uids()
    {
        await Client.RunAsync("STORE 1 +FLAGS (\\Deleted)");
        await Client.RunAsync("EXPUNGE");

        (await Client.RunAsync("UID SEARCH ALL")).ShouldStartWith("* SEARCH 2 3\r\n");
        (await Client.RunAsync("SEARCH ALL")).ShouldStartWith("* SEARCH 1 2\r\n");
    }

    [Fact]
    public async Task Extended_results()
    {
        (await Client.RunAsync("SEARCH RETURN (MIN MAX COUNT ALL) ALL")).ShouldMatch(@"^\* ESEARCH \(TAG ""t\d+""\) MIN 1 MAX 3 COUNT 3 ALL 1:3\r\n");
        (await Client.RunAsync("UID SEARCH RETURN () OR SEEN SUBJECT delta")).ShouldMatch(@"^\* ESEARCH \(TAG ""t\d+""\) UID ALL 1,3\r\n");
        (await Client.RunAsync("SEARCH RETURN (MIN COUNT) NEW")).ShouldMatch(@"^\* ESEARCH \(TAG ""t\d+""\) COUNT 0\r\n");
    }

    [Fact]
    public async Task Texts_may_be_literals() => (await Client.RunWithLiteralsAsync("SEARCH SUBJECT {5}", "gamma", " UNSEEN")).ShouldStartWith("* SEARCH 2\r\n");

    [Theory]
    [InlineData("SEARCH")]
    [InlineData("SEARCH NOTHING")]
    [InlineData("SEARCH OR SEEN")]
    [InlineData("SEARCH (SEEN")]
    [InlineData("SEARCH BEFORE 32-Jan-2020")]
    [InlineData("SEARCH SUBJECT \"a")]
    public async Task Malformed_searches_are_bad(string command) => (await Client.RunAsync(command)).ShouldStartWith("BAD ");

    [Fact]
    public async Task Depth_and_number_of_keys_are_bounded()
    {
        (await Client.RunAsync("SEARCH " + new string('(', 500) + "ALL" + new string(')', 500))).ShouldStartWith("BAD ");
        (await Client.RunAsync("SEARCH " + string.Concat(Enumerable.Repeat("NOT ", 5000)) + "ALL")).ShouldStartWith("BAD ");
        (await Client.RunAsync("SEARCH" + string.Concat(Enumerable.Repeat(" ALL", 5000)))).ShouldStartWith("BAD ");
        (await Client.RunAsync("SEARCH CHARSET KOI8-R SUBJECT x")).ShouldStartWith("NO [BADCHARSET (US-ASCII UTF-8)]");
    }
}
