namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class ListRightsCommandTests : SharedMailboxTest
{
    [Fact]
    public async Task Tells_what_can_be_given()
    {
        (await Client.RunAsync("LISTRIGHTS INBOX user2")).ShouldBe("* LISTRIGHTS INBOX user2 \"\" l r sw ip k te xa c d\r\nOK LISTRIGHTS completed");
        (await Client.RunAsync("LISTRIGHTS INBOX user1@example.com")).ShouldBe("* LISTRIGHTS INBOX user1@example.com lrswipktexacd\r\nOK LISTRIGHTS completed");
        (await Client.RunAsync("LISTRIGHTS INBOX nobody")).ShouldStartWith("NO");
        (await Client.RunAsync("LISTRIGHTS \"Public Folders/News\" user2")).ShouldStartWith("NO [NOPERM]");
        (await Client.RunAsync("LISTRIGHTS INBOX")).ShouldStartWith("BAD");
    }
}
