namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class SetQuotaCommandTests : SharedMailboxTest
{
    [Fact]
    public async Task Administrators_set_what_a_mailbox_may_hold()
    {
        (await Client.RunAsync("SETQUOTA \"\" (STORAGE 512)")).ShouldStartWith("NO [NOPERM]");
        var account = Server.Directory.Account("user1@example.com");
        await Server.Directory.Service.UpdateAsync(account with { IsAdministrator = true });
        await using var administrator = await Server.LogInAsync();

        (await administrator.RunAsync("SETQUOTA \"Other Users/user2\" (STORAGE 512)")).ShouldBe("* QUOTA \"Other Users/user2\" (STORAGE 0 512)\r\nOK SETQUOTA completed");
        await using var other = await Server.LogInAsync(2);
        (await other.RunAsync("GETQUOTA \"\"")).ShouldContain("* QUOTA \"\" (STORAGE 0 512)");
        (await administrator.RunAsync("SETQUOTA \"Other Users/user2\" ()")).ShouldBe("* QUOTA \"Other Users/user2\" ()\r\nOK SETQUOTA completed");
        (await administrator.RunAsync("SETQUOTA \"\" (MESSAGE 5)")).ShouldStartWith("NO [CANNOT]");
        (await administrator.RunAsync("SETQUOTA nothing (STORAGE 5)")).ShouldStartWith("NO [NONEXISTENT]");
        (await administrator.RunAsync("SETQUOTA \"\"")).ShouldStartWith("BAD");
        (await administrator.RunAsync("SETQUOTA \"\" (STORAGE x)")).ShouldStartWith("BAD");
    }
}
