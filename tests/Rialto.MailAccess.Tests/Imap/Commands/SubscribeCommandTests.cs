namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class SubscribeCommandTests : ImapTest
{
    [Fact]
    public async Task Subscriptions_are_kept()
    {
        (await Client.RunAsync("UNSUBSCRIBE Drafts")).ShouldBe("OK UNSUBSCRIBE completed");
        await using (var other = await Server.LogInAsync())
            (await other.RunAsync("LSUB \"\" Drafts")).ShouldBe("OK LSUB completed");

        (await Client.RunAsync("SUBSCRIBE Drafts")).ShouldBe("OK SUBSCRIBE completed");
        (await Client.RunAsync("LSUB \"\" Drafts")).ShouldContain("Drafts");
        (await Client.RunAsync("SUBSCRIBE Nowhere")).ShouldStartWith("NO [NONEXISTENT]");
        (await Client.RunAsync("UNSUBSCRIBE")).ShouldStartWith("BAD");
    }
}
