namespace Rialto.MailAccess.Tests.Imap.Commands;

/// <summary>RFC 4467 7 RESETKEY.</summary>
public sealed class ResetKeyCommandTests : UrlAuthTest
{
    [Fact]
    public async Task A_new_key_ends_the_urls_of_its_mailbox()
    {
        await Client.RunWithLiteralsAsync($"APPEND Drafts {{{Mail("x").Length}}}", Mail("x"), "");
        var inbox = await AuthorizeAsync(Inbox + "/;uid=1/;section=1;urlauth=anonymous");
        var drafts = await AuthorizeAsync("imap://user1@mail.example.com/Drafts/;uid=1/;section=TEXT;urlauth=anonymous");

        (await Client.RunAsync("RESETKEY INBOX INTERNAL")).ShouldStartWith("OK [URLMECH INTERNAL]");
        (await FetchAsync(Client, inbox)).ShouldBeNull();
        (await FetchAsync(Client, drafts)).ShouldBe("text\r\n");
        (await FetchAsync(Client, await AuthorizeAsync(Inbox + "/;uid=1/;section=1;urlauth=anonymous"))).ShouldBe("first part");
        (await Client.RunAsync("RESETKEY")).ShouldStartWith("OK");
        (await FetchAsync(Client, drafts)).ShouldBeNull();
    }

    /// <summary>RFC 4467 2.2: keys are each user's own.</summary>
    [Fact]
    public async Task Keys_of_others_stay()
    {
        var url = await AuthorizeAsync(Inbox + "/;uid=1/;section=1;urlauth=anonymous");
        await using var second = await Server.LogInAsync(2);
        (await second.RunAsync("RESETKEY")).ShouldStartWith("OK");
        (await FetchAsync(second, url)).ShouldBe("first part");
    }

    [Fact]
    public async Task Other_sessions_in_the_mailbox_are_told()
    {
        await using var other = await Server.LogInAsync();
        (await other.RunAsync("SELECT INBOX")).ShouldContain("* OK [URLMECH INTERNAL] ");
        await Client.RunAsync("RESETKEY INBOX");
        (await other.RunAsync("NOOP")).ShouldStartWith("* OK [URLMECH INTERNAL] ");
        (await other.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
    }

    [Theory]
    [InlineData("RESETKEY nothing", "NO [NONEXISTENT]")]
    [InlineData("RESETKEY INBOX XSAMPLE", "NO [CANNOT]")]
    [InlineData("RESETKEY ", "BAD")]
    public async Task Others_are_answered(string command, string answer) => (await Client.RunAsync(command)).ShouldStartWith(answer);
}
