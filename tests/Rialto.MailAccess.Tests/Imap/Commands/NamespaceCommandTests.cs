using System.Buffers;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class NamespaceCommandTests : SharedMailboxTest
{
    [Fact]
    public async Task Tells_the_namespaces()
    {
        (await Client.RunAsync("NAMESPACE")).ShouldBe("* NAMESPACE ((\"\" \"/\")) ((\"Other Users/\" \"/\")) ((\"Public Folders/\" \"/\"))\r\nOK NAMESPACE completed");
        (await Client.RunAsync("NAMESPACE x")).ShouldStartWith("BAD");
    }

    [Fact]
    public async Task Folders_of_others_are_used_as_far_as_rights_go()
    {
        (await Client.RunAsync("SELECT \"Other Users/user2/INBOX\"")).ShouldStartWith("NO [NONEXISTENT]");
        await Server.DeliverAsync(Mail("Shared"), user: 2);
        await GrantAsync(2, SpecialFolder.Inbox, 1, FolderRights.FolderVisible | FolderRights.ReadAny);

        (await Client.RunAsync("LIST \"\" *")).ShouldNotContain("Other Users");
        (await Client.RunAsync("LIST \"\" \"Other Users/user2/*\"")).ShouldBe("* LIST (\\HasNoChildren) \"/\" \"Other Users/user2/INBOX\"\r\nOK LIST completed");
        (await Client.RunAsync("STATUS \"Other Users/user2/INBOX\" (MESSAGES UNSEEN)")).ShouldContain("\"Other Users/user2/INBOX\" (MESSAGES 1 UNSEEN 1)");
        (await Client.RunAsync("SELECT \"Other Users/user2/INBOX\"")).ShouldContain("OK [READ-ONLY]");
        (await Client.RunAsync("FETCH 1 (ENVELOPE BODY[TEXT])")).ShouldContain("\"Shared\"");
        (await Client.RunAsync("STORE 1 +FLAGS (\\Seen)")).ShouldStartWith("NO");
        (await Client.RunAsync("COPY 1 INBOX")).ShouldContain("OK [COPYUID ");
        (await Client.RunAsync("MOVE 1 INBOX")).ShouldStartWith("NO");
        (await Client.AppendAsync(Mail("x"), "Other Users/user2/INBOX")).ShouldContain("NO [NOPERM]");
        (await Client.RunAsync("CREATE \"Other Users/user2/INBOX/mine\"")).ShouldStartWith("NO [NOPERM]");
        (await Client.RunAsync("CREATE \"Other Users/user9/x\"")).ShouldStartWith("NO");
        (await Client.RunAsync("RENAME Drafts \"Other Users/user2/x\"")).ShouldStartWith("NO");
    }

    [Fact]
    public async Task Whoever_has_full_access_is_as_the_owner_and_sees_the_mailbox_listed()
    {
        var owner = Server.Directory.Account("user2@example.com");
        await Server.Directory.Service.UpdateAsync(owner with { FullAccess = [Server.Directory.Account("user1@example.com").Id] });
        await Server.DeliverAsync(Mail("Theirs"), user: 2);

        var listed = await Client.RunAsync("LIST \"\" \"Other Users*\"");
        listed.ShouldStartWith("* LIST (\\Noselect \\HasChildren) \"/\" \"Other Users\"\r\n* LIST (\\Noselect \\HasChildren) \"/\" \"Other Users/user2\"\r\n");
        listed.ShouldContain("\"Other Users/user2/INBOX\"\r\n");
        (await Client.RunAsync("CREATE \"Other Users/user2/New\"")).ShouldStartWith("OK");
        (await Client.RunAsync("SELECT \"Other Users/user2/INBOX\"")).ShouldContain("OK [READ-WRITE]");
        (await Client.RunAsync("MOVE 1 \"Drafts\"")).ShouldMatch(@"^\* OK \[COPYUID \d+ 1 1\] Moved\r\n\* 1 EXPUNGE\r\nOK");
        (await Client.RunAsync("STATUS Drafts (MESSAGES)")).ShouldContain("MESSAGES 1");
        (await Client.RunAsync("GETQUOTAROOT \"Other Users/user2/INBOX\"")).ShouldContain("* QUOTAROOT \"Other Users/user2/INBOX\" \"Other Users/user2\"\r\n* QUOTA \"Other Users/user2\" (");
        (await Client.RunAsync("SUBSCRIBE \"Other Users/user2/New\"")).ShouldStartWith("OK");
        (await Client.RunAsync("LIST (SUBSCRIBED) \"\" *")).ShouldContain("* LIST (\\HasNoChildren \\Subscribed) \"/\" \"Other Users/user2/New\"\r\n");
        (await Client.RunAsync("LSUB \"\" *")).ShouldContain("\"Other Users/user2/New\"");

        await Server.Directory.Service.UpdateAsync(Server.Directory.Account("user2@example.com") with { FullAccess = [] });
        (await Client.RunAsync("SELECT \"Other Users/user2/New\"")).ShouldStartWith("NO [NONEXISTENT]");
    }

    [Fact]
    public async Task Public_folders_are_read_by_each_for_himself()
    {
        (await Client.AppendAsync(Mail("News item"), "Public Folders/News")).ShouldContain("OK [APPENDUID ");
        (await Client.RunAsync("LIST \"\" \"Public Folders/%\"")).ShouldBe("* LIST (\\HasNoChildren) \"/\" \"Public Folders/News\"\r\nOK LIST completed");
        await using var other = await Server.LogInAsync(2);

        (await Client.RunAsync("SELECT \"Public Folders/News\"")).ShouldContain("PERMANENTFLAGS (\\Seen)]");
        (await Client.RunAsync("STORE 1 +FLAGS (\\Seen)")).ShouldContain("FLAGS (\\Seen)");
        (await Client.RunAsync("STORE 1 +FLAGS (\\Flagged)")).ShouldStartWith("NO [NOPERM]");
        (await Client.RunAsync("STATUS \"Public Folders/News\" (MESSAGES UNSEEN)")).ShouldContain("(MESSAGES 1 UNSEEN 0)");
        (await other.RunAsync("STATUS \"Public Folders/News\" (MESSAGES UNSEEN)")).ShouldContain("(MESSAGES 1 UNSEEN 1)");
        (await other.RunAsync("EXAMINE \"Public Folders/News\"")).ShouldContain("* OK [UNSEEN 1]");
        (await other.RunAsync("SEARCH UNSEEN")).ShouldStartWith("* SEARCH 1\r\n");
        (await Client.RunAsync("SEARCH UNSEEN")).ShouldStartWith("* SEARCH\r\n");
        (await other.RunAsync("DELETE \"Public Folders/News\"")).ShouldStartWith("NO [NOPERM]");
        (await other.RunAsync("DELETE \"Public Folders\"")).ShouldStartWith("NO");
    }

    /// <summary>RFC 9051 6.4.7: all or none, though they go in batches.</summary>
    [Fact]
    public async Task A_copy_into_another_store_that_fails_leaves_nothing_there()
    {
        using (var mailbox = await Server.OpenMailboxAsync())
        {
            var message = await Server.Engine.PrepareMimeAsync(new ReadOnlySequence<byte>("Subject: x\r\n\r\ny"u8.ToArray()), CancellationToken.None);
            (await mailbox.AppendManyAsync(SpecialFolders.IdOf(SpecialFolder.Inbox), [.. Enumerable.Repeat((message, AppendOptions.Default), 501)], CancellationToken.None)).Succeeded.ShouldBeTrue();
        }
        await Client.RunAsync("SELECT INBOX");
        var copied = 0;
        Server.Backend.OnRead = read =>
        {
            if (read != nameof(IMailboxStorage.ReadRowsAsync) || copied > 0 || (copied = Count()) == 0)
                return;
            throw new StorageUnavailableException("Away.");
        };
        (await Client.RunAsync("COPY 1:* \"Public Folders/News\"")).ShouldStartWith("NO [UNAVAILABLE]");
        Server.Backend.OnRead = null;

        copied.ShouldBe(500);
        Count().ShouldBe(0);

        int Count() => Public.Folders.TryGet(News.Id, out var news) ? news.Counters.Count : 0;
    }
}
