using System.Xml.Linq;
using Rialto.Directory;

namespace Rialto.Autodiscover.Tests;

/// <summary>Accounts that are elsewhere.</summary>
public sealed class RedirectTests : AutodiscoverTest
{
    private const string Url = "https://mail.example.org/autodiscover/autodiscover.xml";

    protected override AutodiscoverServices Configure(AutodiscoverServices services)
    {
        services.Options.Redirects["moved.example"] = Url;
        services.Options.Redirects["renamed.example"] = "example.com";
        services.Options.Redirects["one.example"] = "all@example.org";
        return services;
    }

    [Theory]
    [InlineData("someone@moved.example", "redirectUrl", "RedirectUrl", Url)]
    [InlineData("user1@Renamed.Example", "redirectAddr", "RedirectAddr", "user1@example.com")]
    [InlineData("x@one.example", "redirectAddr", "RedirectAddr", "all@example.org")]
    public async Task Pox_says_where(string address, string action, string element, string target)
    {
        var account = (await Host.PoxAsync(Request(address))).Root!.Element(OutlookNames + "Response")!.Element(OutlookNames + "Account")!;
        account.Element(OutlookNames + "Action")!.Value.ShouldBe(action);
        account.Element(OutlookNames + element)!.Value.ShouldBe(target);
        account.Elements(OutlookNames + "Protocol").ShouldBeEmpty();
    }

    [Fact]
    public async Task Phones_are_told_too()
    {
        var action = (await Host.PoxAsync(MobileRequest("user1@renamed.example"))).Descendants(MobileNames + "Action").Single();
        action.Element(MobileNames + "Redirect")!.Value.ShouldBe("user1@example.com");
        action = (await Host.PoxAsync(MobileRequest("user1@moved.example"))).Descendants(MobileNames + "Action").Single();
        action.Descendants(MobileNames + "Url").Single().Value.ShouldBe("https://mail.example.org/Microsoft-Server-ActiveSync");
    }

    [Fact]
    public async Task Somebody_of_ours_with_a_mailbox_elsewhere_has_another_address()
    {
        await Host.Directory.Service.AddAsync(new ExternalContact { PrimaryAddress = "far@example.com", ExternalAddress = "far@elsewhere.example" });
        await Host.Directory.Service.AddAsync(new ExternalContact { PrimaryAddress = "secret@example.com", ExternalAddress = "secret@elsewhere.example", HiddenFromAddressLists = true });
        (await Host.PoxAsync(Request("far@example.com"))).Descendants(OutlookNames + "RedirectAddr").Single().Value.ShouldBe("far@elsewhere.example");
        Code(await Host.PoxAsync(Request("secret@example.com"))).ShouldBe("500");
    }

    [Fact]
    public async Task Soap_says_where()
    {
        XNamespace names = "http://schemas.microsoft.com/exchange/2010/Autodiscover";
        var (_, answer) = await Host.SoapAsync(SoapTests.UserSettings(["a@moved.example", "user1@renamed.example", "user1@example.com"], "UserDN"));
        answer.Descendants(names + "UserResponse").Select(r => (r.Element(names + "ErrorCode")!.Value, r.Element(names + "RedirectTarget")!.Value))
            .ShouldBe([("RedirectUrl", Url), ("RedirectAddress", "user1@example.com"), ("NoError", "")]);
    }
}
