using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class CreateCommandTests : ImapTest
{
    [Theory]
    [InlineData("CREATE New", "OK [MAILBOXID (F")]
    [InlineData("CREATE a/b/c/", "OK [MAILBOXID (F")]
    [InlineData("CREATE INBOX/Lists", "OK [MAILBOXID (F")]
    [InlineData("CREATE inbox", "NO [ALREADYEXISTS]")]
    [InlineData("CREATE drafts", "NO [ALREADYEXISTS]")]
    [InlineData("CREATE a//b", "NO [CANNOT]")]
    [InlineData("CREATE /", "NO [CANNOT]")]
    [InlineData("CREATE \"\"", "NO [CANNOT]")]
    [InlineData("CREATE", "BAD")]
    [InlineData("CREATE &AGEAYg-", "NO")]
    public async Task Answers(string command, string expected) => (await Client.RunAsync(command)).ShouldStartWith(expected);

    /// <summary>RFC 9051 6.3.9.7.</summary>
    [Fact]
    public async Task Clients_of_revision_2_hear_which_name_it_got()
    {
        await Client.RunAsync("CREATE Work");
        await Client.RunAsync("ENABLE IMAP4rev2");

        (await Client.RunAsync("CREATE work/New")).ShouldStartWith("* LIST (\\HasNoChildren) \"/\" \"Work/New\" (\"OLDNAME\" (\"work/New\"))\r\nOK [MAILBOXID");
        (await Client.RunAsync("CREATE Work/Other/")).ShouldStartWith("OK");
        (await Client.RunAsync("LIST \"\" WORK/new")).ShouldBe("* LIST (\\HasNoChildren) \"/\" \"Work/New\" (\"OLDNAME\" (\"WORK/new\"))\r\nOK LIST completed");
        (await Client.RunAsync("LIST \"\" (Work/Ne* WORK/new)")).ShouldNotContain("OLDNAME");
        (await Client.RunAsync("LIST \"\" inbox")).ShouldNotContain("OLDNAME");
    }

    /// <summary>Mailboxes that others make are subscribed to, also where a client once wanted to make one of that name.</summary>
    [Fact]
    public async Task A_path_that_cannot_be_made_leaves_no_names_behind()
    {
        var writes = 0;
        Server.Backend.BeforeApply = _ =>
        {
            // The names are the first.
            if (++writes == 2)
                throw new StorageUnavailableException("The disk is full.");
        };
        (await Client.RunAsync("CREATE One/Two")).ShouldStartWith("NO [UNAVAILABLE]");
        Server.Backend.BeforeApply = null;
        using var mailbox = await Server.OpenMailboxAsync();
        (await mailbox.CreateFolderAsync(SpecialFolders.IdOf(SpecialFolder.IpmSubtree), new NewFolder("One"), CancellationToken.None)).Succeeded.ShouldBeTrue();

        (await Client.RunAsync("LSUB \"\" One")).ShouldContain("\"One\"");
    }

    [Fact]
    public async Task A_new_mailbox_of_an_old_name_has_another_validity()
    {
        await Client.RunAsync("CREATE Again");
        var first = await Client.RunAsync("STATUS Again (UIDVALIDITY)");
        await Client.RunAsync("DELETE Again");
        await Client.RunAsync("CREATE Again");

        (await Client.RunAsync("STATUS Again (UIDVALIDITY)")).ShouldNotBe(first);
    }
}
