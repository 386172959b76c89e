using Rialto.Testing;

namespace Rialto.Delivery.Tests;

public class RetryTests
{
    [Fact]
    public async Task A_mailbox_over_quota_is_tried_again_and_reached_when_there_is_room()
    {
        var time = new ManualTimeProvider();
        await using var office = await MailOffice.CreateAsync(time: time);
        await office.SetQuotaAsync("user1@example.com", 10);
        await office.PostAsync("user2@example.com", "user1@example.com", "user3@example.com");
        await office.DrainAsync();
        (await office.InboxAsync("user3@example.com")).ShouldHaveSingleItem();
        HeldMail.Describe(office.Queue.Messages.ShouldHaveSingleItem().Recipients.ShouldHaveSingleItem(), time.GetUtcNow()).ShouldContain("over its quota");
        (await office.DrainAsync()).ShouldBe(0);

        time.Advance(TimeSpan.FromSeconds(61));
        (await office.DrainAsync()).ShouldBe(1);
        await office.SetQuotaAsync("user1@example.com", null);
        time.Advance(TimeSpan.FromMinutes(6));
        (await office.DrainAsync()).ShouldBe(1);
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        (await office.InboxAsync("user3@example.com")).ShouldHaveSingleItem();
        office.Queue.Messages.ShouldBeEmpty();
        (await office.InboxAsync("user2@example.com")).ShouldBeEmpty();
    }

    [Fact]
    public async Task After_two_days_it_is_given_up_and_reported()
    {
        var time = new ManualTimeProvider();
        await using var office = await MailOffice.CreateAsync(time: time);
        await office.SetQuotaAsync("user1@example.com", 10);
        await office.PostAsync("user2@example.com", "user1@example.com");
        await office.DrainAsync();
        for (var hour = 0; hour < 50; hour++)
        {
            time.Advance(TimeSpan.FromHours(1));
            await office.DrainAsync();
        }

        office.Queue.Messages.ShouldBeEmpty();
        var report = (await office.InboxAsync("user2@example.com")).ShouldHaveSingleItem();
        report.ShouldContain("Action: failed\r\nStatus: 5.2.2");
    }

    [Fact]
    public async Task A_delay_is_reported_once_to_who_asked()
    {
        var time = new ManualTimeProvider();
        await using var office = await MailOffice.CreateAsync(time: time);
        await office.SetQuotaAsync("user1@example.com", 10);
        await office.EnqueueAsync("user2@example.com", [new("user1@example.com", null, "DELAY,FAILURE", 0, 0, null)]);
        for (var half = 0; half < 40; half++)
        {
            await office.DrainAsync();
            time.Advance(TimeSpan.FromMinutes(30));
        }

        var report = (await office.InboxAsync("user2@example.com")).ShouldHaveSingleItem();
        report.ShouldContain("Action: delayed\r\nStatus: 4.2.2");
        report.ShouldContain("Will-Retry-Until: ");
    }

    /// <summary>RFC 2852 4.1.3, by-mode N.</summary>
    [Theory]
    [InlineData(null, true)]
    [InlineData("DELAY,FAILURE", true)]
    [InlineData("FAILURE", false)]
    public async Task What_is_overdue_is_told_once_at_its_time_and_tried_on(string? notify, bool told)
    {
        var time = new ManualTimeProvider();
        await using var office = await MailOffice.CreateAsync(time: time);
        await office.SetQuotaAsync("user1@example.com", 10);
        await office.EnqueueAsync("user2@example.com", [new("user1@example.com", null, notify, 0, 0, null)], change: m => m with { DeliverBy = new(time.GetUtcNow().AddMinutes(10).UtcTicks, false, false) });
        for (var second = 0; second < 600; second += 30)
        {
            await office.DrainAsync();
            time.Advance(TimeSpan.FromSeconds(30));
        }

        (await office.InboxAsync("user2@example.com")).ShouldBeEmpty();
        for (var minute = 0; minute < 60; minute++)
        {
            await office.DrainAsync();
            if (minute == 0 && told) (await office.InboxAsync("user2@example.com")).ShouldHaveSingleItem();
            time.Advance(TimeSpan.FromMinutes(1));
        }

        if (told) (await office.InboxAsync("user2@example.com")).ShouldHaveSingleItem().ShouldContain("Action: delayed\r\nStatus: 4.4.7");
        else (await office.InboxAsync("user2@example.com")).ShouldBeEmpty();
        await office.SetQuotaAsync("user1@example.com", null);
        time.Advance(TimeSpan.FromHours(2));
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
    }

    /// <summary>RFC 2852 4.1.3, by-mode R.</summary>
    [Fact]
    public async Task What_is_to_come_back_comes_back_at_its_time_and_is_never_delivered()
    {
        var time = new ManualTimeProvider();
        await using var office = await MailOffice.CreateAsync(time: time);
        await office.SetQuotaAsync("user1@example.com", 10);
        var by = time.GetUtcNow().AddMinutes(10);
        await office.EnqueueAsync("user2@example.com", [new("user1@example.com", null, null, 0, 0, null)], change: m => m with { DeliverBy = new(by.UtcTicks, true, false) });
        for (var minute = 0; minute < 10; minute++)
        {
            await office.DrainAsync();
            time.Advance(TimeSpan.FromMinutes(1));
        }

        (await office.InboxAsync("user2@example.com")).ShouldBeEmpty();
        await office.SetQuotaAsync("user1@example.com", null);
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).ShouldBeEmpty();
        office.Queue.Messages.ShouldBeEmpty();
        var report = (await office.InboxAsync("user2@example.com")).ShouldHaveSingleItem();
        report.ShouldContain("Action: failed\r\nStatus: 5.4.7");
        report.ShouldContain($"\r\nDeliver-By-Date: {DsnWriter.Date(by)}\r\n");
    }

    [Fact]
    public async Task In_time_nothing_is_told()
    {
        await using var office = await MailOffice.CreateAsync();
        await office.EnqueueAsync("user2@example.com", [new("user1@example.com", null, null, 0, 0, null)], change: m => m with { DeliverBy = new(DateTimeOffset.MaxValue.UtcTicks, true, true) });
        await office.EnqueueAsync("user2@example.com", [new("user1@example.com", null, null, 0, 0, null)], change: m => m with { DeliverBy = new(1, false, false) });
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).Count.ShouldBe(2);
        (await office.InboxAsync("user2@example.com")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Storage_that_fails_loses_nothing()
    {
        var time = new ManualTimeProvider();
        await using var office = await MailOffice.CreateAsync(time: time);
        office.Backend.BeforeApply = _ => throw new Store.Backend.StorageUnavailableException("The disk is full.");
        await office.PostAsync("a@b.test", "user1@example.com");
        await office.DrainAsync();
        office.Queue.Messages.ShouldHaveSingleItem();
        office.Backend.BeforeApply = null;
        time.Advance(TimeSpan.FromMinutes(2));
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
    }
}
