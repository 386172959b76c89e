using Rialto.Model;
using Rialto.Store;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class GetAclCommandTests : SharedMailboxTest
{
    [Fact]
    public async Task Lists_the_owner_and_whom_the_folder_names()
    {
        await GrantAsync(1, SpecialFolder.Inbox, 2, FolderRights.FolderVisible | FolderRights.ReadAny);

        var response = await Client.RunAsync("GETACL INBOX");
        response.ShouldStartWith("* ACL INBOX user1@example.com lrswipktexacd ");
        response.ShouldContain(" user2@example.com lr");
        (await Client.RunAsync("GETACL \"Public Folders/News\"")).ShouldStartWith("NO [NOPERM]");
        (await Client.RunAsync("GETACL nothing")).ShouldStartWith("NO [NONEXISTENT]");
        (await Client.RunAsync("GETACL INBOX x")).ShouldStartWith("BAD");
    }
}
