using System.Net;
using System.Security.Cryptography.Pkcs;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Rialto.Testing;

namespace Rialto.Autodiscover.Tests;

/// <summary>Apple's profile.</summary>
public sealed class ProfileTests : AutodiscoverTest
{
    private const string Path = "/profile/mail.mobileconfig";

    [Fact]
    public async Task It_takes_a_log_in_to_get_one()
    {
        foreach (var path in new[] { "/profile", Path })
        {
            using var without = await Host.GetAsync(path);
            without.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
        using var page = await Host.GetAsync("/profile", "user1@example.com");
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        (await page.Content.ReadAsStringAsync()).ShouldContain($"href=\"{Path}\"");
    }

    [Fact]
    public async Task It_sets_up_mail_and_is_signed_by_the_server()
    {
        using var response = await Host.GetAsync(Path, "user1@example.com");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-apple-aspen-config");
        var cms = new SignedCms();
        cms.Decode(await response.Content.ReadAsByteArrayAsync());
        cms.CheckSignature(verifySignatureOnly: true);
        cms.SignerInfos[0].Certificate!.Thumbprint.ShouldBe(Host.Services.Certificate()!.Value.Certificate.Thumbprint);
        var profile = Dictionary(Parse(cms.ContentInfo.Content));
        profile["PayloadType"].Value.ShouldBe("Configuration");
        var mail = Dictionary(profile["PayloadContent"].Elements("dict").Single());
        mail["PayloadType"].Value.ShouldBe("com.apple.mail.managed");
        (mail["EmailAddress"].Value, mail["IncomingMailServerHostName"].Value, mail["IncomingMailServerPortNumber"].Value, mail["OutgoingMailServerPortNumber"].Value, mail["IncomingMailServerUseSSL"].Name.LocalName)
            .ShouldBe(("user1@example.com", "mail.example.com", "993", "465", "true"));
        profile["PayloadUUID"].Value.ShouldNotBe(mail["PayloadUUID"].Value);
        profile["PayloadIdentifier"].Value.ShouldStartWith("com.example.mail.");

        // Taken again it replaces the one before.
        using var again = await Host.GetAsync(Path, "user1@example.com");
        cms.Decode(await again.Content.ReadAsByteArrayAsync());
        Dictionary(Parse(cms.ContentInfo.Content))["PayloadUUID"].Value.ShouldBe(profile["PayloadUUID"].Value);
    }

    [ProgramFact("openssl", "xmllint")]
    public async Task Openssl_verifies_it_and_xmllint_reads_it()
    {
        using var files = new TempDirectory();
        using var response = await Host.GetAsync(Path, "user1@example.com");
        var (signed, authority, plain) = (files.Path + "/signed", files.Path + "/authority", files.Path + "/plain");
        await File.WriteAllBytesAsync(signed, await response.Content.ReadAsByteArrayAsync());
        await File.WriteAllTextAsync(authority, Host.Services.Certificate()!.Value.Chain[^1].ExportCertificatePem());
        var verified = await CommandResult.RunAsync("openssl", null, ["smime", "-verify", "-inform", "DER", "-in", signed, "-CAfile", authority, "-purpose", "any", "-out", plain]);
        verified.ExitCode.ShouldBe(0, verified.Error);
        (await CommandResult.RunAsync("xmllint", null, ["--noout", "--nonet", plain])).ExitCode.ShouldBe(0);
    }

    private static XElement Parse(byte[] content)
    {
        using var reader = XmlReader.Create(new MemoryStream(content), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader).Root!.Element("dict")!;
    }

    private static Dictionary<string, XElement> Dictionary(XElement dict) => dict.Elements("key").ToDictionary(k => k.Value, k => k.ElementsAfterSelf().First());
}
