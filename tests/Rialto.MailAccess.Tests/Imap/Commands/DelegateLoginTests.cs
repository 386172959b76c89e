// [MS-OXIMAP4] 2.2.2: the four forms, of domain/alias or principal name of the delegate and alias or principal name of the principal.
using System.Text;
using Rialto.Testing;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class DelegateLoginTests : ImapTest
{
    [Theory]
    [InlineData("EXAMPLE/user1/user2")]
    [InlineData("example.com/user1/user2@example.com")]
    [InlineData("user1@example.com/user2")]
    [InlineData("user1@example.com/user2@example.com")]
    public async Task All_forms_open_the_principals_mailbox_to_its_delegate(string name)
    {
        await Server.DeliverAsync("Subject: For user2\r\n\r\nx\r\n", user: 2);
        await using (var refused = await Server.ConnectAsync())
            (await refused.RunAsync($"LOGIN {name} {TestDirectory.Password}")).ShouldStartWith("NO [AUTHORIZATIONFAILED]");
        await AllowAsync();
        await using var client = await Server.ConnectAsync();
        (await client.RunAsync($"LOGIN {name} wrong")).ShouldStartWith("NO [AUTHENTICATIONFAILED]");
        (await client.RunAsync($"LOGIN {name} {TestDirectory.Password}")).ShouldStartWith("OK ");
        (await client.RunAsync("SELECT INBOX")).ShouldContain("* 1 EXISTS");
    }

    [Theory]
    [InlineData("EXAMPLE/user1/nobody")]
    [InlineData("user1@example.com/nobody@example.com")]
    [InlineData("user1@example.com/")]
    [InlineData("/user2")]
    [InlineData("//")]
    public async Task Others_get_nowhere(string name)
    {
        await AllowAsync();
        await using var client = await Server.ConnectAsync();
        (await client.RunAsync($"LOGIN {name} {TestDirectory.Password}")).ShouldStartWith("NO [AUTH");
    }

    [Fact]
    public async Task Ones_own_name_with_a_slash_for_the_domain_is_ones_own()
    {
        await using var client = await Server.ConnectAsync();
        (await client.RunAsync($"LOGIN EXAMPLE/user1 {TestDirectory.Password}")).ShouldStartWith("OK ");
    }

    [Fact]
    public async Task Plain_names_the_mailbox_as_whom_to_act()
    {
        await AllowAsync();
        await using var client = await Server.ConnectAsync();
        var response = Convert.ToBase64String(Encoding.UTF8.GetBytes($"user2@example.com\0user1@example.com\0{TestDirectory.Password}"));
        (await client.RunAsync("AUTHENTICATE PLAIN " + response)).ShouldStartWith("OK ");
    }

    private async Task AllowAsync()
    {
        var delegated = Server.Directory.Account("user2@example.com");
        await Server.Directory.Service.UpdateAsync(delegated with { FullAccess = [Server.Directory.Account("user1@example.com").Id] });
    }
}
