using Rialto.Testing;

namespace Rialto.Directory.Tests;

public sealed class DirectoryRulesTests
{
    [Fact]
    public async Task A_new_account_gets_everything_it_needs()
    {
        await using var directory = await TestDirectory.CreateAsync();
        var ann = await directory.Service.AddAsync(new Account { PrimaryAddress = "Ann.Meier@example.net", FurtherAddresses = ["ann.meier@example.com", "am@example.com", "AM@example.net"] });
        ann.Id.ShouldNotBe(Guid.Empty);
        ann.MailboxGuid.ShouldNotBe(Guid.Empty);
        ann.Alias.ShouldBe("Ann.Meier");
        ann.PrimaryAddress.ShouldBe("Ann.Meier@example.com");
        ann.FurtherAddresses.ShouldBe(["am@example.com"]);
        ann.LegacyExchangeDn.ShouldBe($"/o=Example/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn={ann.Id:N}-Ann.Meier");
        directory.Current.FindByLegacyDn(ann.LegacyExchangeDn.ToUpperInvariant()).ShouldBe(ann);
        directory.Current.FindByMailbox(ann.MailboxGuid).ShouldBe(ann);
        directory.Current.Find(ann.Id).ShouldBe(ann);
    }

    [Fact]
    public async Task Aliases_made_for_second_domains_differ()
    {
        await using var directory = await TestDirectory.CreateAsync();
        await directory.Service.AddAsync(new Domain { Name = "example.org" });
        (await directory.Service.AddAsync(new SharedMailbox { PrimaryAddress = "info@example.com" })).Alias.ShouldBe("info");
        (await directory.Service.AddAsync(new SharedMailbox { PrimaryAddress = "info@example.org" })).Alias.ShouldBe("info2");
    }

