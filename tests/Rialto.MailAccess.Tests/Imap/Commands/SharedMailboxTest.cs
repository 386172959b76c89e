using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;
using Rialto.Testing;

namespace Rialto.MailAccess.Tests.Imap.Commands;

/// <summary>A directory with public folders, of which "News" may be read and posted to by all.</summary>
public abstract class SharedMailboxTest : ImapTest
{
    internal MailboxSession Public { get; private set; } = null!;

    internal Folder News { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var store = await Server.Directory.Service.AddAsync(new PublicStore { PrimaryAddress = "public@example.com", DisplayName = "Public Folders", HiddenFromAddressLists = true });
        await Server.Engine.CreatePublicStoreAsync(store.MailboxGuid, null, CancellationToken.None);
        Public = (await Server.Engine.OpenAsync(store.MailboxGuid, Principal.System, CancellationToken.None)).Value;
        News = (await Public.CreateFolderAsync(Public.Folders.Special(SpecialFolder.PublicIpmSubtree)!.Id, new NewFolder("News"), CancellationToken.None)).Value;
        News = (await Public.UpdateFolderAsync(News.Id, f => f with
        {
            Permissions = [new(FolderPermission.DefaultMember, FolderRights.FolderVisible | FolderRights.ReadAny | FolderRights.Create | FolderRights.DeleteOwned)],
        }, CancellationToken.None)).Value;
    }

    public override async Task DisposeAsync()
    {
        Public.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>Gives a user rights in another's mailbox.</summary>
    internal async Task GrantAsync(int owner, SpecialFolder folder, int user, FolderRights rights)
    {
        using var mailbox = await Server.OpenMailboxAsync(owner);
        var id = Server.Directory.Account($"user{user}@example.com").Id;
        (await mailbox.UpdateFolderAsync(SpecialFolders.IdOf(folder), f => f with { Permissions = [.. f.Permissions, new FolderPermission(id, rights)] }, CancellationToken.None)).Succeeded.ShouldBeTrue();
    }
}
