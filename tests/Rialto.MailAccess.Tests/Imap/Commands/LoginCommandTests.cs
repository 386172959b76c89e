using Rialto.Testing;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class LoginCommandTests : ImapTest
{
    [Fact]
    public async Task Takes_atoms_strings_and_literals()
    {
        await using (var quoted = await Server.ConnectAsync())
            (await quoted.RunAsync($"LOGIN \"user1@example.com\" \"{TestDirectory.Password}\"")).ShouldContain("OK [CAPABILITY IMAP4rev1");
        await using var literal = await Server.ConnectAsync();
        (await literal.RunWithLiteralsAsync("LOGIN {17}", "user1@example.com", $" {{{TestDirectory.Password.Length}}}", TestDirectory.Password, "")).ShouldStartWith("OK ");
        (await literal.RunAsync("LOGIN a b")).ShouldStartWith("BAD");
    }

    [Theory]
    [InlineData("LOGIN user1@example.com wrong", "NO [AUTHENTICATIONFAILED]")]
    [InlineData("LOGIN nobody@example.com wrong", "NO [AUTHENTICATIONFAILED]")]
    [InlineData("LOGIN user1@example.com", "BAD")]
    [InlineData("LOGIN \"user1@example.com wrong", "BAD")]
    [InlineData("SELECT INBOX", "BAD")]
    [InlineData("FETCH 1 FLAGS", "BAD")]
    [InlineData("LOGIN {40000}", "NO [TOOBIG]")]
    public async Task Strangers_get_nowhere(string command, string expected)
    {
        await using var client = await Server.ConnectAsync();
        (await client.RunAsync(command)).ShouldStartWith(expected);
    }
}
