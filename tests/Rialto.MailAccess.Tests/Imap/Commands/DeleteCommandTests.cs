namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class DeleteCommandTests : ImapTest
{
    [Fact]
    public async Task Deletes_leaves_only()
    {
        await Client.RunAsync("CREATE a/b");

        (await Client.RunAsync("DELETE a")).ShouldStartWith("NO [HASCHILDREN]");
        (await Client.RunAsync("DELETE a/b")).ShouldBe("OK DELETE completed");
        (await Client.RunAsync("DELETE a")).ShouldBe("OK DELETE completed");
        (await Client.RunAsync("DELETE a")).ShouldStartWith("NO [NONEXISTENT]");
        (await Client.RunAsync("DELETE INBOX")).ShouldStartWith("NO [CANNOT]");
        (await Client.RunAsync("DELETE \"Sent Items\"")).ShouldStartWith("NO [CANNOT]");
        (await Client.RunAsync("DELETE")).ShouldStartWith("BAD");
    }

    [Fact]
    public async Task Whoever_has_it_selected_is_told_goodbye()
    {
        await Client.RunAsync("CREATE Doomed");
        await Client.RunAsync("SELECT Doomed");
        await using (var other = await Server.LogInAsync())
            (await other.RunAsync("DELETE Doomed")).ShouldBe("OK DELETE completed");

        (await Client.RunAsync("NOOP")).ShouldContain("* BYE The selected mailbox was deleted");
        await Client.Session;
    }
}
