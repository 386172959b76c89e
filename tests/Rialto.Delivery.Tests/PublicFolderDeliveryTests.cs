using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Delivery.Tests;

/// <summary>Mail to public folders: who may post, once each, limits, groups.</summary>
public class PublicFolderDeliveryTests
{
    private const FolderRights Author = FolderRights.ReadAny | FolderRights.Create | FolderRights.FolderVisible;

    [Fact]
    public async Task Mail_from_outside_needs_a_right_of_anonymous_and_mail_of_accounts_their_own()
    {
        await using var office = await MailOffice.CreateAsync();
        var open = await FolderAsync(office, "open", (FolderPermission.AnonymousMember, FolderRights.Create));
        var closed = await FolderAsync(office, "closed", (FolderPermission.DefaultMember, Author));
        await office.PostAsync("user1@example.com", "open@example.com", "closed@example.com");
        await office.DrainAsync();
        (await CountAsync(office, open), await CountAsync(office, closed)).ShouldBe((1, 0), "whoever says that it is user1 is anonymous without a log-in");
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem().ShouldContain("5.7.1");
        await office.EnqueueAsync("user1@example.com", [new("closed@example.com", null, null, 0, 0, null), new("open@example.com", null, null, 0, 0, null)], submitter: "user1@example.com");
        await office.DrainAsync();
        (await CountAsync(office, closed)).ShouldBe(1);
        (await CountAsync(office, open)).ShouldBe(1, "user1 is not anonymous, and not among who may");
    }

    [Fact]
    public async Task Two_folders_of_one_mail_get_one_copy_each_whatever_dies_in_between()
    {
        await using var office = await MailOffice.CreateAsync();
        var first = await FolderAsync(office, "first", (FolderPermission.AnonymousMember, FolderRights.Create));
        var second = await FolderAsync(office, "second", (FolderPermission.AnonymousMember, FolderRights.Create));
        await office.Directory.Service.AddAsync(new Group
        {
            PrimaryAddress = "both@example.com", Members = [office.Directory.Current.FindByAddress("first@example.com")!.Id, office.Directory.Current.FindByAddress("second@example.com")!.Id],
        });
        await office.PostAsync("a@b.test", "both@example.com", "first@example.com");
        office.Queue.BeforeComplete = () => throw new StorageUnavailableException("Killed.");
        await Should.ThrowAsync<StorageUnavailableException>(office.DrainAsync);
        office.Queue.BeforeComplete = null;
        await office.RestartDeliveryAsync();
        await office.DrainAsync();
        office.Queue.Messages.ShouldBeEmpty();
        (await CountAsync(office, first), await CountAsync(office, second)).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_full_folder_waits_a_limit_refuses_and_the_store_itself_has_no_address()
    {
        await using var office = await MailOffice.CreateAsync();
        var folder = await FolderAsync(office, "small", (FolderPermission.AnonymousMember, FolderRights.Create));
        await LimitAsync(office, folder, new FolderLimits { MessageSize = 1024 });
        await office.EnqueueAsync("user1@example.com", [new("small@example.com", null, null, 0, 0, null)], content: "Subject: x\r\n\r\n" + new string('x', 2000));
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem().ShouldContain("5.3.4");
        await LimitAsync(office, folder, new FolderLimits { Quota = 1 });
        await office.EnqueueAsync("user1@example.com", [new("small@example.com", null, null, 0, 0, null)], content: "Subject: x\r\n\r\n" + new string('x', 2000));
        await office.DrainAsync();
        (await CountAsync(office, folder)).ShouldBe(0);
        office.Queue.Messages.ShouldHaveSingleItem().Recipients.ShouldHaveSingleItem().LastStatus.ShouldNotBeNull().ShouldContain("4.2.2");

        RecipientResolver.Resolve(office.Directory.Current, "public@example.com", null).Status.ShouldBe(DeliveryStatus.UnknownRecipient);
    }

    [Fact]
    public async Task Send_as_a_folder_is_for_those_it_lists()
    {
        await using var office = await MailOffice.CreateAsync();
        var directory = office.Directory.Current;
        var account = office.Directory.Account("user1@example.com");
        var folder = new MailPublicFolder { Id = Guid.NewGuid(), SendAs = [account.Id] };
        SenderRights.MaySendAs(directory, account, folder).ShouldBeTrue();
        SenderRights.MaySendAs(directory, account, folder with { SendAs = [] }).ShouldBeFalse();
        SenderRights.MaySendOnBehalfOf(directory, account, folder).ShouldBeFalse();
        SenderRights.MaySendOnBehalfOf(directory, account, folder with { SendOnBehalf = [account.Id] }).ShouldBeTrue();
    }

    internal static async Task<FolderId> FolderAsync(MailOffice office, string name, params (Guid Member, FolderRights Rights)[] permissions)
    {
        if (office.Directory.Current.PublicStore is not { } store)
        {
            store = await office.Directory.Service.AddAsync(new PublicStore { PrimaryAddress = "public@example.com" });
            (await office.Store.CreatePublicStoreAsync(store.MailboxGuid, null, default)).ShouldBeTrue();
        }
        using var session = await OpenAsync(office);
        var folder = (await session.CreateFolderAsync(SpecialFolders.IdOf(SpecialFolder.PublicIpmSubtree), new NewFolder(name), default)).Value;
        await session.UpdateFolderAsync(folder.Id, f => f with { Permissions = [.. permissions.Select(p => new FolderPermission(p.Member, p.Rights))] }, default);
        await office.Directory.Service.AddAsync(new MailPublicFolder { FolderId = folder.Id.Value, PrimaryAddress = name + "@example.com", DisplayName = name });
        return folder.Id;
    }

    private static async Task LimitAsync(MailOffice office, FolderId folder, FolderLimits limits)
    {
        using var session = await OpenAsync(office);
        (await session.UpdateFolderAsync(folder, limits.On, default)).Succeeded.ShouldBeTrue();
    }

    private static async Task<MailboxSession> OpenAsync(MailOffice office) => (await office.Store.OpenAsync(office.Directory.Current.PublicStore!.MailboxGuid, Principal.System, default)).Value;

    private static async Task<int> CountAsync(MailOffice office, FolderId folder)
    {
        using var session = await OpenAsync(office);
        return session.Folders.TryGet(folder, out var found) ? found.Counters.Count : -1;
    }
}
