using Rialto.Testing;

namespace Rialto.Directory.Tests;

/// <summary>Which mailboxes are open to somebody: the permission lists read the other way round, kept with every change.</summary>
public sealed class OpenMailboxTests
{
    [Fact]
    public async Task Lists_groups_and_removals_are_followed()
    {
        await using var directory = await TestDirectory.CreateAsync(2);
        var (one, two) = (directory.Account("user1@example.com"), directory.Account("user2@example.com"));
        var group = await directory.Service.AddAsync(new Group { PrimaryAddress = "group@example.com", Members = [two.Id] });
        var shared = await directory.Service.AddAsync(new SharedMailbox { PrimaryAddress = "shared@example.com", FullAccess = [one.Id, group.Id] });
        var room = await directory.Service.AddAsync(new Room { PrimaryAddress = "room@example.com", FullAccess = [one.Id] });
        Open(one).ShouldBe(["room@example.com", "shared@example.com"]);
        Open(two).ShouldBe(["shared@example.com"]);

        await directory.Service.UpdateAsync<Group>(group.Id, g => g with { Members = [one.Id] });
        Open(one).ShouldBe(["room@example.com", "shared@example.com"], "both ways, but once");
        Open(two).ShouldBeEmpty();

        await directory.Service.UpdateAsync<Room>(room.Id, r => r with { FullAccess = [two.Id] });
        Open(one).ShouldBe(["shared@example.com"]);
        Open(two).ShouldBe(["room@example.com"]);

        await directory.Service.UpdateAsync<SharedMailbox>(shared.Id, s => s with { DisplayName = "Changed" });
        directory.Current.MailboxesOpenTo(directory.Account("user1@example.com")).Single().DisplayName.ShouldBe("Changed");
        await directory.Service.RemoveAsync(shared.Id);
        Open(one).ShouldBeEmpty();

        IEnumerable<string> Open(Account account) => directory.Current.MailboxesOpenTo(account).Select(m => m.PrimaryAddress).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Ones_own_mailbox_is_none_of_them()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        var user = directory.Account("user1@example.com");
        await directory.Service.UpdateAsync<Account>(user.Id, a => a with { FullAccess = [user.Id] });
        directory.Current.MailboxesOpenTo(user).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_is_there_after_the_directory_is_read_again()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        var user = directory.Account("user1@example.com");
        await directory.Service.AddAsync(new SharedMailbox { PrimaryAddress = "shared@example.com", FullAccess = [user.Id], AutoMappingDisabled = true });
        await using var again = await DirectoryService.OpenAsync(directory.Storage);
        again.Current.MailboxesOpenTo(user).Single().AutoMappingDisabled.ShouldBeTrue();
    }
}
