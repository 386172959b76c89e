namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class UnauthenticateCommandTests : ImapTest
{
    [Fact]
    public async Task Nothing_is_left_of_who_was_there()
    {
        await SelectWithAsync(1);
        await Client.RunAsync("ENABLE QRESYNC");
        (await Client.RunAsync("UNAUTHENTICATE")).ShouldStartWith("OK [CAPABILITY ");
        (await Client.RunAsync("SELECT INBOX")).ShouldBe("BAD Log in first");
        (await Client.RunAsync($"LOGIN user2@example.com {Rialto.Testing.TestDirectory.Password}")).ShouldStartWith("OK");
        (await Client.RunAsync("SELECT INBOX")).ShouldContain("* 0 EXISTS");
        (await Client.RunAsync("SELECT INBOX (QRESYNC (1 1))")).ShouldStartWith("BAD");
    }
}
