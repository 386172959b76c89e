using Rialto.Net;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class CapabilityCommandTests : ImapTest
{
    [Fact]
    public async Task Says_what_can_be_done_now()
    {
        await using var plain = await Server.ConnectAsync(allowPlainText: false);
        plain.Greeting.ShouldStartWith("* OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ ");
        var before = await plain.RunAsync("CAPABILITY");
        before.ShouldContain(" STARTTLS LOGINDISABLED\r\n");
        before.ShouldNotContain("AUTH=");

        await using var open = await Server.ConnectAsync(TlsMode.None);
        open.Greeting.ShouldContain(" AUTH=PLAIN AUTH=LOGIN]");
        open.Greeting.ShouldNotContain("STARTTLS");

        (await Client.RunAsync("CAPABILITY")).ShouldContain(" UIDPLUS ");
        (await Client.RunAsync("CAPABILITY x")).ShouldStartWith("BAD");
    }
}
