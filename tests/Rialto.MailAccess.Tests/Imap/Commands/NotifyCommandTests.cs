namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class NotifyCommandTests : ImapTest
{
    [Fact]
    public async Task Other_mailboxes_are_told_of_without_a_command()
    {
        (await Client.RunAsync("NOTIFY SET STATUS (selected (MessageNew MessageExpunge)) (mailboxes (Drafts INBOX) (MessageNew MessageExpunge FlagChange))"))
            .ShouldMatch(@"^\* STATUS INBOX \(MESSAGES 0 UIDNEXT 1 UIDVALIDITY \d+ UNSEEN 0\)\r\n\* STATUS ""Drafts"" \(MESSAGES 0 UIDNEXT 1 UIDVALIDITY \d+ UNSEEN 0\)\r\nOK NOTIFY completed$");
        await Server.DeliverAsync(Mail("News"));

        (await Client.ReadLineAsync())!.ShouldMatch(@"^\* STATUS INBOX \(MESSAGES 1 UIDNEXT 2 UIDVALIDITY \d+ UNSEEN 1\)$");
        await using var other = await Server.LogInAsync();
        await other.RunAsync("SELECT INBOX");
        await other.RunAsync("STORE 1 +FLAGS (\\Seen)");
        (await Client.ReadLineAsync())!.ShouldMatch(@"^\* STATUS INBOX \(UIDVALIDITY \d+ UNSEEN 0\)$");
        await other.RunAsync("COPY 1 \"Sent Items\"");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
    }

    [Fact]
    public async Task The_selected_mailbox_is_told_of_at_once_with_data_items()
    {
        await SelectWithAsync(1);
        (await Client.RunAsync("NOTIFY SET (selected (MessageNew (UID FLAGS) MessageExpunge FlagChange))")).ShouldStartWith("OK");
        await Server.DeliverAsync(Mail("News"));

        (await Client.ReadLineAsync()).ShouldBe("* 2 EXISTS");
        (await Client.ReadLineAsync()).ShouldBe("* 0 RECENT");
        (await Client.ReadLineAsync()).ShouldBe("* 2 FETCH (UID 2 FLAGS ())");
        await using var other = await Server.LogInAsync();
        await other.RunAsync("SELECT INBOX");
        await other.RunAsync("STORE 1 +FLAGS.SILENT (\\Deleted)");
        (await Client.ReadLineAsync()).ShouldBe("* 1 FETCH (UID 1 FLAGS (\\Deleted))");
        await other.RunAsync("EXPUNGE");
        (await Client.ReadLineAsync()).ShouldBe("* 1 EXPUNGE");
    }

    [Fact]
    public async Task Nothing_is_told_to_who_wants_nothing()
    {
        await SelectWithAsync(1);
        (await Client.RunAsync("NOTIFY NONE")).ShouldStartWith("OK");
        await Server.DeliverAsync(Mail("News"));

        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
        (await Client.RunAsync("SELECT INBOX")).ShouldContain("* 2 EXISTS");
    }

    [Fact]
    public async Task Names_are_told()
    {
        (await Client.RunAsync("NOTIFY SET (personal (MailboxName))")).ShouldStartWith("OK");
        await using var other = await Server.LogInAsync();

        await other.RunAsync("CREATE One");
        (await Client.ReadLineAsync()).ShouldBe("* LIST () \"/\" \"One\"");
        await other.RunAsync("RENAME One Two");
        (await Client.ReadLineAsync()).ShouldBe("* LIST () \"/\" \"Two\" (\"OLDNAME\" (\"One\"))");
        await other.RunAsync("DELETE Two");
        (await Client.ReadLineAsync()).ShouldBe("* LIST (\\NonExistent) \"/\" \"Two\"");
    }

    [Theory]
    [InlineData("NOTIFY", "BAD")]
    [InlineData("NOTIFY SET", "BAD")]
    [InlineData("NOTIFY SET (selected (MessageNew))", "BAD")]
    [InlineData("NOTIFY SET (selected (FlagChange))", "BAD")]
    [InlineData("NOTIFY SET (personal (MessageNew (UID) MessageExpunge))", "BAD")]
    [InlineData("NOTIFY SET (selected NONE) (selected-delayed NONE)", "BAD")]
    [InlineData("NOTIFY SET (personal (AnnotationChange))", "NO [BADEVENT (")]
    [InlineData("NOTIFY SET (subtree (Drafts \"Sent Items\") NONE)", "OK")]
    public async Task Others_are_answered(string command, string answer) => (await Client.RunAsync(command)).ShouldStartWith(answer);
}
