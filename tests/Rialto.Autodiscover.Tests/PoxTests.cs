using System.Net;
using System.Xml.Linq;
using Rialto.Directory;

namespace Rialto.Autodiscover.Tests;

/// <summary>POST to autodiscover.xml: who is named, and what is no request.</summary>
public sealed class PoxTests : AutodiscoverTest
{
    [Theory]
    [InlineData("/autodiscover/autodiscover.xml")]
    [InlineData("/Autodiscover/Autodiscover.xml")]
    [InlineData("/AutoDiscover/AutoDiscover.XML")]
    public async Task The_own_mailbox_is_told_with_its_urls(string path)
    {
        var account = Host.Directory.Account("user1@example.com");
        var answer = await Host.PoxAsync(Request("user1@example.com"), path: path);
        var response = answer.Root!.Element(OutlookNames + "Response").ShouldNotBeNull();
        response.Element(OutlookNames + "User")!.Element(OutlookNames + "LegacyDN")!.Value.ShouldBe(account.LegacyExchangeDn);
        var protocol = MapiHttp(answer);
        ((string?)protocol.Attribute("Type"), (string?)protocol.Attribute("Version")).ShouldBe(("mapiHttp", "1"));
        var query = $"?MailboxId={account.MailboxGuid}@example.com";
        protocol.Element(OutlookNames + "MailStore")!.Element(OutlookNames + "InternalUrl")!.Value.ShouldBe($"https://mail.example.com:{Host.SecurePort}/mapi/emsmdb/{query}");
        protocol.Element(OutlookNames + "AddressBook")!.Element(OutlookNames + "ExternalUrl")!.Value.ShouldBe($"https://mail.example.com:{Host.SecurePort}/mapi/nspi/{query}");
    }

    [Theory]
    [InlineData("user1@example.net")]
    [InlineData("USER1@Example.COM")]
    [InlineData("first.user@example.com")]
    [InlineData("first.user@example.net")]
    public async Task Every_address_of_a_mailbox_names_it(string address)
    {
        await Host.Directory.Service.UpdateAsync<Account>(Host.Directory.Account("user1@example.com").Id, a => a with { FurtherAddresses = ["first.user@example.com"] });
        (await Host.PoxAsync(Request(address))).Descendants(OutlookNames + "AutoDiscoverSMTPAddress").Single().Value.ShouldBe("user1@example.com");
    }

    [Fact]
    public async Task A_legacy_dn_names_a_mailbox_and_counts_before_the_address()
    {
        var dn = $"<LegacyDN>{Host.Directory.Account("user1@example.com").LegacyExchangeDn}</LegacyDN>";
        var alone = await Host.PoxAsync(Request("user1@example.com").Replace("<EMailAddress>user1@example.com</EMailAddress>", dn, StringComparison.Ordinal));
        alone.Descendants(OutlookNames + "MailStore").Count().ShouldBe(1);
        var both = await Host.PoxAsync(Request("nobody@example.com").Replace("<Request>", "<Request>" + dn, StringComparison.Ordinal));
        both.Descendants(OutlookNames + "AutoDiscoverSMTPAddress").Single().Value.ShouldBe("user1@example.com");
    }

    [Fact]
    public async Task Public_folders_are_named_and_found_by_address_and_by_guid()
    {
        (await Host.PoxAsync(Request("user1@example.com"))).Descendants(OutlookNames + "PublicFolderInformation").ShouldBeEmpty();
        var store = await Host.Directory.Service.AddAsync(new PublicStore { PrimaryAddress = "public@example.com", DisplayName = "Public Folders", FurtherAddresses = ["pf@example.com"] });
        var answer = await Host.PoxAsync(Request("user1@example.com"));
        answer.Root!.Element(OutlookNames + "Response")!.Element(OutlookNames + "Account")!.Element(OutlookNames + "PublicFolderInformation")!.Element(OutlookNames + "SmtpAddress")!.Value.ShouldBe("public@example.com");
        foreach (var address in new[] { "public@example.com", "pf@example.com", $"{store.MailboxGuid}@example.com" })
        {
            answer = await Host.PoxAsync(Request(address));
            answer.Descendants(OutlookNames + "LegacyDN").Single().Value.ShouldBe(store.LegacyExchangeDn);
            answer.Descendants(OutlookNames + "MailStore").Single().Element(OutlookNames + "InternalUrl")!.Value.ShouldContain($"MailboxId={store.MailboxGuid}@example.com");
            answer.Descendants(OutlookNames + "PublicFolderInformation").ShouldBeEmpty();
        }
        Code(await Host.PoxAsync(Request($"{Host.Directory.Account("user2@example.com").MailboxGuid}@example.com"))).ShouldBe("500", "other mailboxes are their owners'");
    }

