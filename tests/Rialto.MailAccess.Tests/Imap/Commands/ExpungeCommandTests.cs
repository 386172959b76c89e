namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class ExpungeCommandTests : ImapTest
{
    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await SelectWithAsync(5);
        await Client.RunAsync("STORE 2,4:5 +FLAGS.SILENT (\\Deleted)");
    }

    [Fact]
    public async Task Removes_what_is_marked() => (await Client.RunAsync("EXPUNGE")).ShouldBe("* 5 EXPUNGE\r\n* 4 EXPUNGE\r\n* 2 EXPUNGE\r\nOK EXPUNGE completed");

    [Fact]
    public async Task By_uid_removes_only_what_is_named()
    {
        (await Client.RunAsync("UID EXPUNGE 1:4")).ShouldBe("* 4 EXPUNGE\r\n* 2 EXPUNGE\r\nOK EXPUNGE completed");
        (await Client.RunAsync("UID EXPUNGE")).ShouldStartWith("BAD");
        (await Client.RunAsync("EXPUNGE 1")).ShouldStartWith("BAD");
    }
}
