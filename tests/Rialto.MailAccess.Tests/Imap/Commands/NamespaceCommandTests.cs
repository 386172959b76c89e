namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class NamespaceCommandTests : ImapTest
{
    [Fact]
    public async Task Tells_the_personal_namespace()
    {
        (await Client.RunAsync("NAMESPACE")).ShouldBe("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\nOK NAMESPACE completed");
        (await Client.RunAsync("NAMESPACE x")).ShouldStartWith("BAD");
    }
}
