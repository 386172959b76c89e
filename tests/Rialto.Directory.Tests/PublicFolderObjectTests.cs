using Rialto.Testing;

namespace Rialto.Directory.Tests;

/// <summary>The public store and the addresses of its folders as directory objects.</summary>
public class PublicFolderObjectTests
{
    [Fact]
    public async Task There_is_one_public_store_and_one_address_object_a_folder()
    {
        await using var directory = await TestDirectory.CreateAsync(2);
        var service = directory.Service;
        service.Current.PublicStore.ShouldBeNull();
        var store = await service.AddAsync(new PublicStore { PrimaryAddress = "public@example.com" });
        service.Current.PublicStore!.Id.ShouldBe(store.Id);
        service.Current.FindByMailbox(store.MailboxGuid)!.Id.ShouldBe(store.Id);
        (await Should.ThrowAsync<DirectoryException>(() => service.AddAsync(new PublicStore { PrimaryAddress = "more@example.com" }))).Error.ShouldBe(DirectoryError.AlreadyExists);
        await service.UpdateAsync<PublicStore>(store.Id, s => s with { DisplayName = "Ours" });
        service.Current.PublicStore!.DisplayName.ShouldBe("Ours");

        var user = directory.Account("user1@example.com");
        var folder = await service.AddAsync(new MailPublicFolder { FolderId = 0x500, PrimaryAddress = "info@example.com", DisplayName = "Info", SendAs = [user.Id], SendOnBehalf = [user.Id] });
        service.Current.FindPublicFolder(0x500)!.Id.ShouldBe(folder.Id);
        service.Current.FindByLegacyDn(folder.LegacyExchangeDn)!.Id.ShouldBe(folder.Id);
        (await Should.ThrowAsync<DirectoryException>(() => service.AddAsync(new MailPublicFolder { FolderId = 0x500, PrimaryAddress = "b@example.com" }))).Error.ShouldBe(DirectoryError.AlreadyExists);
        (await Should.ThrowAsync<DirectoryException>(() => service.UpdateAsync<MailPublicFolder>(folder.Id, f => f with { FolderId = 0x501 }))).Error.ShouldBe(DirectoryError.Immutable);
        // Who goes leaves its lists.
        await service.RemoveAsync(user.Id);
        service.Current.FindPublicFolder(0x500)!.SendAs.ShouldBeEmpty();
        await service.RemoveAsync(folder.Id);
        service.Current.FindPublicFolder(0x500).ShouldBeNull();
        await service.RemoveAsync(store.Id);
        service.Current.PublicStore.ShouldBeNull();
    }

    [Fact]
    public async Task They_are_there_again_when_the_directory_is_loaded()
    {
        var storage = new MemoryDirectoryStorage();
        Guid mailbox;
        await using (var first = await DirectoryService.OpenAsync(storage))
        {
            await first.AddAsync(new Organisation { Name = "Example" });
            await first.AddAsync(new Domain { Name = "example.com" });
            mailbox = (await first.AddAsync(new PublicStore { PrimaryAddress = "public@example.com" })).MailboxGuid;
            await first.AddAsync(new MailPublicFolder { FolderId = 0x500, PrimaryAddress = "info@example.com" });
        }
        await using var second = await DirectoryService.OpenAsync(storage);
        second.Current.PublicStore!.MailboxGuid.ShouldBe(mailbox);
        second.Current.FindPublicFolder(0x500)!.PrimaryAddress.ShouldBe("info@example.com");
    }
}
