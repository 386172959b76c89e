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
