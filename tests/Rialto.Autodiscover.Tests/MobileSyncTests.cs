using System.Xml.Linq;
using Rialto.Directory;

namespace Rialto.Autodiscover.Tests;

/// <summary>The mobilesync schema, and which schema an answer has.</summary>
public sealed class MobileSyncTests : AutodiscoverTest
{
    [Fact]
    public async Task A_phone_is_told_where_active_sync_is()
    {
        await Host.Directory.Service.UpdateAsync<Account>(Host.Directory.Account("user1@example.com").Id, a => a with { Locale = "de-CH" });
        var response = (await Host.PoxAsync(MobileRequest("user1@example.net"), capability: null)).Root!.Element(MobileNames + "Response")!;
        response.Element(MobileNames + "Culture")!.Value.ShouldBe("de:ch");
        response.Element(MobileNames + "User")!.Element(MobileNames + "EMailAddress")!.Value.ShouldBe("user1@example.com");
        response.Element(MobileNames + "User")!.Element(MobileNames + "DisplayName")!.Value.ShouldBe("User 1");
        var server = response.Element(MobileNames + "Action")!.Element(MobileNames + "Settings")!.Element(MobileNames + "Server")!;
        var url = $"https://mail.example.com:{Host.SecurePort}/Microsoft-Server-ActiveSync";
        server.Elements().Select(e => (e.Name.LocalName, e.Value)).ShouldBe([("Type", "MobileSync"), ("Url", url), ("Name", url)]);
    }

    [Fact]
    public async Task Others_and_nobody_are_answered_alike()
    {
        var texts = new List<string>();
        foreach (var address in new[] { "user2@example.com", "nobody@example.com" })
        {
            var answer = await Host.PoxAsync(MobileRequest(address));
            answer.Descendants(MobileNames + "Error").Single().Element(MobileNames + "Status")!.Value.ShouldBe("2");
            texts.Add(answer.ToString().Replace(address, "", StringComparison.Ordinal));
        }
        texts[0].ShouldBe(texts[1]);
    }

    [Fact]
    public async Task Errors_of_the_request_are_in_its_schema()
    {
        var answer = await Host.PoxAsync(MobileRequest("user1@example.com").Replace(Mobile, "urn:other", StringComparison.Ordinal));
        answer.Root!.Element(MobileNames + "Response").ShouldNotBeNull();
        Code(answer).ShouldBe("601");
    }

    [Theory]
    [InlineData(Mobile, Mobile, Outlook)]
    [InlineData(Outlook, Outlook, Mobile)]
    [InlineData(Mobile, "urn:other", Mobile, Outlook)]
    public async Task The_first_schema_that_is_known_is_the_answers(string expected, params string[] schemas)
    {
        var answer = await Host.PoxAsync(Request("user1@example.com", schemas));
        answer.Root!.Elements().Single().Name.ShouldBe(XName.Get("Response", expected));
    }
}
