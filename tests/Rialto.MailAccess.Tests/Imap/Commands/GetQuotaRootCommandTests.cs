namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class GetQuotaRootCommandTests : ImapTest
{
    [Fact]
    public async Task Every_mailbox_has_the_one_root()
    {
        (await Client.RunAsync("GETQUOTAROOT inbox")).ShouldStartWith("* QUOTAROOT INBOX \"\"\r\n* QUOTA \"\" (");
        (await Client.RunAsync("GETQUOTAROOT Nowhere")).ShouldStartWith("NO [NONEXISTENT]");
    }
}
