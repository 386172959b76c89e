namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class LsubCommandTests : ImapTest
{
    [Fact]
    public async Task Lists_what_is_subscribed_even_when_it_is_gone()
    {
        await Client.RunAsync("CREATE Parent/Child");
        await Client.RunAsync("SUBSCRIBE Parent/Child");
        await Client.RunAsync("UNSUBSCRIBE Parent");
        await Client.RunAsync("UNSUBSCRIBE Drafts");

        var all = await Client.RunAsync("LSUB \"\" *");
        all.ShouldContain("INBOX");
        all.ShouldContain("\"Parent/Child\"");
        all.ShouldNotContain("Drafts");
        (await Client.RunAsync("LSUB \"\" Par%")).ShouldContain("* LSUB (\\Noselect) \"/\" \"Parent\"\r\n");

        await Client.RunAsync("DELETE Parent/Child");
        (await Client.RunAsync("LSUB \"\" Parent/*")).ShouldContain("* LSUB () \"/\" \"Parent/Child\"");
        (await Client.RunAsync("LSUB")).ShouldStartWith("BAD");
    }
}