    [Fact]
    public async Task Others_and_nobody_are_answered_alike()
    {
        var others = await Host.PoxAsync(Request("user2@example.com"));
        var nobody = await Host.PoxAsync(Request("nobody@example.com"));
        Code(others).ShouldBe("500");
        foreach (var answer in new[] { others, nobody })
            answer.Descendants(Root + "Error").Single().Attribute("Time")!.Remove();
        others.ToString().ShouldBe(nobody.ToString());
    }

    [Fact]
    public async Task Mailboxes_that_one_may_send_for_are_told()
    {
        await Host.Directory.Service.UpdateAsync<Account>(Host.Directory.Account("user2@example.com").Id, a => a with { SendOnBehalf = [Host.Directory.Account("user1@example.com").Id] });
        Code(await Host.PoxAsync(Request("user2@example.com"))).ShouldBeNull();
        Code(await Host.PoxAsync(Request("user2@example.com"), user: "user3@example.com")).ShouldBe("500");
    }

    [Fact]
    public async Task A_mailbox_that_is_switched_off_is_not_there()
    {
        await Host.Directory.Service.UpdateAsync<Account>(Host.Directory.Account("user1@example.com").Id, a => a with { MailboxEnabled = false });
        Code(await Host.PoxAsync(Request("user1@example.com"))).ShouldBe("500");
    }

    [Theory]
    [InlineData("")]
    [InlineData("<Autodiscover>")]
    [InlineData("<x/>")]
    [InlineData("<Autodiscover><Request/></Autodiscover>")]
    [InlineData("<Autodiscover><Request><EMailAddress>a@b</EMailAddress></Request><Request/></Autodiscover>")]
    [InlineData("<Autodiscover><Request><EMailAddress>a@b</EMailAddress><EMailAddress>c@d</EMailAddress></Request></Autodiscover>")]
    [InlineData("<Autodiscover><Request><EMailAddress><x/></EMailAddress></Request></Autodiscover>")]
    [InlineData("<!DOCTYPE a [<!ENTITY e \"x\">]><Autodiscover><Request><EMailAddress>&e;</EMailAddress></Request></Autodiscover>")]
    [InlineData("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><Autodiscover><Request><EMailAddress>user1@example.com</EMailAddress></Request></Autodiscover>")]
    [InlineData("<?xml version=\"1.0\" encoding=\"no-such\"?><Autodiscover/>")]
    public async Task What_is_no_request_is_told_so(string body) => Code(await Host.PoxAsync(body)).ShouldBe("600");

    [Fact]
    public async Task Deep_nesting_is_no_request()
    {
        Code(await Host.PoxAsync("<Autodiscover>" + string.Concat(Enumerable.Repeat("<a>", 15_000)))).ShouldBe("600");
    }

    [Fact]
    public async Task Too_much_is_refused()
    {
        using var message = AutodiscoverHost.Authorized(new HttpRequestMessage(HttpMethod.Post, "/autodiscover/autodiscover.xml") { Content = new ByteArrayContent(new byte[Host.Services.Options.MaximumRequestBody + 1]) });
        (await Host.Http.SendAsync(message)).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task An_unknown_schema_is_told_so() => Code(await Host.PoxAsync(Request("user1@example.com", "urn:other"))).ShouldBe("601");

    [Fact]
    public async Task An_error_says_when_and_where()
    {
        var error = (await Host.PoxAsync("")).Descendants(Root + "Error").Single();
        TimeOnly.TryParseExact((string)error.Attribute("Time")!, "HH:mm:ss.fffffff", out _).ShouldBeTrue();
        uint.Parse((string)error.Attribute("Id")!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(0u);
        error.Elements().Select(e => e.Name.LocalName).ShouldBe(["ErrorCode", "Message", "DebugData"]);
    }

    [Fact]
    public async Task Without_a_log_in_nothing_is_told()
    {
        using var content = new StringContent(Request("user1@example.com"));
        using var response = await Host.Http.PostAsync(new Uri("/autodiscover/autodiscover.xml", UriKind.Relative), content);
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        response.Headers.WwwAuthenticate.Single().Scheme.ShouldBe("Basic");
        (await response.Content.ReadAsStringAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Names_that_xml_cannot_hold_are_written_without()
    {
        await Host.Directory.Service.UpdateAsync<Account>(Host.Directory.Account("user1@example.com").Id, a => a with { DisplayName = "A\u0001<&B\ud800" });
        (await Host.PoxAsync(Request("user1@example.com"))).Descendants(OutlookNames + "DisplayName").First().Value.ShouldBe("A\ufffd<&B\ufffd");
    }

    internal static XElement MapiHttp(XDocument answer) => answer.Descendants(OutlookNames + "Protocol").Single(p => (string?)p.Attribute("Type") == "mapiHttp");
}
