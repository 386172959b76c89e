namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class GetQuotaCommandTests : ImapTest
{
    internal override Task<ImapServer> StartAsync() => ImapServer.StartAsync(store: new Rialto.Store.StoreOptions { DefaultQuota = 1024 * 1024 });

    [Fact]
    public async Task Tells_what_is_used_and_allowed_in_kilobytes()
    {
        await SelectWithAsync(1);
        (await Client.RunAsync("GETQUOTA \"\"")).ShouldBe("* QUOTA \"\" (STORAGE 1 1024)\r\nOK GETQUOTA completed");
        (await Client.RunAsync("GETQUOTA x")).ShouldStartWith("NO [NONEXISTENT]");
    }
}
