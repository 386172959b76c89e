using Rialto.MailAccess.Imap;
using Rialto.Store;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class MyRightsCommandTests : SharedMailboxTest
{
    [Fact]
    public async Task Tells_what_one_may_do()
    {
        (await Client.RunAsync("MYRIGHTS INBOX")).ShouldBe("* MYRIGHTS INBOX lrswipktexacd\r\nOK MYRIGHTS completed");
        (await Client.RunAsync("MYRIGHTS \"Public Folders/News\"")).ShouldBe("* MYRIGHTS \"Public Folders/News\" lrip\r\nOK MYRIGHTS completed");
        (await Client.RunAsync("MYRIGHTS nothing")).ShouldStartWith("NO [NONEXISTENT]");
        (await Client.RunAsync("MYRIGHTS")).ShouldStartWith("BAD");
        (await Client.RunAsync("LIST \"\" (INBOX \"Public Folders/*\") RETURN (MYRIGHTS)")).ShouldBe(
            "* LIST (\\HasNoChildren) \"/\" INBOX\r\n* MYRIGHTS INBOX lrswipktexacd\r\n"
            + "* LIST (\\HasNoChildren) \"/\" \"Public Folders/News\"\r\n* MYRIGHTS \"Public Folders/News\" lrip\r\nOK LIST completed");
    }

    [Theory]
    [InlineData(FolderRights.None, "lr", FolderRights.FolderVisible | FolderRights.ReadAny)]
    [InlineData(FolderRights.ReadAny | FolderRights.EditOwned | FolderRights.FreeBusySimple, "+w", FolderRights.ReadAny | FolderRights.EditOwned | FolderRights.EditAny | FolderRights.FreeBusySimple)]
    [InlineData(FolderRights.All, "-w", FolderRights.All & ~FolderRights.EditAny & ~FolderRights.EditOwned)]
    [InlineData(FolderRights.All, "", FolderRights.FolderContact)]
    [InlineData(FolderRights.None, "d", FolderRights.DeleteAny | FolderRights.DeleteOwned | FolderRights.FolderOwner)]
    public void Letters_are_folder_rights(FolderRights now, string change, FolderRights then) => AccessRights.Change(now, change).ShouldBe(then);

    [Fact]
    public void What_is_no_right_is_told() => AccessRights.Change(FolderRights.None, "lz").ShouldBeNull();
}
