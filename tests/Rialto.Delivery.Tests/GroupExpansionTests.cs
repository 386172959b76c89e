using Rialto.Directory;

namespace Rialto.Delivery.Tests;

public class GroupExpansionTests
{
    [Fact]
    public async Task Groups_in_a_loop_deliver_once()
    {
        await using var office = await MailOffice.CreateAsync();
        var service = office.Directory.Service;
        var user1 = office.Directory.Account("user1@example.com");
        var a = await service.AddAsync(new Group { PrimaryAddress = "a@example.com", Members = [user1.Id] });
        var b = await service.AddAsync(new Group { PrimaryAddress = "b@example.com", Members = [a.Id, office.Directory.Account("user2@example.com").Id] });
        await service.UpdateAsync<Group>(a.Id, g => g with { Members = [user1.Id, b.Id] });
        await office.PostAsync("x@y.test", "a@example.com", "b@example.com");
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        (await office.InboxAsync("user2@example.com")).ShouldHaveSingleItem();
        office.Queue.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_member_over_quota_waits_for_itself()
    {
        await using var office = await MailOffice.CreateAsync();
        await office.Directory.Service.AddAsync(new Group
        {
            PrimaryAddress = "staff@example.com",
            Members = [office.Directory.Account("user1@example.com").Id, office.Directory.Account("user2@example.com").Id],
        });
        await office.SetQuotaAsync("user2@example.com", 10);
        await office.EnqueueAsync("x@y.test", [new("staff@example.com", null, "SUCCESS,FAILURE", 0, 0, null)]);
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        var waiting = office.Queue.Messages.First(m => m.Sender.Length > 0).Recipients.ShouldHaveSingleItem();
        waiting.Address.ShouldBe("user2@example.com");
        waiting.OriginalRecipient.ShouldBe(" rfc822;staff@example.com");
        waiting.Notify.ShouldBe("FAILURE");
        waiting.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task A_contact_in_a_group_is_held_and_the_others_are_reached()
    {
        await using var office = await MailOffice.CreateAsync();
        var contact = await office.Directory.Service.AddAsync(new ExternalContact { DisplayName = "Partner", Alias = "partner", ExternalAddress = "partner@elsewhere.test" });
        await office.Directory.Service.AddAsync(new Group { PrimaryAddress = "staff@example.com", Members = [office.Directory.Account("user1@example.com").Id, contact.Id] });
        await office.PostAsync("x@y.test", "staff@example.com");
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        var held = office.Queue.Messages.ShouldHaveSingleItem().Recipients.ShouldHaveSingleItem();
        (held.Address, HeldMail.IsHeld(held)).ShouldBe(("partner@elsewhere.test", true));
        HeldMail.Describe(held, office.Time.GetUtcNow()).ShouldStartWith("Held:");
    }

    [Fact]
    public async Task An_empty_group_is_reported()
    {
        await using var office = await MailOffice.CreateAsync();
        await office.Directory.Service.AddAsync(new Group { PrimaryAddress = "nobody@example.com" });
        await office.PostAsync("user1@example.com", "nobody@example.com");
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem().ShouldContain("Status: 5.2.4");
    }

    [Fact]
    public async Task A_group_of_two_thousand_is_one_message()
    {
        await using var office = await MailOffice.CreateAsync(users: 2_000);
        await office.Directory.Service.AddAsync(new Group { PrimaryAddress = "all@example.com", Members = [.. office.Directory.Current.Recipients.OfType<Account>().Select(a => a.Id)] });
        await office.PostAsync("x@y.test", "all@example.com");
        await office.DrainAsync();
        office.Delivery.Delivered.ShouldBe(2_001);
        (await office.InboxAsync("user2000@example.com")).ShouldHaveSingleItem();
    }
}
