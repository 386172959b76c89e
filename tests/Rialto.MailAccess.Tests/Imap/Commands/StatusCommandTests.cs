namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class StatusCommandTests : ImapTest
{
    [Fact]
    public async Task Tells_counters()
    {
        await Server.DeliverAsync(Mail("one"), state: Rialto.Store.MessageState.Read);
        await Server.DeliverAsync(Mail("two"));

        (await Client.RunAsync("STATUS inbox (MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN)")).ShouldMatch(
            @"^\* STATUS INBOX \(MESSAGES 2 RECENT 0 UIDNEXT 3 UIDVALIDITY [1-9]\d* UNSEEN 1\)\r\nOK STATUS completed$");
        (await Client.RunAsync("STATUS INBOX (APPENDLIMIT)")).ShouldContain("(APPENDLIMIT 157286400)");
    }

    [Theory]
    [InlineData("STATUS Nowhere (MESSAGES)", "NO [NONEXISTENT]")]
    [InlineData("STATUS INBOX", "BAD")]
    [InlineData("STATUS INBOX ()", "BAD")]
    [InlineData("STATUS INBOX (NONSENSE)", "BAD")]
    public async Task Refuses(string command, string expected) => (await Client.RunAsync(command)).ShouldStartWith(expected);

    [Fact]
    public async Task Size_counts_every_octet()
    {
        await SelectWithAsync(2);
        (await Client.RunAsync("STATUS INBOX (SIZE)")).ShouldMatch(@"\(SIZE [1-9]\d\d+\)");
    }
}
