using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Testing;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class NotifyCommandTests : SharedMailboxTest
{
    [Fact]
    public async Task Other_mailboxes_are_told_of_without_a_command()
    {
        (await Client.RunAsync("NOTIFY SET STATUS (selected (MessageNew MessageExpunge)) (mailboxes (Drafts INBOX) (MessageNew MessageExpunge FlagChange))"))
            .ShouldMatch(@"^\* STATUS INBOX \(MESSAGES 0 UIDNEXT 1 UIDVALIDITY \d+ UNSEEN 0 HIGHESTMODSEQ \d+\)\r\n\* STATUS ""Drafts"" \(MESSAGES 0 UIDNEXT 1 UIDVALIDITY \d+ UNSEEN 0 HIGHESTMODSEQ \d+\)\r\nOK NOTIFY completed$");
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
        (await Client.RunAsync("STORE 1 +FLAGS (\\Flagged)")).ShouldBe("* 1 FETCH (FLAGS (\\Flagged))\r\nOK STORE completed");
        (await Client.RunAsync("SELECT INBOX")).ShouldContain("* 2 EXISTS");
    }

    [Fact]
    public async Task Names_are_told()
    {
        (await Client.RunAsync("NOTIFY SET (personal (MailboxName))")).ShouldStartWith("OK");
        await using var other = await Server.LogInAsync();

        await other.RunAsync("CREATE One");
        (await Client.ReadLineAsync()).ShouldBe("* LIST (\\HasNoChildren) \"/\" \"One\"");
        await other.RunAsync("CREATE One/Below");
        (await Client.ReadLineAsync()).ShouldBe("* LIST (\\HasNoChildren) \"/\" \"One/Below\"");
        (await Client.ReadLineAsync()).ShouldBe("* LIST (\\HasChildren) \"/\" \"One\"");
        await other.RunAsync("RENAME One Two");
        (await Client.ReadLineAsync()).ShouldBe("* LIST (\\HasChildren \\Subscribed) \"/\" \"Two\" (\"OLDNAME\" (\"One\"))");
        await other.RunAsync("DELETE Two/Below");
        (await Client.ReadLineAsync()).ShouldBe("* LIST (\\NonExistent) \"/\" \"Two/Below\"");
        (await Client.ReadLineAsync()).ShouldBe("* LIST (\\HasNoChildren \\Subscribed) \"/\" \"Two\"");
        await other.RunAsync("DELETE Two");
        (await Client.ReadLineAsync()).ShouldBe("* LIST (\\NonExistent) \"/\" \"Two\"");
    }

    /// <summary>RFC 5465 5: what this client does itself it knows of.</summary>
    [Fact]
    public async Task Nobody_is_told_of_what_they_did_themselves()
    {
        (await Client.RunAsync("NOTIFY SET (personal (MessageNew MessageExpunge MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange))")).ShouldStartWith("OK");

        (await Client.RunAsync("CREATE One")).ShouldStartWith("OK");
        (await Client.RunAsync("SUBSCRIBE One")).ShouldBe("OK SUBSCRIBE completed");
        (await Client.RunAsync("SETMETADATA One (/private/comment \"x\" /shared/comment \"y\")")).ShouldBe("OK SETMETADATA completed");
        (await Client.RunWithLiteralsAsync($"APPEND One {{{Mail("x").Length}}}", Mail("x"), "")).ShouldStartWith("OK");
        (await Client.RunAsync("RENAME One Two")).ShouldBe("OK RENAME completed");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
        await using var other = await Server.LogInAsync();
        await other.RunAsync("RENAME Two Three");
        (await Client.ReadLineAsync()).ShouldBe("* LIST (\\HasNoChildren \\Subscribed) \"/\" \"Three\" (\"OLDNAME\" (\"Two\"))");
    }

    [Fact]
    public async Task Subscriptions_are_told()
    {
        await Client.RunAsync("CREATE One");
        await using var other = await Server.LogInAsync();
        (await Client.RunAsync("NOTIFY SET (mailboxes One (SubscriptionChange)) (subscribed (MessageNew MessageExpunge))")).ShouldStartWith("OK");

        await other.RunAsync("SUBSCRIBE One");
        (await Client.ReadLineAsync()).ShouldBe("* LIST (\\HasNoChildren \\Subscribed) \"/\" \"One\"");
        await Append(other, "One");
        (await Client.ReadLineAsync())!.ShouldStartWith("* STATUS \"One\" (MESSAGES 1 ");
        await other.RunAsync("UNSUBSCRIBE One");
        (await Client.ReadLineAsync()).ShouldBe("* LIST (\\HasNoChildren) \"/\" \"One\"");
        await Append(other, "One");
        await other.RunAsync("UNSUBSCRIBE Drafts");
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
    }

    private static Task Append(ImapClient client, string mailbox) => client.RunWithLiteralsAsync($"APPEND {mailbox} {{{Mail("x").Length}}}", Mail("x"), "");

    [Fact]
    public async Task Annotations_are_told()
    {
        await using var other = await Server.LogInAsync();
        await using var stranger = await Server.LogInAsync(2);
        (await Client.RunAsync("NOTIFY SET (inboxes (MailboxMetadataChange)) (personal (ServerMetadataChange))")).ShouldStartWith("OK");

        await other.RunAsync("SETMETADATA INBOX (/private/comment \"mine\" /private/vendor/x/Color \"red\")");
        (await Client.ReadLineAsync()).ShouldBe("* METADATA INBOX /private/comment /private/vendor/x/color");
        await other.RunAsync("SETMETADATA INBOX (/shared/comment \"ours\")");
        (await Client.ReadLineAsync()).ShouldBe("* METADATA INBOX /shared/comment");
        await other.RunAsync("SETMETADATA INBOX (/private/comment NIL)");
        (await Client.ReadLineAsync()).ShouldBe("* METADATA INBOX /private/comment");
        await other.RunAsync("SETMETADATA Drafts (/private/comment \"not asked for\")");
        await stranger.RunAsync("SETMETADATA \"\" (/private/comment \"another's\")");
        await other.RunAsync("SETMETADATA \"\" (/private/comment \"of the server\")");
        (await Client.ReadLineAsync()).ShouldBe("* METADATA \"\" /private/comment");
    }

    /// <summary>RFC 5464 4.4.2.</summary>
    [Fact]
    public async Task Who_enables_METADATA_hears_of_annotations()
    {
        (await Client.RunAsync("ENABLE METADATA")).ShouldStartWith("* ENABLED METADATA\r\nOK");
        await using var other = await Server.LogInAsync();
        await other.RunAsync("SETMETADATA Drafts (/private/comment \"x\")");

        (await Client.ReadLineAsync()).ShouldBe("* METADATA \"Drafts\" /private/comment");
        (await Client.RunAsync("SETMETADATA Drafts (/private/comment \"y\")")).ShouldBe("OK SETMETADATA completed");
    }

    [Fact]
    public async Task Mailboxes_of_other_namespaces_are_told_of_by_name()
    {
        (await Client.RunAsync("NOTIFY SET STATUS (mailboxes \"Public Folders/News\" (MessageNew MessageExpunge)) (subtree \"Public Folders\" (MailboxName))"))
            .ShouldMatch(@"^\* STATUS ""Public Folders/News"" \(MESSAGES 0 ");
        await using var other = await Server.LogInAsync(2);
        await Append(other, "\"Public Folders/News\"");
        (await Client.ReadLineAsync())!.ShouldStartWith("* STATUS \"Public Folders/News\" (MESSAGES 1 UIDNEXT 2 ");

        // 5.4, 5.9: a right that is taken or given is a mailbox that goes or comes.
        await Public.UpdateFolderAsync(News.Id, f => f with { Permissions = [new(FolderPermission.DefaultMember, FolderRights.None)] }, CancellationToken.None);
        (await Client.ReadLineAsync()).ShouldBe("* LIST (\\NonExistent) \"/\" \"Public Folders/News\"");
        await Public.UpdateFolderAsync(News.Id, f => f with { Permissions = [new(FolderPermission.DefaultMember, FolderRights.FolderVisible)] }, CancellationToken.None);
        (await Client.ReadLineAsync()).ShouldBe("* LIST (\\HasNoChildren) \"/\" \"Public Folders/News\"");
        (await Client.RunAsync("NOTIFY SET (mailboxes \"Public Folders/News\" (MessageNew MessageExpunge))")).ShouldBe("* LIST (\\NoAccess) \"/\" \"Public Folders/News\"\r\nOK NOTIFY completed");
    }

    /// <summary>RFC 5465 6: several groups may mean a mailbox.</summary>
    [Fact]
    public async Task Groups_add_up()
    {
        await Client.RunAsync("CREATE One");
        (await Client.RunAsync("NOTIFY SET (mailboxes One (MessageNew MessageExpunge)) (personal (MailboxName)) (mailboxes Drafts NONE) (personal (MessageNew MessageExpunge))")).ShouldStartWith("OK");
        await using var other = await Server.LogInAsync();

        await Append(other, "Drafts");
        await Append(other, "One");
        (await Client.ReadLineAsync())!.ShouldStartWith("* STATUS \"One\" (MESSAGES 1 ");
        await other.RunAsync("RENAME One Two");
        (await Client.ReadLineAsync())!.ShouldContain("\"Two\" (\"OLDNAME\" (\"One\"))");
    }

    [Fact]
    public async Task Flags_are_told_to_who_asks_for_them()
    {
        await SelectWithAsync(1);
        (await Client.RunAsync("NOTIFY SET (selected (MessageNew MessageExpunge))")).ShouldStartWith("OK");
        await using var other = await Server.LogInAsync();
        await other.RunAsync("SELECT INBOX");
        await other.RunAsync("STORE 1 +FLAGS (\\Flagged)");

        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");
        (await Client.RunAsync("FETCH 1 FLAGS")).ShouldStartWith("* 1 FETCH (FLAGS (\\Flagged))");
    }

    /// <summary>A section without PEEK makes the message seen amid the updates: what else there is to tell is told all the same, and once.</summary>
    [Fact]
    public async Task Data_items_that_make_messages_seen_keep_nothing_from_being_told()
    {
        await SelectWithAsync(1);
        (await Client.RunAsync("UID SEARCH RETURN (UPDATE) ALL")).ShouldContain("OK");
        (await Client.RunAsync("NOTIFY SET (selected (MessageNew (FLAGS BODY[TEXT]<0.1>) MessageExpunge FlagChange))")).ShouldStartWith("OK");
        await Server.DeliverAsync(Mail("News"));

        (await Client.ReadLineAsync()).ShouldBe("* 2 EXISTS");
        (await Client.ReadLineAsync()).ShouldBe("* 0 RECENT");
        (await Client.ReadLineAsync())!.ShouldMatch(@"^\* 2 FETCH \(UID 2 FLAGS \(\\Seen\) BODY\[TEXT\]<0> ");
        (await Client.RunAsync("NOOP")).ShouldContain("UID ADDTO (0 2)\r\n");
    }

    [Fact]
    public async Task What_cannot_be_told_while_the_storage_is_away_is_told_later()
    {
        (await Client.RunAsync("NOTIFY SET (personal (MessageNew MessageExpunge))")).ShouldStartWith("OK");
        var failures = 0;
        Server.Backend.OnRead = read =>
        {
            if (read != nameof(IMailboxStorage.ReadClientStatesAsync))
                return;
            Interlocked.Increment(ref failures);
            throw new StorageUnavailableException("Away.");
        };
        await Server.DeliverAsync(Mail("News"));
        await Server.DeliverAsync(Mail("News"), SpecialFolder.Drafts);
        (await Eventually.HoldsAsync(() => failures > 0)).ShouldBeTrue();
        (await Client.RunAsync("NOOP")).ShouldBe("OK NOOP completed");

        Server.Backend.OnRead = null;
        var told = await Client.RunAsync("NOOP");
        told.ShouldContain("* STATUS INBOX (MESSAGES 1 ");
        told.ShouldContain("* STATUS \"Drafts\" (MESSAGES 1 ");
    }

    [Theory]
    [InlineData("NOTIFY", "BAD")]
    [InlineData("NOTIFY SET", "BAD")]
    [InlineData("NOTIFY SET (selected (MessageNew))", "BAD")]
    [InlineData("NOTIFY SET (selected (FlagChange))", "BAD")]
    [InlineData("NOTIFY SET (personal (MessageNew (UID) MessageExpunge))", "BAD")]
    [InlineData("NOTIFY SET (selected (MailboxName))", "BAD")]
    [InlineData("NOTIFY SET (selected NONE) (selected-delayed NONE)", "BAD")]
    [InlineData("NOTIFY SET (personal (AnnotationChange))", "NO [BADEVENT (")]
    [InlineData("NOTIFY SET (subtree (Drafts \"Sent Items\") NONE)", "OK")]
    public async Task Others_are_answered(string command, string answer) => (await Client.RunAsync(command)).ShouldStartWith(answer);
}
