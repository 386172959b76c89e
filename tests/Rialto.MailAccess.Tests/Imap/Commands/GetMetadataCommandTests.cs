namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class GetMetadataCommandTests : SharedMailboxTest
{
    [Fact]
    public async Task Entries_are_told_as_asked_for()
    {
        await Client.RunAsync("SETMETADATA INBOX (/private/vendor/x/a \"1\" /private/vendor/x/a/b \"2\" /private/vendor/x/c ~{2+}\r\n\0z)");

        (await Client.RunAsync("GETMETADATA INBOX (/private/vendor/x/a /private/none)")).ShouldBe("* METADATA INBOX (/private/vendor/x/a \"1\" /private/none NIL)\r\nOK GETMETADATA completed");
        (await Client.RunAsync("GETMETADATA (DEPTH 1) INBOX /private/vendor/x")).ShouldBe("* METADATA INBOX (/private/vendor/x/a \"1\" /private/vendor/x/c ~{2}\r\n\0z)\r\nOK GETMETADATA completed");
        (await Client.RunAsync("GETMETADATA (DEPTH infinity MAXSIZE 1) INBOX /private/vendor")).ShouldContain("OK [METADATA LONGENTRIES 2]");
        (await Client.RunAsync("GETMETADATA nothing /private/a")).ShouldStartWith("NO [NONEXISTENT]");
        (await Client.RunAsync("GETMETADATA (DEPTH 2) INBOX /private/a")).ShouldStartWith("BAD");
        (await Client.RunAsync("GETMETADATA INBOX a")).ShouldStartWith("BAD");
    }

    [Fact]
    public async Task Private_entries_are_each_users_own_and_the_comment_is_the_folders()
    {
        await using var other = await Server.LogInAsync(2);
        await Client.RunAsync("SETMETADATA \"Public Folders/News\" (/private/a \"mine\")");
        (await other.RunAsync("GETMETADATA \"Public Folders/News\" /private/a")).ShouldContain("(/private/a NIL)");
        (await Client.RunAsync("GETMETADATA \"Public Folders/News\" /private/a")).ShouldContain("(/private/a \"mine\")");

        await Public.UpdateFolderAsync(News.Id, f => f with { Comment = "All the news" }, CancellationToken.None);
        (await other.RunAsync("GETMETADATA \"Public Folders/News\" /shared/comment")).ShouldContain("(/shared/comment \"All the news\")");
        await Client.RunAsync("SETMETADATA Drafts (/shared/comment \"Unfinished\")");
        using var mailbox = await Server.OpenMailboxAsync();
        mailbox.Folders.Special(Rialto.Model.SpecialFolder.Drafts)!.Comment.ShouldBe("Unfinished");
        await Client.RunAsync("SETMETADATA \"\" (/private/server \"x\")");
        (await Client.RunAsync("GETMETADATA \"\" /private/server")).ShouldStartWith("* METADATA \"\" (/private/server \"x\")");
    }

    [Fact]
    public async Task Annotations_go_with_their_mailbox()
    {
        await Client.RunAsync("CREATE Noted");
        (await Client.RunAsync("SETMETADATA Noted (/private/vendor/x \"mine\" /shared/vendor/x \"all\")")).ShouldStartWith("OK");
        (await Client.RunAsync("DELETE Noted")).ShouldStartWith("OK");
        await Client.RunAsync("CREATE Noted");
        (await Client.RunAsync("GETMETADATA (DEPTH infinity) Noted (/private /shared)")).ShouldNotContain("vendor");
    }
}