    [Fact]
    public async Task Addresses_aliases_and_logon_names_belong_to_one_object()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        await Refused(DirectoryError.AddressInUse, "User 1", () => directory.Service.AddAsync(new Group { Alias = "g", PrimaryAddress = "USER1@example.net" }));
        await Refused(DirectoryError.NameInUse, "user1@example.com", () => directory.Service.AddAsync(new Group { Alias = "User1", PrimaryAddress = "g@example.com" }));
        await Refused(DirectoryError.NameInUse, "user1", () => directory.Service.AddAsync(new Account { Alias = "x", LogonName = "user1" }));
        await Refused(DirectoryError.UnknownDomain, "example.org", () => directory.Service.AddAsync(new Account { PrimaryAddress = "a@example.org" }));
        await Refused(DirectoryError.InvalidAddress, "no mail address", () => directory.Service.AddAsync(new Account { Alias = "x", PrimaryAddress = "a b@example.com" }));
        await Refused(DirectoryError.InvalidAddress, "accepted domain", () => directory.Service.AddAsync(new ExternalContact { ExternalAddress = "a@example.com" }));
        await Refused(DirectoryError.InvalidName, "alias", () => directory.Service.AddAsync(new Account { Alias = "a b" }));
        directory.Current.Recipients.Count().ShouldBe(2);
    }

    [Fact]
    public async Task Two_objects_of_one_change_cannot_share_an_address()
    {
        await using var directory = await TestDirectory.CreateAsync();
        var before = directory.Current;
        await Refused(DirectoryError.AddressInUse, "a@example.com", () => directory.Service.AddRangeAsync(
            [new(new Account { PrimaryAddress = "a@example.com" }), new(new Account { Alias = "b", PrimaryAddress = "A@example.com" })]));
        directory.Current.ShouldBeSameAs(before);
    }

    [Fact]
    public async Task An_address_can_move_once_it_is_free()
    {
        await using var directory = await TestDirectory.CreateAsync(2);
        var (one, two) = (directory.Account("user1@example.com"), directory.Account("user2@example.com"));
        await directory.Service.UpdateAsync(one with { PrimaryAddress = "eins@example.com" });
        await directory.Service.UpdateAsync(two with { FurtherAddresses = ["user1@example.com"] });
        directory.Current.FindByAddress("user1@example.com")!.Id.ShouldBe(two.Id);
        directory.Current.FindByAddress("eins@example.com")!.Id.ShouldBe(one.Id);
    }

    [Fact]
    public async Task What_never_changes_cannot_be_changed()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        var user = directory.Account("user1@example.com");
        await Refused(DirectoryError.Immutable, "never changes", () => directory.Service.UpdateAsync(user with { LegacyExchangeDn = "/o=x/ou=y/cn=z" }));
        await Refused(DirectoryError.Immutable, "never changes", () => directory.Service.UpdateAsync(user with { MailboxGuid = Guid.NewGuid() }));
        await Refused(DirectoryError.Immutable, "cannot be renamed", () => directory.Service.UpdateAsync(directory.Current.DefaultDomain! with { Name = "example.org" }));
        await Refused(DirectoryError.Immutable, "legacy", () => directory.Service.UpdateAsync(directory.Current.Organisation! with { Name = "Other" }));
        await Refused(DirectoryError.NotFound, "no Group", () => directory.Service.UpdateAsync<Group>(user.Id, g => g));

        // A new alias leaves the legacy name as it was.
        (await directory.Service.UpdateAsync(user with { Alias = "renamed" })).LegacyExchangeDn.ShouldBe(user.LegacyExchangeDn);
    }

    [Fact]
    public async Task A_copy_read_too_long_ago_is_refused()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        var user = directory.Account("user1@example.com");
        await directory.Service.UpdateAsync(user with { DisplayName = "First" });
        await Refused(DirectoryError.Conflict, "somebody else", () => directory.Service.UpdateAsync(user with { DisplayName = "Second" }));
    }

    [Fact]
    public async Task References_lead_to_something_that_fits()
    {
        await using var directory = await TestDirectory.CreateAsync(2);
        var user = directory.Account("user1@example.com");
        var room = await directory.Service.AddAsync(new Room { Alias = "room", Capacity = 8 });
        await Refused(DirectoryError.DanglingReference, "does not exist", () => directory.Service.AddAsync(new Group { Alias = "g", Members = [Guid.NewGuid()] }));
        await Refused(DirectoryError.DanglingReference, "cannot be member", () => directory.Service.AddAsync(new Group { Alias = "g", Members = [directory.Current.DefaultDomain!.Id] }));
        await Refused(DirectoryError.DanglingReference, "cannot be owner", () => directory.Service.AddAsync(new Group { Alias = "g", Owners = [room.Id] }));
        await Refused(DirectoryError.DanglingReference, "cannot be full access", () => directory.Service.UpdateAsync(user with { FullAccess = [room.Id] }));
        await Refused(DirectoryError.InvalidFilter, "cannot be read", () => directory.Service.AddAsync(new Group { Alias = "g", Filter = "department=x" }));
        await Refused(DirectoryError.InvalidFilter, "dynamic or static", () => directory.Service.AddAsync(new Group { Alias = "g", Filter = "(sn=x)", Members = [user.Id] }));
    }

    [Fact]
    public async Task Whoever_is_removed_leaves_no_trace()
    {
        await using var directory = await TestDirectory.CreateAsync(3);
        var (one, two, three) = (directory.Account("user1@example.com"), directory.Account("user2@example.com"), directory.Account("user3@example.com"));
        var group = await directory.Service.AddAsync(new Group { Alias = "g", Members = [one.Id, two.Id], Owners = [one.Id] });
        await directory.Service.UpdateAsync(two with { FullAccess = [one.Id, three.Id], Details = two.Details with { ManagerId = one.Id } });
        await directory.Service.RemoveAsync(one.Id);

        directory.Current.Find(one.Id).ShouldBeNull();
        directory.Current.FindByLogin("user1").ShouldBeNull();
        directory.Current.FindByLegacyDn(one.LegacyExchangeDn).ShouldBeNull();
        directory.Current.FindByMailbox(one.MailboxGuid).ShouldBeNull();
        directory.Current.CredentialsOf(one.Id).HasPassword.ShouldBeFalse();
        var left = directory.Current.Find<Group>(group.Id)!;
        left.Members.ShouldBe([two.Id]);
        left.Owners.ShouldBeEmpty();
        directory.Account("user2@example.com").FullAccess.ShouldBe([three.Id]);
        directory.Account("user2@example.com").Details.ManagerId.ShouldBeNull();
        (await directory.Storage.LoadAllAsync(default)).Credentials.ShouldNotContain(c => c.AccountId == one.Id);
        await Refused(DirectoryError.NotFound, "no object", () => directory.Service.RemoveAsync(one.Id));
    }

    [Fact]
    public async Task Domains_keep_one_default_and_go_only_when_unused()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        directory.Current.DefaultDomain!.Name.ShouldBe("example.com");
        var second = await directory.Service.AddAsync(new Domain { Name = "Example.ORG", IsDefault = true });
        directory.Current.DefaultDomain.ShouldBe(second);
        directory.Current.Domains.Count(d => d.IsDefault).ShouldBe(1);

        await Refused(DirectoryError.AlreadyExists, "alias of example.com", () => directory.Service.AddAsync(new Domain { Name = "example.net" }));
        await Refused(DirectoryError.DomainInUse, "still used", () => directory.Service.RemoveAsync(directory.Current.FindDomain("example.com")!.Id));
        await Refused(DirectoryError.DomainInUse, "default", () => directory.Service.RemoveAsync(second.Id));
        await directory.Service.UpdateAsync(directory.Current.FindDomain("example.com")! with { IsDefault = true });
        await directory.Service.RemoveAsync(second.Id);
        directory.Current.Domains.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Photos_are_kept_beside_the_object()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        var id = directory.Account("user1@example.com").Id;
        (await directory.Service.ReadPhotoAsync(id)).ShouldBeNull();
        await directory.Service.SetPhotoAsync(id, [1, 2, 3]);
        (await directory.Service.ReadPhotoAsync(id)).ShouldBe([1, 2, 3]);
        await directory.Service.SetPhotoAsync(id, null);
        (await directory.Service.ReadPhotoAsync(id)).ShouldBeNull();
        await Refused(DirectoryError.TooLarge, "smaller", () => directory.Service.SetPhotoAsync(id, new byte[5_000_000]));
    }

    [Fact]
    public async Task Nul_and_line_breaks_stay_out_of_names()
    {
        await using var directory = await TestDirectory.CreateAsync();
        await Refused(DirectoryError.InvalidName, "displayName", () => directory.Service.AddAsync(new Account { Alias = "a", DisplayName = "a\r\nBcc: x" }));
        await Refused(DirectoryError.TooLarge, "displayName", () => directory.Service.AddAsync(new Account { Alias = "a", DisplayName = new string('a', 300) }));
    }

    private static async Task Refused(DirectoryError error, string says, Func<Task> change)
    {
        var exception = await Should.ThrowAsync<DirectoryException>(change);
        exception.Error.ShouldBe(error, exception.Message);
        exception.Message.ShouldContain(says);
    }
}
