namespace Rialto.Delivery.Tests;

public class HeldMailTests
{
    [Fact]
    public async Task Mail_of_submitters_for_the_outside_is_held_and_never_reported_as_delivered()
    {
        await using var office = await MailOffice.CreateAsync();
        await office.EnqueueAsync(
            "user1@example.com", [new("a@elsewhere.test", null, "SUCCESS,FAILURE,DELAY", 0, 0, null), new("user2@example.com", null, null, 0, 0, null)], submitter: "user1@example.com");
        await office.DrainAsync();
        (await office.InboxAsync("user2@example.com")).ShouldHaveSingleItem();
        (await office.InboxAsync("user1@example.com")).ShouldBeEmpty();
        var held = office.Queue.Messages.ShouldHaveSingleItem().Recipients.ShouldHaveSingleItem();
        held.Address.ShouldBe("a@elsewhere.test");
        held.NextAttemptUtcTicks.ShouldBe(long.MaxValue);
        held.LastStatus.ShouldNotBeNull().ShouldStartWith("Held:");
        (await office.DrainAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Mail_from_outside_for_a_domain_that_is_no_longer_ours_goes_back()
    {
        await using var office = await MailOffice.CreateAsync();
        await office.PostAsync("user1@example.com", "a@elsewhere.test");
        await office.DrainAsync();
        office.Queue.Messages.ShouldBeEmpty();
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem().ShouldContain("Status: 5.7.1");
    }
}
