using Rialto.Testing;

namespace Rialto.Directory.Tests;

public sealed class DirectoryServiceTests
{
    [Fact]
    public async Task Servers_over_one_storage_follow_each_other()
    {
        await using var first = await TestDirectory.CreateAsync(2);
        await using var second = await DirectoryService.OpenAsync(first.Storage);
        var heard = new TaskCompletionSource<DirectoryChanges>();
        second.Changed += changes => heard.TrySetResult(changes);

        var added = await first.Service.AddAsync(new Account { PrimaryAddress = "new@example.com" });
        var changes = await heard.Task.WaitAsync(TimeSpan.FromSeconds(30));
        changes.Objects.ShouldHaveSingleItem().After!.Id.ShouldBe(added.Id);
        second.Current.FindByAddress("new@example.com")!.Version.ShouldBe(added.Version);

        await first.Service.RemoveAsync(added.Id);
        await second.RefreshAsync();
        second.Current.FindByAddress("new@example.com").ShouldBeNull();
    }

    [Fact]
    public async Task A_rule_over_the_whole_directory_holds_against_a_writer_elsewhere()
    {
        await using var first = await TestDirectory.CreateAsync();
        await using var second = await DirectoryService.OpenAsync(first.Storage);
        var slipped = false;
        first.Storage.BeforeApply = async () =>
        {
            if (slipped) return;
            slipped = true;
            await second.AddAsync(new Account { PrimaryAddress = "ann@example.com" });
        };

        // Free when the first server looked, taken when it stored.
        var refused = await Should.ThrowAsync<DirectoryException>(() => first.Service.AddAsync(new Account { Alias = "other", PrimaryAddress = "ann@example.com" }));
        refused.Error.ShouldBe(DirectoryError.AddressInUse);
        first.Current.Recipients.Count().ShouldBe(2);
    }

    [Fact]
    public async Task Writers_on_many_servers_lose_nothing()
    {
        await using var first = await TestDirectory.CreateAsync();
        await using var second = await DirectoryService.OpenAsync(first.Storage, new() { MaxConflictRetries = 1_000 });
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() =>
            (i % 2 == 0 ? second : first.Service).AddAsync(new Account { PrimaryAddress = $"a{i}@example.com" }))));
        await second.RefreshAsync();
        await first.Service.RefreshAsync();
        first.Current.Recipients.Count().ShouldBe(41);
        second.Current.Recipients.Count().ShouldBe(41);
    }

    [Fact]
    public async Task Whoever_was_away_too_long_loads_everything()
    {
        var storage = new MemoryDirectoryStorage();
        await using var writer = await DirectoryService.OpenAsync(storage);
        await writer.AddRangeAsync([new(new Organisation { Name = "Example" }), new(new Domain { Name = "example.com" })]);
        var gone = await writer.AddAsync(new Account { Alias = "gone" });
        var fresh = await DirectoryService.OpenAsync(storage);
        await fresh.DisposeAsync();
        await writer.RemoveAsync(gone.Id);
        await writer.AddAsync(new Account { Alias = "new" });

        var delta = StoredChanges.Replace(fresh.Current, await storage.LoadAllAsync(default));
        delta.Objects.Select(c => (c.Before as Account)?.Alias ?? "+" + (c.After as Account)?.Alias).ShouldBe(["gone", "+new"], ignoreOrder: true);
        storage.ForgottenBefore = 4;
        (await storage.LoadSinceAsync(3, default)).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_stored_comes_back_equal()
    {
        await using var first = await TestDirectory.CreateAsync(1);
        var user = directoryUser(first);
        var id = (await first.Service.UpdateAsync(user with
        {
            FurtherAddresses = ["x@example.com"],
            Details = new() { GivenName = "Ünï", Notes = "two\nlines", ManagerId = user.Id, PhoneticSurname = "ミュラー" },
            Quotas = new(1, null, long.MaxValue),
            CustomAttributes = user.CustomAttributes.Add("k", "v"),
            MailboxEnabled = false,
            Locale = "de-CH",
            SendAs = [user.Id],
        })).Id;
        await first.Service.AddAsync(new Room { Alias = "room", Capacity = 5 });
        await using var second = await DirectoryService.OpenAsync(first.Storage);
        foreach (var stored in first.Current.Objects)
            DirectoryPayload.Write(second.Current.Find(stored.Id)!).Payload.ToArray().ShouldBe(DirectoryPayload.Write(stored).Payload.ToArray());
        var back = second.Current.Find<Account>(id)!;
        back.Details.ShouldBe(first.Current.Find<Account>(id)!.Details);
        back.FurtherAddresses.ShouldBe(["x@example.com"]);
        back.FullAccess.IsDefault.ShouldBeFalse();
        back.MailboxEnabled.ShouldBeFalse();

        static Account directoryUser(TestDirectory directory) => directory.Account("user1@example.com");
    }

    [Fact]
    public void A_payload_of_long_ago_has_every_member_set()
    {
        var read = DirectoryPayload.Read(new DirectoryRow(Guid.NewGuid(), DirectoryKind.Account, 7, "{}"u8.ToArray())).ShouldBeOfType<Account>();
        read.Alias.ShouldBe("");
        read.FullAccess.IsDefault.ShouldBeFalse();
        read.CustomAttributes.ShouldBeEmpty();
        read.Details.ShouldBeSameAs(ContactDetails.None);
        read.Version.ShouldBe(7);
        DirectoryPayload.Read(new DirectoryRow(Guid.NewGuid(), (DirectoryKind)99, 1, "{}"u8.ToArray())).ShouldBeNull();
    }

    [Fact]
    public async Task A_thousand_accounts_are_one_write_and_one_hash()
    {
        await using var directory = await TestDirectory.CreateAsync(1_000);
        directory.Storage.Applies.ShouldBe(1);
        directory.Current.Recipients.Count().ShouldBe(1_001);
        directory.Current.FindByLogin("user777").ShouldNotBeNull();
    }
}
