using Rialto.Directory;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>Owners of public folders hear of conflicts. [MS-OXCFXICS] 3.1.5.6.3.1, 2.2.1.4.1, 2.2.1.4.2.</summary>
public class ConflictNotificationTests
{
    [Theory]
    [InlineData(0, true, true)]
    [InlineData(1, false, false)]
    [InlineData(2, true, false)]
    public async Task Each_owner_of_the_folder_is_told_unless_it_says_otherwise(int method, bool holdsVersions, bool tells)
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        await server.AddPublicFoldersAsync();
        // An owner by name, one by a group that has both, and one who may only write.
        var group = await server.Directory.Service.AddAsync(new Group { PrimaryAddress = "owners@example.com", DisplayName = "Owners", Members = [server.User(2).Id, server.User(1).Id] });
        using var store = await server.OpenPublicAsync();
        var folder = (await store.CreateFolderAsync(SpecialFolders.IdOf(SpecialFolder.PublicIpmSubtree), new NewFolder("Plans"), default)).Value;
        var editor = FolderRights.All & ~FolderRights.FolderOwner;
        (await store.UpdateFolderAsync(
            folder.Id,
            f => f with { Permissions = f.Permissions.Add(new(server.User(1).Id, FolderRights.All)).Add(new(group.Id, FolderRights.All)).Add(new(server.User(3).Id, editor)) },
            default)).Succeeded.ShouldBeTrue();

        var (session, _, logon) = await server.PublicLogonAsync();
        var handle = await session.OpenFolderAsync(logon, StoreKeys.Id(folder.Id.Value).ToWire());
        if (method != 0)
            await session.SetAsync(handle, PropertyValue.Of(PropertyTags.ResolveMethod, method));
        var context = await session.OpenCollectorAsync(handle, contents: true);
        var (replica, id) = await session.ReserveIdsAsync(logon, 1);
        var key = new GlobalId(replica, id).ToArray();
        await BringAsync(session, context, key, Guid.NewGuid(), "first plan");
        await BringAsync(session, context, key, Guid.NewGuid(), "second plan", new FileTime(long.MaxValue / 2));
        var row = (await store.FindByMidAsync((long)id, default)).Value!;
        ((row.Status & 0x800) != 0).ShouldBe(holdsVersions);
        row.Subject.ShouldBe("second plan");

        for (var user = 1; user <= 3; user++)
        {
            using var mailbox = await server.OpenMailboxAsync(user);
            var listed = (await mailbox.ListAsync(MapiServer.Inbox, _ => true, default)).Value;
            if (!tells || user == 3)
            {
                listed.ShouldBeEmpty();
                continue;
            }
            var told = (await mailbox.OpenPropertiesAsync(MapiServer.Inbox, listed.ShouldHaveSingleItem().Id, default)).Value.Properties;
            told.GetString(PropertyTags.MessageClass).ShouldBe("IPM.Conflict.Message");
            told.GetString(PropertyTags.SenderName).ShouldBe("Plans");
            told.GetString(PropertyTags.OriginalSubject).ShouldBe("second plan");
            told.GetBinary(PropertyTags.ConflictEntryId).ShouldBe(StoreKeys.EntryIdOf(store.Header, folder.Id, row.Mid));
        }
        session.Dispose();
    }

    private static async Task BringAsync(RopSession session, uint context, byte[] key, Guid space, string subject, FileTime? modified = null)
    {
        byte[] change = [.. space.ToByteArray(), 0, 0, 0, 1];
        var list = new PredecessorChangeList();
        list.Add(Xid.Parse(change)!);
        var (error, message) = await session.ImportMessageAsync(context, SyncRops.VersionOf(key, modified ?? UploadSession.Then, change, list.ToArray()));
        error.ShouldBe(ErrorCode.Success);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, subject));
        (await session.TrySaveAsync(message)).ShouldBe(ErrorCode.Success);
        await session.ReleaseAsync(message);
    }
}
