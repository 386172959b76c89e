using Rialto.MailAccess.Imap;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class SetMetadataCommandTests : SharedMailboxTest
{
    internal override Task<ImapServer> StartAsync() => ImapServer.StartAsync(new ImapOptions { MaximumMetadataEntries = 3, MaximumMetadataValue = 20 });

    [Fact]
    public async Task Values_are_kept_within_bounds()
    {
        (await Client.RunAsync("SETMETADATA INBOX (/private/comment \"Mine\" /shared/vendor/x/color red)")).ShouldStartWith("BAD");
        (await Client.RunAsync("SETMETADATA INBOX (/private/comment \"Mine\" /shared/vendor/x/color \"red\")")).ShouldStartWith("OK");
        (await Client.RunAsync("SETMETADATA INBOX (/private/a {21+}\r\n123456789012345678901)")).ShouldStartWith("NO [METADATA MAXSIZE 20]");
        (await Client.RunAsync("SETMETADATA INBOX (/private/a \"1\" /private/b \"2\")")).ShouldStartWith("NO [METADATA TOOMANY]");
        (await Client.RunAsync("SETMETADATA INBOX (/private/comment NIL)")).ShouldStartWith("OK");
        (await Client.RunAsync("GETMETADATA INBOX /private/comment")).ShouldContain("(/private/comment NIL)");
        (await Client.RunAsync("SETMETADATA INBOX (/other/a \"1\")")).ShouldStartWith("BAD");
        (await Client.RunAsync("SETMETADATA INBOX (/private/a/ \"1\")")).ShouldStartWith("BAD");
        (await Client.RunAsync("SETMETADATA nothing (/private/a \"1\")")).ShouldStartWith("NO [NONEXISTENT]");
        (await Client.RunAsync("SETMETADATA \"\" (/shared/comment \"1\")")).ShouldStartWith("NO [NOPERM]");
        (await Client.RunAsync("SETMETADATA \"Public Folders/News\" (/shared/comment \"1\")")).ShouldStartWith("NO [NOPERM]");
        (await Client.RunAsync("SETMETADATA INBOX ()")).ShouldStartWith("BAD");
    }
}
