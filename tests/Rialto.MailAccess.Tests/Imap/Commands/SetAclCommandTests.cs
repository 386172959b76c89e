namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class SetAclCommandTests : SharedMailboxTest
{
    [Fact]
    public async Task What_is_given_can_be_used_at_once_and_what_is_taken_cannot()
    {
        await Server.DeliverAsync(Mail("Mine"));
        await using var other = await Server.LogInAsync(2);
        (await other.RunAsync("SELECT \"Other Users/user1/INBOX\"")).ShouldStartWith("NO");

        (await Client.RunAsync("SETACL INBOX user2 lrs")).ShouldStartWith("OK");
        (await other.RunAsync("SELECT \"Other Users/user1/INBOX\"")).ShouldContain("OK [READ-WRITE]");
        (await other.RunAsync("STORE 1 +FLAGS (\\Seen)")).ShouldContain("OK STORE");
        (await other.RunAsync("SETACL \"Other Users/user1/INBOX\" user2 +a")).ShouldStartWith("NO [NOPERM]");
        (await Client.RunAsync("SETACL INBOX user2@example.com -s")).ShouldStartWith("OK");
        (await Client.RunAsync("GETACL INBOX")).ShouldContain(" user2@example.com lr\r\n");
        (await other.RunAsync("STORE 1 -FLAGS (\\Seen)")).ShouldStartWith("NO [NOPERM]");

        (await Client.RunAsync("DELETEACL INBOX user2")).ShouldStartWith("OK");
        (await Client.RunAsync("GETACL INBOX")).ShouldNotContain("user2");
        (await other.RunAsync("SELECT \"Other Users/user1/INBOX\"")).ShouldStartWith("NO");
    }

    [Theory]
    [InlineData("SETACL INBOX user1 l", "NO [CANNOT]")]
    [InlineData("SETACL INBOX nobody l", "NO [CANNOT]")]
    [InlineData("SETACL INBOX -user2 l", "NO [CANNOT]")]
    [InlineData("SETACL INBOX user2 lz", "BAD")]
    [InlineData("SETACL INBOX user2", "BAD")]
    [InlineData("SETACL nothing user2 l", "NO [NONEXISTENT]")]
    [InlineData("DELETEACL INBOX", "BAD")]
    [InlineData("DELETEACL INBOX anyone", "OK")]
    [InlineData("SETACL INBOX anyone l", "OK")]
    public async Task Others_are_answered(string command, string answer) => (await Client.RunAsync(command)).ShouldStartWith(answer);
}
