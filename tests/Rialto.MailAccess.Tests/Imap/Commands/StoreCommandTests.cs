namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class StoreCommandTests : ImapTest
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await SelectWithAsync(3);
    }

    [Fact]
    public async Task Sets_adds_and_removes()
    {
        (await Client.RunAsync("STORE 1 FLAGS (\\Seen $Label1)")).ShouldEndWith("Flags are kept\r\n* 1 FETCH (FLAGS (\\Seen $Label1))\r\nOK STORE completed");
        (await Client.RunAsync("STORE 1 +FLAGS \\Flagged \\Draft")).ShouldBe("* 1 FETCH (FLAGS (\\Seen \\Flagged \\Draft $Label1))\r\nOK STORE completed");
        (await Client.RunAsync("UID STORE 1 -FLAGS (\\Seen $label1)")).ShouldBe("* 1 FETCH (UID 1 FLAGS (\\Flagged \\Draft))\r\nOK STORE completed");
        (await Client.RunAsync("STORE 1 +FLAGS ($Forwarded)")).ShouldContain("$Forwarded");
        (await Client.RunAsync("STORE 1 FLAGS ()")).ShouldBe("* 1 FETCH (FLAGS ())\r\nOK STORE completed");
    }

    [Fact]
    public async Task Many_messages_are_one_change()
    {
        (await Client.RunAsync("STORE 1:* +FLAGS (\\Answered)")).ShouldBe(
            "* 1 FETCH (FLAGS (\\Answered))\r\n* 2 FETCH (FLAGS (\\Answered))\r\n* 3 FETCH (FLAGS (\\Answered))\r\nOK STORE completed");
    }

    [Fact]
    public async Task Silent_says_nothing_and_nothing_later()
    {
        (await Client.RunAsync("STORE 1:3 +FLAGS.SILENT (\\Seen)")).ShouldBe("OK STORE completed");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
        (await Client.RunAsync("FETCH 3 FLAGS")).ShouldContain("\\Seen");
    }

    [Fact]
    public async Task Silent_tells_what_another_session_changed()
    {
        await using var other = await Server.LogInAsync();
        await other.RunAsync("SELECT INBOX");
        await other.RunAsync("STORE 2 +FLAGS (\\Flagged)");

        (await Client.RunAsync("STORE 1:2 +FLAGS.SILENT (\\Seen)")).ShouldBe("* 2 FETCH (UID 2 FLAGS (\\Seen \\Flagged))\r\nOK STORE completed");
        (await other.RunAsync("NOOP")).ShouldBe("* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n* 2 FETCH (UID 2 FLAGS (\\Seen \\Flagged))\r\nOK NOOP completed");
    }

    /// <summary>From 32 on flags are ranges in the store, and what the session ordered itself is not looked for message by message.</summary>
    [Fact]
    public async Task Silent_over_a_folder_tells_what_another_session_changed_and_nothing_else()
    {
        for (var i = 4; i <= 40; i++)
            await Client.AppendAsync(Mail($"Message {i}"));
        await Client.RunAsync("NOOP");
        await using var other = await Server.LogInAsync();
        await other.RunAsync("SELECT INBOX");

        (await Client.RunAsync("STORE 1:* +FLAGS.SILENT (\\Draft)")).ShouldBe("OK STORE completed");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
        (await Client.RunAsync("SEARCH DRAFT KEYWORD x")).ShouldBe("* SEARCH\r\nOK SEARCH completed");
        (await Client.RunAsync("SEARCH RETURN (COUNT) DRAFT")).ShouldContain("COUNT 40");

        await other.RunAsync("STORE 7 +FLAGS (\\Flagged)");
        (await Client.RunAsync("STORE 1:* -FLAGS.SILENT (\\Draft)")).ShouldBe("* 7 FETCH (UID 7 FLAGS (\\Flagged))\r\nOK STORE completed");
        await other.RunAsync("STORE 9 +FLAGS (\\Flagged)");
        (await Client.RunAsync("STORE 2:38 FLAGS.SILENT (\\Seen)")).ShouldBe("OK STORE completed");
        (await Client.RunAsync("FETCH 9 FLAGS")).ShouldBe("* 9 FETCH (FLAGS (\\Seen))\r\nOK FETCH completed");
        await other.RunAsync("NOOP");
        await other.RunAsync("STORE 3:37 +FLAGS (\\Answered)");
        (await Client.RunAsync("STORE 2:38 +FLAGS.SILENT (\\Draft)")).Split("\r\n").Count(l => l.Contains("\\Seen \\Answered \\Draft", StringComparison.Ordinal) || l.Contains("\\Answered \\Seen \\Draft", StringComparison.Ordinal)).ShouldBe(35);
    }

    [Fact]
    public async Task Is_durable_before_its_OK()
    {
        var gate = new TaskCompletionSource();
        Server.Backend.Durability = _ => gate.Task;

        var tag = Client.NextTag();
        await Client.SendAsync($"{tag} STORE 1 +FLAGS (\\Seen)\r\n");
        var answer = Client.ReadToAsync(tag);
        await Task.Delay(100);
        answer.IsCompleted.ShouldBeFalse();
        Server.Backend.Durability = null;
        gate.SetResult();

        (await answer).ShouldEndWith("OK STORE completed");
    }

    [Theory]
    [InlineData("STORE 1 FLAGS")]
    [InlineData("STORE 1 ?FLAGS (\\Seen)")]
    [InlineData("STORE 1 FLAGS (\\Unknown)")]
    [InlineData("STORE 4 FLAGS (\\Seen)")]
    [InlineData("STORE x FLAGS (\\Seen)")]
    [InlineData("STORE 1 FLAGS (\\Seen")]
    public async Task Malformed_stores_are_bad(string command) => (await Client.RunAsync(command)).ShouldStartWith("BAD ");
}
