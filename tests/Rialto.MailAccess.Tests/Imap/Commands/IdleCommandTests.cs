namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class IdleCommandTests : ImapTest
{
    [Fact]
    public async Task Hears_deliveries_flags_and_expunges()
    {
        await SelectWithAsync(2);
        await using var other = await Server.LogInAsync();
        await other.RunAsync("SELECT INBOX");
        await Client.SendAsync("i IDLE\r\n");
        (await Client.ReadLineAsync()).ShouldStartWith("+ ");

        await Server.DeliverAsync(Mail("new"));
        (await Client.ReadLineAsync()).ShouldBe("* 3 EXISTS");
        (await Client.ReadLineAsync()).ShouldBe("* 0 RECENT");
        await other.RunAsync("STORE 2 +FLAGS (\\Deleted)");
        (await Client.ReadLineAsync()).ShouldBe("* 2 FETCH (UID 2 FLAGS (\\Deleted))");
        await other.RunAsync("EXPUNGE");
        (await Client.ReadLineAsync()).ShouldBe("* 2 EXPUNGE");

        await Client.SendAsync("done\r\n");
        (await Client.ReadToAsync("i")).ShouldBe("OK IDLE completed");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
    }

    [Fact]
    public async Task Tells_first_what_happened_before_it()
    {
        await SelectWithAsync(1);
        await Server.DeliverAsync(Mail("before"));
        await Client.SendAsync("i IDLE\r\n");

        (await Client.ReadLineAsync()).ShouldStartWith("+ ");
        (await Client.ReadLineAsync()).ShouldBe("* 2 EXISTS");
        (await Client.ReadLineAsync()).ShouldBe("* 0 RECENT");
        await Client.SendAsync("DONE\r\n");
        (await Client.ReadToAsync("i")).ShouldBe("OK IDLE completed");
    }

    [Fact]
    public async Task Anything_but_DONE_is_bad()
    {
        await Client.SendAsync("i IDLE\r\nj NOOP\r\n");
        (await Client.ReadToAsync("i")).ShouldContain("BAD DONE expected");
        (await Client.RunAsync("IDLE x")).ShouldStartWith("BAD");
    }

    [Fact]
    public async Task Fifty_watchers_hear_one_delivery()
    {
        var watchers = new List<ImapClient>();
        for (var i = 0; i < 50; i++)
        {
            var watcher = await Server.LogInAsync();
            await watcher.RunAsync("EXAMINE INBOX");
            await watcher.SendAsync("i IDLE\r\n");
            await watcher.ReadLineAsync();
            watchers.Add(watcher);
        }

        await Server.DeliverAsync(Mail("for all"));

        foreach (var watcher in watchers)
        {
            (await watcher.ReadLineAsync()).ShouldBe("* 1 EXISTS");
            await watcher.DisposeAsync();
        }
    }
}
