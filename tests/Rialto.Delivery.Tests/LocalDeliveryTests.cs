using Rialto.Directory;
using Rialto.Store.Backend;

namespace Rialto.Delivery.Tests;

public class LocalDeliveryTests
{
    [Fact]
    public async Task Aliases_tags_shared_mailboxes_and_rooms_are_reached()
    {
        await using var office = await MailOffice.CreateAsync();
        var service = office.Directory.Service;
        await service.UpdateAsync<Account>(office.Directory.Account("user1@example.com").Id, a => a with { FurtherAddresses = ["boss@example.com"] });
        await service.AddAsync(new SharedMailbox { PrimaryAddress = "office@example.com" });
        await service.AddAsync(new Room { PrimaryAddress = "room1@example.com" });
        await office.CreateMailboxesAsync();
        await office.PostAsync("a@b.test", "boss@example.com", "user2+tag@example.net", "office@example.com", "room1@example.com", "postmaster");
        (await office.DrainAsync()).ShouldBe(1);
        foreach (var address in new[] { "user1@example.com", "user2@example.com", "office@example.com", "room1@example.com", "admin@example.com" })
            (await office.InboxAsync(address)).ShouldHaveSingleItem(address);
        office.Queue.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mailbox_named_twice_gets_one_copy()
    {
        await using var office = await MailOffice.CreateAsync();
        var user1 = office.Directory.Account("user1@example.com");
        await office.Directory.Service.AddAsync(new Group { PrimaryAddress = "staff@example.com", Members = [user1.Id] });
        await office.PostAsync("a@b.test", "user1@example.com", "USER1@example.com", "user1+x@example.com", "staff@example.com");
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Messages_drained_together_share_commits_and_keep_their_order()
    {
        await using var office = await MailOffice.CreateAsync(users: 1);
        for (var i = 0; i < 64; i++) await office.EnqueueAsync("a@b.test", [new("user1@example.com", null, null, 0, 0, null)], content: $"Subject: {i}\r\n\r\nx\r\n");
        var batches = 0;
        office.Backend.BeforeApply = _ => Interlocked.Increment(ref batches);
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).Select(m => m.Split('\r')[0]).ShouldBe(Enumerable.Range(0, 64).Select(i => $"Subject: {i}"));
        batches.ShouldBeLessThan(16);
    }

    [Fact]
    public async Task Death_between_mailbox_and_queue_delivers_nothing_twice()
    {
        await using var office = await MailOffice.CreateAsync();
        var user1 = office.Directory.Account("user1@example.com");
        await office.Directory.Service.AddAsync(new Group { PrimaryAddress = "staff@example.com", Members = [user1.Id, office.Directory.Account("user2@example.com").Id] });
        await office.PostAsync("a@b.test", "staff@example.com", "user3@example.com");
        office.Queue.BeforeComplete = () => throw new StorageUnavailableException("Killed.");
        await Should.ThrowAsync<StorageUnavailableException>(office.DrainAsync);
        office.Queue.Messages.ShouldHaveSingleItem();

        office.Queue.BeforeComplete = null;
        await office.RestartDeliveryAsync();
        (await office.DrainAsync()).ShouldBe(1);
        foreach (var address in new[] { "user1@example.com", "user2@example.com", "user3@example.com" }) (await office.InboxAsync(address)).ShouldHaveSingleItem(address);
        office.Queue.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Death_in_the_middle_of_a_group_reaches_the_others_later_and_nobody_twice()
    {
        await using var office = await MailOffice.CreateAsync(users: 20);
        var members = Enumerable.Range(1, 20).Select(i => office.Directory.Account($"user{i}@example.com")).ToList();
        await office.Directory.Service.AddAsync(new Group { PrimaryAddress = "all@example.com", Members = [.. members.Select(m => m.Id)] });
        await office.PostAsync("a@b.test", "all@example.com");
        var applied = 0;
        office.Backend.BeforeApply = _ =>
        {
            if (Interlocked.Increment(ref applied) > 7) throw new StorageUnavailableException("The disk is full.");
        };
        office.Queue.BeforeComplete = () => throw new StorageUnavailableException("Killed.");
        await Should.ThrowAsync<StorageUnavailableException>(office.DrainAsync);

        office.Backend.BeforeApply = null;
        office.Queue.BeforeComplete = null;
        await office.RestartDeliveryAsync();
        await office.DrainAsync();
        foreach (var member in members) (await office.InboxAsync(member.PrimaryAddress)).ShouldHaveSingleItem(member.PrimaryAddress);
    }

    [Fact]
    public async Task The_running_queue_delivers_what_comes_in_and_stops_clean()
    {
        await using var office = await MailOffice.CreateAsync();
        office.Delivery.Start();
        for (var i = 0; i < 200; i++) await office.PostAsync("a@b.test", $"user{1 + (i % 3)}@example.com");
        while (office.Queue.Messages.Count > 0) await Task.Delay(5);
        await office.Delivery.DisposeAsync();
        office.Delivery.Delivered.ShouldBe(200);
        (await office.InboxAsync("user1@example.com")).Count.ShouldBe(67);
    }

    [Fact]
    public async Task A_queue_that_cannot_be_read_for_a_while_is_read_again()
    {
        await using var office = await MailOffice.CreateAsync();
        var failures = 0;
        office.Queue.BeforeComplete = () =>
        {
            if (Interlocked.Increment(ref failures) == 1) throw new StorageUnavailableException("Away.");
        };
        await office.PostAsync("a@b.test", "user1@example.com");
        await Should.ThrowAsync<StorageUnavailableException>(office.DrainAsync);
        office.Queue.LoseHolds();
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_message_whose_content_cannot_be_read_waits_and_does_not_stop_the_others()
    {
        await using var office = await MailOffice.CreateAsync();
        await office.EnqueueAsync("a@b.test", [new("user1@example.com", null, null, 0, 0, null)], change: m => m with { Content = new(4711, 5) });
        await office.PostAsync("a@b.test", "user1@example.com");
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        office.Queue.Messages.ShouldHaveSingleItem().Recipients.ShouldHaveSingleItem().LastStatus.ShouldNotBeNull().ShouldContain("4.3.0");
    }
}
