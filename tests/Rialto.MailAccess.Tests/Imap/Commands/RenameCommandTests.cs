namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class RenameCommandTests : ImapTest
{
    [Fact]
    public async Task Takes_children_along_and_makes_parents()
    {
        await Client.RunAsync("CREATE a/b");

        (await Client.RunAsync("RENAME a new/place/A")).ShouldBe("OK RENAME completed");

        (await Client.RunAsync("LIST \"\" *b")).ShouldContain("\"new/place/A/b\"");
        (await Client.RunAsync("RENAME new/place/A new/place/a")).ShouldBe("OK RENAME completed");
        (await Client.RunAsync("RENAME new new/below")).ShouldStartWith("NO [CANNOT]");
        (await Client.RunAsync("RENAME new Drafts")).ShouldStartWith("NO [ALREADYEXISTS]");
        (await Client.RunAsync("RENAME Drafts Other")).ShouldStartWith("NO [CANNOT]");
        (await Client.RunAsync("RENAME none Other")).ShouldStartWith("NO [NONEXISTENT]");
        (await Client.RunAsync("RENAME a")).ShouldStartWith("BAD");
    }

    [Fact]
    public async Task Inbox_gives_its_messages_away()
    {
        await SelectWithAsync(2);

        (await Client.RunAsync("RENAME INBOX Old")).ShouldContain("* 1 EXPUNGE");

        (await Client.RunAsync("STATUS Old (MESSAGES)")).ShouldContain("MESSAGES 2");
        (await Client.RunAsync("STATUS INBOX (MESSAGES)")).ShouldContain("MESSAGES 0");
    }

    [Fact]
    public async Task Revision_2_tells_a_mailbox_by_its_new_name_and_its_old_one()
    {
        await Client.RunAsync("CREATE Before");
        await Client.RunAsync("ENABLE IMAP4rev2");
        (await Client.RunAsync("RENAME Before After")).ShouldBe("* LIST (\\HasNoChildren \\Subscribed) \"/\" \"After\" (\"OLDNAME\" (\"Before\"))\r\nOK RENAME completed");
        (await Client.RunAsync("SELECT after")).ShouldContain("* LIST (\\HasNoChildren) \"/\" \"After\" (\"OLDNAME\" (\"after\"))\r\n");
        (await Client.RunAsync("SELECT After")).ShouldContain("* LIST (\\HasNoChildren) \"/\" \"After\"\r\n");
    }
}
