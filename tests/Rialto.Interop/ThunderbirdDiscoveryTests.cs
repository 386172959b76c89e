using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>
/// Thunderbird itself (Debian's, without a screen) finds the server by nothing but an address and a password: its own search, as its account dialog runs it.
/// </summary>
public class ThunderbirdDiscoveryTests
{
    [ProgramFact("unshare", "ip", "nsd", "thunderbird", "/usr/bin/python3")]
    public async Task It_finds_the_mail_servers_by_an_address()
    {
        using var files = new TempDirectory();
        System.IO.Directory.CreateDirectory(files.File("profile"));
        await File.WriteAllTextAsync(files.File("profile/user.js"), ThunderbirdTests.Preferences);
        var output = await DiscoveryTests.RunAsync(
            $$"""
            export HOME=$dir MOZ_CRASHREPORTER_DISABLE=1
            timeout 240 thunderbird --headless --no-remote --marionette --remote-allow-system-access -profile $dir/profile > $dir/thunderbird.log 2>&1 & thunderbird=$!
            timeout 200 /usr/bin/python3 {{ThunderbirdTests.Script("marionette.py")}} 2828 {{ThunderbirdTests.Script("find.js")}} user1@example.com demo-password $dir/data/certificate-authority.pem || { cat $dir/thunderbird.log >&2; exit 1; }
            kill $thunderbird; wait $thunderbird || true
            """,
            files);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            "TLS refused",
            "TLS 200",
            "imap mail.example.com 993 %EMAILADDRESS%",
            "imap mail.example.com 143 %EMAILADDRESS%",
            "pop3 mail.example.com 995 %EMAILADDRESS%",
            "pop3 mail.example.com 110 %EMAILADDRESS%",
            "exchange mail.example.com 443 %EMAILADDRESS% https://mail.example.com/EWS/Exchange.asmx",
            "smtp mail.example.com 465 %EMAILADDRESS%",
        ]);
    }
}
