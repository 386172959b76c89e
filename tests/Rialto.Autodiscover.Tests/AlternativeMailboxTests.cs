using Rialto.Directory;

namespace Rialto.Autodiscover.Tests;

/// <summary>Mailboxes that clients open by themselves.</summary>
public sealed class AlternativeMailboxTests : AutodiscoverTest
{
    protected override AutodiscoverServices Configure(AutodiscoverServices services)
    {
        services.Options.MaximumAlternativeMailboxes = 5;
        return services;
    }

    [Fact]
    public async Task Full_access_maps_a_mailbox_by_itself_or_by_groups()
    {
        var user = Host.Directory.Account("user1@example.com");
        var inner = await Host.Directory.Service.AddAsync(new Group { PrimaryAddress = "inner@example.com", Members = [user.Id] });
        var outer = await Host.Directory.Service.AddAsync(new Group { PrimaryAddress = "outer@example.com", Members = [inner.Id] });
        await AddSharedAsync("direct", m => m with { FullAccess = [user.Id] });
        await AddSharedAsync("by-group", m => m with { FullAccess = [outer.Id, user.Id] });
        await AddSharedAsync("off", m => m with { FullAccess = [user.Id], AutoMappingDisabled = true });
        await AddSharedAsync("closed", m => m with { FullAccess = [user.Id], MailboxEnabled = false });
        await AddSharedAsync("other", m => m with { FullAccess = [Host.Directory.Account("user2@example.com").Id] });
        await AddSharedAsync("sending", m => m with { SendAs = [user.Id] });
        (await MappedAsync()).ShouldBe(["by-group@example.com", "direct@example.com"]);

        // What is told is what can be asked for, also where it is not opened by itself.
        foreach (var name in new[] { "direct", "by-group", "off" })
            Code(await Host.PoxAsync(Request($"{name}@example.com"))).ShouldBeNull();
        foreach (var name in new[] { "closed", "other" })
            Code(await Host.PoxAsync(Request($"{name}@example.com"))).ShouldBe("500");
    }

    [Fact]
    public async Task Access_that_is_taken_away_is_gone()
    {
        var user = Host.Directory.Account("user1@example.com");
        var shared = await AddSharedAsync("shared", m => m with { FullAccess = [user.Id] });
        (await MappedAsync()).ShouldBe(["shared@example.com"]);
        shared = await Host.Directory.Service.UpdateAsync<SharedMailbox>(shared.Id, m => m with { AutoMappingDisabled = true });
        (await MappedAsync()).ShouldBeEmpty();
        await Host.Directory.Service.UpdateAsync<SharedMailbox>(shared.Id, m => m with { AutoMappingDisabled = false, FullAccess = [] });
        (await MappedAsync()).ShouldBeEmpty();
        await Host.Directory.Service.UpdateAsync<SharedMailbox>(shared.Id, m => m with { FullAccess = [user.Id] });
        (await MappedAsync()).ShouldBe(["shared@example.com"]);
        await Host.Directory.Service.RemoveAsync(shared.Id);
        (await MappedAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task So_many_and_no_more()
    {
        for (var i = 0; i < 8; i++)
            await AddSharedAsync($"shared{i}", m => m with { FullAccess = [Host.Directory.Account("user1@example.com").Id] });
        (await MappedAsync()).Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_mailbox_says_what_it_is()
    {
        await AddSharedAsync("info", m => m with { DisplayName = "Information", FullAccess = [Host.Directory.Account("user1@example.com").Id] });
        var alternative = (await Host.PoxAsync(Request("user1@example.com"))).Descendants(OutlookNames + "AlternativeMailbox").Single();
        alternative.Elements().Select(e => (e.Name.LocalName, e.Value)).ShouldBe([("Type", "Delegate"), ("DisplayName", "Information"), ("SmtpAddress", "info@example.com"), ("OwnerSmtpAddress", "info@example.com")]);
        // The mailbox's own answer has no mailboxes of those who open it.
        (await Host.PoxAsync(Request("info@example.com"))).Descendants(OutlookNames + "AlternativeMailbox").ShouldBeEmpty();
    }

    private async Task<List<string>> MappedAsync() => [.. (await Host.PoxAsync(Request("user1@example.com"))).Descendants(OutlookNames + "AlternativeMailbox").Select(a => a.Element(OutlookNames + "SmtpAddress")!.Value)];
}
