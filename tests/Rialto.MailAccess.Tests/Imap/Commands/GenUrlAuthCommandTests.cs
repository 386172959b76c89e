namespace Rialto.MailAccess.Tests.Imap.Commands;

/// <summary>RFC 4467 7 GENURLAUTH.</summary>
public sealed class GenUrlAuthCommandTests : UrlAuthTest
{
    [Fact]
    public async Task It_is_offered() => (await Client.RunAsync("CAPABILITY")).ShouldContain(" URLAUTH URLAUTH=BINARY ");

    [Fact]
    public async Task Tokens_are_the_same_for_a_url_and_others_for_others()
    {
        var one = await AuthorizeAsync(Inbox + "/;uid=1;urlauth=anonymous");

        one.ShouldMatch("^" + Inbox + "/;uid=1;urlauth=anonymous:internal:01[0-9a-f]{64}$");
        (await AuthorizeAsync(Inbox + "/;uid=1;urlauth=anonymous")).ShouldBe(one);
        (await AuthorizeAsync(Inbox + "/;UID=1;urlauth=anonymous"))[^66..].ShouldNotBe(one[^66..]);
        (await Client.RunAsync($"GENURLAUTH \"{Inbox}/;uid=1;urlauth=authuser\" INTERNAL \"imap://user1@example.com/Drafts/;uid=9;urlauth=user+nobody\" internal"))
            .ShouldMatch("^\\* GENURLAUTH \"[^\"]+urlauth=authuser:internal:[0-9a-f]{66}\" \"imap://user1@example.com/Drafts/;uid=9;urlauth=user[+]nobody:internal:[0-9a-f]{66}\"\r\nOK");
    }

    /// <summary>The mailbox has no key yet: whoever makes it, every session's tokens are made with it.</summary>
    [Fact]
    public async Task Sessions_that_make_the_first_url_at_once_make_it_with_one_key()
    {
        var sessions = new List<ImapClient>();
        try
        {
            for (var i = 0; i < 16; i++)
                sessions.Add(await Server.LogInAsync());
            for (var round = 0; round < 8; round++)
            {
                await Client.RunAsync("RESETKEY");
                var urls = await Task.WhenAll(sessions.Select(s => Task.Run(() => AuthorizeAsync(s, Inbox + "/;uid=1/;section=1;urlauth=anonymous"))));
                foreach (var url in urls)
                    (await FetchAsync(Client, url)).ShouldBe("first part");
            }
        }
        finally
        {
            foreach (var session in sessions)
                await session.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("imap://user1@mail.example.com/INBOX/;uid=1", "INTERNAL")]
    [InlineData("imap://mail.example.com/INBOX/;uid=1;urlauth=anonymous", "INTERNAL")]
    [InlineData("imap://user2@mail.example.com/INBOX/;uid=1;urlauth=anonymous", "INTERNAL")]
    [InlineData("imap://nobody@mail.example.com/INBOX/;uid=1;urlauth=anonymous", "INTERNAL")]
    [InlineData("imap://user1@elsewhere.test/INBOX/;uid=1;urlauth=anonymous", "INTERNAL")]
    [InlineData("imap://user1@192.0.2.2/INBOX/;uid=1;urlauth=anonymous", "INTERNAL")]
    [InlineData("imap://user1@192.0.2.1:993/INBOX/;uid=1;urlauth=anonymous", "INTERNAL")]
    [InlineData("imap://user1@[::1]/INBOX/;uid=1;urlauth=anonymous", "INTERNAL")]
    [InlineData("imap://user1@mail.example.com:25/INBOX/;uid=1;urlauth=anonymous", "INTERNAL")]
    [InlineData("imap://user1@mail.example.com/nothing/;uid=1;urlauth=anonymous", "INTERNAL")]
    [InlineData("imap://user1@mail.example.com/INBOX;urlauth=anonymous", "INTERNAL")]
    [InlineData("imap://user1@mail.example.com/INBOX/;uid=1;urlauth=everybody", "INTERNAL")]
    [InlineData("imap://user1@mail.example.com/INBOX/;uid=1;urlauth=anonymous:internal:00", "INTERNAL")]
    [InlineData("imap://user1@mail.example.com/INBOX/;uid=1;urlauth=anonymous", "XSAMPLE")]
    [InlineData("/INBOX/;uid=1;urlauth=anonymous", "INTERNAL")]
    [InlineData("", "INTERNAL")]
    public async Task Others_are_bad(string url, string mechanism) => (await Client.RunAsync($"GENURLAUTH \"{url}\" {mechanism}")).ShouldStartWith("BAD");

    [Fact]
    public async Task There_are_so_many_at_a_time() =>
        (await Client.RunAsync("GENURLAUTH" + string.Concat(Enumerable.Repeat($" \"{Inbox}/;uid=1;urlauth=anonymous\" INTERNAL", 65)))).ShouldStartWith("BAD Too many");
}
