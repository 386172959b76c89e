using System.Xml.Linq;
using Rialto.Directory;

namespace Rialto.Autodiscover.Tests;

/// <summary>The sections of the outlook answer, by what the client says that it reads.</summary>
public sealed class PoxSectionTests : AutodiscoverTest
{
    private static readonly Guid s_book = Guid.Parse("6f6f6f6f-0000-4000-8000-000000000001");

    protected override AutodiscoverServices Configure(AutodiscoverServices services) => services with { OfflineAddressBook = m => m is PublicStore ? null : s_book };

    [Theory]
    [InlineData(null, null, "EXCH EXPR WEB")]
    [InlineData(null, "ExHttpInfo", "EXCH EXPR WEB EXHTTP")]
    [InlineData("0", null, "EXCH EXPR WEB")]
    [InlineData("x", null, "EXCH EXPR WEB")]
    [InlineData("1", null, "mapiHttp WEB EXHTTP")]
    [InlineData("2", "negotiate, exhttpinfo", "mapiHttp WEB EXHTTP")]
    [InlineData("1", "Negotiate", "mapiHttp EXCH EXPR WEB")]
    public async Task There_are_those_that_the_client_reads(string? capability, string? canHandle, string expected)
    {
        var answer = await Host.PoxAsync(Request("user1@example.com"), capability: capability, canHandle: canHandle);
        var sections = answer.Descendants(OutlookNames + "Account").Single().Elements(OutlookNames + "Protocol");
        string.Join(' ', sections.Select(p => (string?)p.Attribute("Type") ?? p.Element(OutlookNames + "Type")!.Value)).ShouldBe(expected);
    }

    [Fact]
    public async Task Rpc_sections_name_server_database_and_web_services()
    {
        var account = Host.Directory.Account("user1@example.com");
        var store = await Host.Directory.Service.AddAsync(new PublicStore { PrimaryAddress = "public@example.com" });
        var answer = await Host.PoxAsync(Request("user1@example.com"), capability: null);
        var root = $"https://mail.example.com:{Host.SecurePort}";
        var exch = Section(answer, "EXCH");
        exch["Server"].ShouldBe($"{account.MailboxGuid}@example.com");
        exch["ServerDN"].ShouldBe($"/o=Example/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Configuration/cn=Servers/cn={account.MailboxGuid}@example.com");
        exch["MdbDN"].ShouldBe(exch["ServerDN"] + "/cn=Microsoft Private MDB");
        exch["ServerVersion"].ShouldBe("73C189CB");
        exch["PublicFolderServer"].ShouldBe($"{store.MailboxGuid}@example.com");
        var expr = Section(answer, "EXPR");
        (expr["Server"], expr["SSL"], expr["AuthPackage"], expr["CertPrincipalName"], expr["ServerExclusiveConnect"], expr["GroupingInformation"])
            .ShouldBe(("mail.example.com", "On", "basic", "msstd:mail.example.com", "On", "Default-First-Site-Name"));
        foreach (var section in new[] { exch, expr })
        {
            foreach (var name in new[] { "ASUrl", "EwsUrl", "EmwsUrl", "OOFUrl" })
                section[name].ShouldBe(root + "/EWS/Exchange.asmx");
            section["EcpUrl"].ShouldBe(root + "/ecp/");
            section["EcpUrl-mt"].ShouldContain("<MsgID>");
            section["UMUrl"].ShouldStartWith(root + "/EWS/");
            section["OABUrl"].ShouldBe($"{root}/OAB/{s_book}/");
        }
    }

    [Fact]
    public async Task The_web_section_has_both_sides()
    {
        var web = (await Host.PoxAsync(Request("user1@example.com"))).Descendants(OutlookNames + "Protocol").Single(p => p.Element(OutlookNames + "Type")?.Value == "WEB");
        foreach (var (side, type) in new[] { ("Internal", "EXCH"), ("External", "EXPR") })
        {
            var element = web.Element(OutlookNames + side)!;
            element.Element(OutlookNames + "OWAUrl")!.Value.ShouldEndWith("/owa/");
            element.Element(OutlookNames + "OWAUrl")!.Attribute("AuthenticationMethod").ShouldNotBeNull();
            element.Element(OutlookNames + "Protocol")!.Element(OutlookNames + "Type")!.Value.ShouldBe(type);
            element.Element(OutlookNames + "Protocol")!.Element(OutlookNames + "ASUrl")!.Value.ShouldEndWith("/EWS/Exchange.asmx");
        }
    }

    [Fact]
    public async Task The_user_is_told_with_the_organisation()
    {
        var answer = await Host.PoxAsync(Request("user1@example.com"));
        answer.Descendants(OutlookNames + "User").Single().Elements().Select(e => e.Name.LocalName).ShouldBe(["DisplayName", "LegacyDN", "AutoDiscoverSMTPAddress", "DeploymentId"]);
        answer.Descendants(OutlookNames + "DeploymentId").Single().Value.ShouldBe(Host.Directory.Current.Organisation!.Id.ToString());
        var account = answer.Descendants(OutlookNames + "Account").Single();
        (account.Element(OutlookNames + "AccountType")!.Value, account.Element(OutlookNames + "Action")!.Value, account.Element(OutlookNames + "MicrosoftOnline")!.Value).ShouldBe(("email", "settings", "False"));
    }

    [Fact]
    public async Task Without_an_offline_address_book_none_is_told()
    {
        await Host.Directory.Service.AddAsync(new PublicStore { PrimaryAddress = "public@example.com" });
        var answer = await Host.PoxAsync(Request("public@example.com"));
        answer.Descendants(OutlookNames + "OABUrl").ShouldBeEmpty();
        answer.Descendants(OutlookNames + "EwsUrl").ShouldNotBeEmpty();
    }

    private static Dictionary<string, string> Section(XDocument answer, string type) =>
        answer.Descendants(OutlookNames + "Account").Single().Elements(OutlookNames + "Protocol").Single(p => p.Element(OutlookNames + "Type")?.Value == type)
            .Elements().ToDictionary(e => e.Name.LocalName, e => e.Value);
}
