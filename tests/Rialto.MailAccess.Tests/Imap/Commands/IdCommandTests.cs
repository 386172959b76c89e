namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class IdCommandTests : ImapTest
{
    [Theory]
    [InlineData("ID NIL", "* ID (\"name\" \"Rialto\")\r\nOK ID completed")]
    [InlineData("ID (\"name\" \"test\" \"version\" NIL)", "* ID (\"name\" \"Rialto\")\r\nOK ID completed")]
    [InlineData("ID (\"name\")", "BAD")]
    [InlineData("ID", "BAD")]
    public async Task Answers(string command, string expected) => (await Client.RunAsync(command)).ShouldStartWith(expected);
}
