using Rialto.Net;
using Rialto.Testing;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class StartTlsCommandTests : ImapTest
{
    [Fact]
    public async Task Passwords_are_taken_after_it()
    {
        await using var client = await Server.ConnectAsync(allowPlainText: false);
        (await client.RunAsync($"LOGIN user1@example.com {TestDirectory.Password}")).ShouldStartWith("NO [PRIVACYREQUIRED]");

        (await client.RunAsync("STARTTLS")).ShouldStartWith("OK ");
        await client.StartTlsAsync();

        (await client.RunAsync("CAPABILITY")).ShouldContain("AUTH=PLAIN");
        (await client.RunAsync("STARTTLS")).ShouldStartWith("BAD");
        (await client.RunAsync($"LOGIN user1@example.com {TestDirectory.Password}")).ShouldStartWith("OK ");
        await Server.DeliverAsync(Nested);
        await client.RunAsync("SELECT INBOX");
        (await client.RunAsync("FETCH 1 BODY[]")).ShouldContain(Nested, Case.Sensitive);
    }

    [Fact]
    public async Task Text_slipped_in_before_the_handshake_ends_the_connection()
    {
        await using var client = await Server.ConnectAsync(allowPlainText: false);
        await client.SendAsync("a STARTTLS\r\nb NOOP\r\n");

        (await client.ReadLineAsync()).ShouldStartWith("a BAD");
        (await client.ReadLineAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Is_refused_where_there_is_none()
    {
        await using var client = await Server.ConnectAsync(TlsMode.None);
        (await client.RunAsync("STARTTLS")).ShouldStartWith("BAD");
    }
}
