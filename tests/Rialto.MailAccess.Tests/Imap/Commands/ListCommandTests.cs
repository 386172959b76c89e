namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class ListCommandTests : ImapTest
{
    [Fact]
    public async Task Lists_mail_folders_with_their_use_and_children()
    {
        await Client.RunAsync("CREATE Projects/2026");

        var response = await Client.RunAsync("LIST \"\" *");

        response.ShouldStartWith("* LIST (\\HasNoChildren) \"/\" INBOX\r\n");
        response.ShouldContain("* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent Items\"\r\n");
        response.ShouldContain("\\Drafts) \"/\" \"Drafts\"");
        response.ShouldContain("\\Trash) \"/\" \"Deleted Items\"");
        response.ShouldContain("\\Junk) \"/\" \"Junk E");
        response.ShouldContain("* LIST (\\HasChildren) \"/\" \"Projects\"\r\n* LIST (\\HasNoChildren) \"/\" \"Projects/2026\"\r\n");
        response.ShouldNotContain("Calendar");
        response.ShouldNotContain("Contacts");
        response.ShouldNotContain("Sync Issues");
    }

    [Fact]
    public async Task Patterns_match()
    {
        await Client.RunAsync("CREATE Projects/2026/May");

        (await Client.RunAsync("LIST \"\" %")).ShouldNotContain("Projects/");
        (await Client.RunAsync("LIST Projects/ %")).ShouldBe("* LIST (\\HasChildren) \"/\" \"Projects/2026\"\r\nOK LIST completed");
        (await Client.RunAsync("LIST \"\" Pro*May")).ShouldBe("* LIST (\\HasNoChildren) \"/\" \"Projects/2026/May\"\r\nOK LIST completed");
        (await Client.RunAsync("LIST \"\" inbox")).ShouldContain(" INBOX\r\n");
        (await Client.RunAsync("LIST \"\" \"\"")).ShouldBe("* LIST (\\Noselect) \"/\" \"\"\r\nOK LIST completed");
    }

    [Fact]
    public async Task Names_go_through_modified_utf7()
    {
        await Client.RunAsync("CREATE \"Entw&APw-rfe &- mehr\"");

        (await Client.RunAsync("LIST \"\" \"Entw*\"")).ShouldContain(" \"Entw&APw-rfe &- mehr\"\r\n");
        (await Client.RunAsync("CREATE \"Entw\u00fcrfe\"")).ShouldStartWith("BAD");
        (await Client.RunAsync("SELECT \"Entw&APw-rfe &- mehr\"")).ShouldContain("OK [READ-WRITE]");
    }

    [Fact]
    public async Task Extended_options()
    {
        await Client.RunAsync("UNSUBSCRIBE Drafts");

        var subscribed = await Client.RunAsync("LIST (SUBSCRIBED) \"\" (\"INBOX\" \"D*\") RETURN (STATUS (MESSAGES UNSEEN))");
        subscribed.ShouldContain("* LIST (\\HasNoChildren \\Subscribed) \"/\" INBOX\r\n* STATUS INBOX (MESSAGES 0 UNSEEN 0)\r\n");
        subscribed.ShouldNotContain("Drafts");
        (await Client.RunAsync("LIST (SPECIAL-USE) \"\" *")).ShouldNotContain("INBOX");
        (await Client.RunAsync("LIST \"\" * RETURN (CHILDREN SPECIAL-USE SUBSCRIBED)")).ShouldContain("\\HasNoChildren \\Subscribed) \"/\" INBOX");
    }

    [Theory]
    [InlineData("LIST")]
    [InlineData("LIST \"\"")]
    [InlineData("LIST (NONSENSE) \"\" *")]
    [InlineData("LIST (RECURSIVEMATCH) \"\" *")]
    [InlineData("LIST \"\" (\"a\" ")]
    [InlineData("LIST \"\" * RETURN")]
    public async Task Malformed_lists_are_bad(string command) => (await Client.RunAsync(command)).ShouldStartWith("BAD ");
}
