namespace Rialto.MailAccess.Tests.Imap;

/// <summary>What one session does and the other is told, and when. RFC 3501 5.2, 7.4.1; RFC 2180.</summary>
public sealed class TwoSessionTests : ImapTest
{
    private ImapClient _other = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await SelectWithAsync(4);
        _other = await Server.LogInAsync();
        await _other.RunAsync("SELECT INBOX");
    }

    public override async Task DisposeAsync()
    {
        await _other.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Expunges_wait_for_a_command_that_may_tell_them()
    {
        await _other.RunAsync("STORE 2 +FLAGS.SILENT (\\Deleted)");
        await _other.RunAsync("EXPUNGE");

        (await Client.RunAsync("FETCH 3 UID")).ShouldBe("* 3 FETCH (UID 3)\r\nOK FETCH completed");
        (await Client.RunAsync("SEARCH UID 4")).ShouldBe("* SEARCH 4\r\nOK SEARCH completed");
        (await Client.RunAsync("STORE 4 +FLAGS (\\Seen)")).ShouldBe("* 4 FETCH (FLAGS (\\Seen))\r\nOK STORE completed");
        (await Client.RunAsync("NOOP")).ShouldContain("* 2 EXPUNGE\r\n");
        (await Client.RunAsync("FETCH 3 UID")).ShouldBe("* 3 FETCH (UID 4)\r\nOK FETCH completed");
    }

    [Fact]
    public async Task Flags_do_not_wait_for_expunges()
    {
        await _other.RunAsync("STORE 2 +FLAGS.SILENT (\\Deleted)");
        await _other.RunAsync("EXPUNGE");
        await _other.RunAsync("STORE 3 +FLAGS.SILENT (\\Flagged)");
        await Server.DeliverAsync(Mail("five"));

        (await Client.RunAsync("STORE 3 +FLAGS (\\Seen)")).ShouldBe("* 3 FETCH (FLAGS (\\Seen))\r\n* 4 FETCH (UID 4 FLAGS (\\Flagged))\r\nOK STORE completed");
        (await Client.RunAsync("FETCH 3:4 (FLAGS)")).ShouldBe("* 3 FETCH (FLAGS (\\Seen))\r\n* 4 FETCH (FLAGS (\\Flagged))\r\nOK FETCH completed");
        (await Client.RunAsync("NOOP")).ShouldContain("* 2 EXPUNGE\r\n* 4 EXISTS\r\n");
        (await Client.RunAsync("FETCH 2:4 (UID FLAGS)")).ShouldBe("* 2 FETCH (UID 3 FLAGS (\\Seen))\r\n* 3 FETCH (UID 4 FLAGS (\\Flagged))\r\n* 4 FETCH (UID 5 FLAGS ())\r\nOK FETCH completed");
    }

    [Fact]
    public async Task New_messages_after_an_expunge_get_the_right_numbers()
    {
        await _other.RunAsync("STORE 1 +FLAGS.SILENT (\\Deleted)");
        await _other.RunAsync("EXPUNGE");
        await Server.DeliverAsync(Mail("five"));

        (await Client.RunAsync("CHECK")).ShouldBe("* 1 EXPUNGE\r\n* 4 EXISTS\r\n* 0 RECENT\r\nOK CHECK completed");
        (await Client.RunAsync("UID FETCH 5 UID")).ShouldBe("* 4 FETCH (UID 5)\r\nOK FETCH completed");
    }

    [Fact]
    public async Task Flags_are_told_once()
    {
        await _other.RunAsync("STORE 1:2 +FLAGS.SILENT (\\Flagged)");

        (await Client.RunAsync("FETCH 4 UID")).ShouldBe(
            "* 4 FETCH (UID 4)\r\n* 1 FETCH (UID 1 FLAGS (\\Flagged))\r\n* 2 FETCH (UID 2 FLAGS (\\Flagged))\r\nOK FETCH completed");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
    }

    [Fact]
    public async Task A_store_on_what_has_gone_is_ok()
    {
        await _other.RunAsync("STORE 1 +FLAGS.SILENT (\\Deleted)");
        await _other.RunAsync("EXPUNGE");

        (await Client.RunAsync("STORE 1:2 +FLAGS (\\Seen)")).ShouldBe("* 2 FETCH (FLAGS (\\Seen))\r\nOK STORE completed");
        (await Client.RunAsync("COPY 1:2 Drafts")).ShouldContain("EXPUNGEISSUED");
    }

    [Fact]
    public async Task Sessions_under_random_changes_agree_in_the_end()
    {
        var random = new Random(20);
        for (var round = 0; round < 60; round++)
        {
            var client = random.Next(2) == 0 ? Client : _other;
            var command = random.Next(6) switch
            {
                0 => "EXPUNGE",
                1 => "UID STORE 1:* +FLAGS.SILENT (\\Flagged)",
                2 => $"UID STORE {random.Next(1, 40)} +FLAGS (\\Deleted)",
                3 => "UID COPY * INBOX",
                4 => $"UID FETCH {random.Next(1, 40)} BODY[]",
                _ => "NOOP",
            };
            (await client.RunAsync(command)).ShouldContain("OK ");
        }
        await Client.RunAsync("NOOP");
        await _other.RunAsync("NOOP");

        var one = await Client.RunAsync("FETCH 1:* (UID FLAGS)");
        one.ShouldBe(await _other.RunAsync("FETCH 1:* (UID FLAGS)"));
        await using var fresh = await Server.LogInAsync();
        await fresh.RunAsync("SELECT INBOX");
        (await fresh.RunAsync("FETCH 1:* (UID FLAGS)")).ShouldBe(one);
    }
}
