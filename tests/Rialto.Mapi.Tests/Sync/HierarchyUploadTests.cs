using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>[MS-OXCFXICS] 3.2.5.9.4.3, 3.2.5.9.4.5: what a client brings of the folders.</summary>
public class HierarchyUploadTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private MapiServer Server => fixture.Server;

    [Fact]
    public async Task Folders_are_made_changed_moved_and_deleted()
    {
        using var client = await UploadSession.OpenAsync(Server, contents: false);
        var session = client.Session;
        var (first, second) = (client.FirstId, client.FirstId + 1);
        (await session.ImportFolderAsync(client.Context, client.Key(first), client.Version(second, 1), "child")).ShouldBe(ErrorCode.NoParentFolder);
        (await session.ImportFolderAsync(client.Context, [], client.Version(first, 2), "made", PropertyValue.Of(PropertyTags.Comment, "c"), PropertyValue.Of(PropertyTags.DisplayName, "ignored"))).ShouldBe(ErrorCode.Success);
        (await session.ImportFolderAsync(client.Context, client.Key(first), client.Version(second, 3), "child")).ShouldBe(ErrorCode.Success);
        var made = Folder(client, first)!;
        made.Name.ShouldBe("made");
        made.Comment.ShouldBe("c");
        made.Parent.ShouldBe(SpecialFolders.IdOf(SpecialFolder.IpmSubtree));
        made.ChangeKey.ShouldBe(client.Change(2));
        made.Modified.ShouldBe(UploadSession.Then);
        var state = await session.TransferStateAsync(client.Context);
        state.Seen[client.Server].ShouldBe(IdSet.Of((ulong)made.Cn, (ulong)Folder(client, second)!.Cn));

        (await session.ImportFolderAsync(client.Context, [], client.Version(second, 4, null, client.List(3)), "moved")).ShouldBe(ErrorCode.Success);
        Folder(client, second)!.Parent.ShouldBe(made.Parent);
        (await session.ImportFolderAsync(client.Context, [], client.Version(second, 4), "moved")).ShouldBe(ErrorCode.IgnoreFailure);
        (await session.ImportFolderAsync(client.Context, [], client.Version(second, 5), "made")).ShouldBe(ErrorCode.CollidingNames);
        (await session.ImportFolderAsync(client.Context, client.Key(second), client.Version(first, 6), "made")).ShouldBe(ErrorCode.Success);
        (await session.ImportFolderAsync(client.Context, client.Key(first), client.Version(second, 7), "moved")).ShouldBe(ErrorCode.CycleDetected);

        (await session.ImportDeletesAsync(client.Context, 0x01 | 0x02, client.Key(second), client.Key(client.FirstId + 2))).ShouldBe(ErrorCode.Success);
        Folder(client, first).ShouldBeNull();
        Folder(client, second).ShouldBeNull();
        foreach (var id in new[] { first, second, client.FirstId + 2 })
            (await session.ImportFolderAsync(client.Context, [], client.Version(id, 20), "back")).ShouldBe(ErrorCode.ObjectDeleted);
    }

    [Fact]
    public async Task Of_two_changes_the_later_one_stands_and_both_are_known()
    {
        using var client = await UploadSession.OpenAsync(Server, contents: false);
        await client.Session.ImportFolderAsync(client.Context, [], client.Version(client.FirstId, 1), "one");
        var id = new FolderId((long)client.FirstId);
        (await client.Mailbox.MoveFolderAsync(id, Folder(client, client.FirstId)!.Parent, "server's", default)).Succeeded.ShouldBeTrue();
        var state = await client.Session.TransferStateAsync(client.Context);
        (await client.Session.ImportFolderAsync(client.Context, [], client.Version(client.FirstId, 2), "client's")).ShouldBe(ErrorCode.Success);
        Folder(client, client.FirstId)!.Name.ShouldBe("server's");
        // Of the same moment the server's stays, whatever the namespaces say.
        (await client.Session.ImportFolderAsync(client.Context, [], client.Version(client.FirstId, 4, Folder(client, client.FirstId)!.Modified), "of one moment")).ShouldBe(ErrorCode.Success);
        Folder(client, client.FirstId)!.Name.ShouldBe("server's");
        (await client.Session.ImportFolderAsync(client.Context, [], client.Version(client.FirstId, 5, new FileTime(long.MaxValue / 2)), "client's")).ShouldBe(ErrorCode.Success);
        Folder(client, client.FirstId)!.Name.ShouldBe("client's");
        (await client.Session.TransferStateAsync(client.Context)).Seen.ShouldBe(state.Seen);
    }

    [Fact]
    public async Task The_server_s_own_folders_stay_where_they_are()
    {
        using var client = await UploadSession.OpenAsync(Server, contents: false);
        var inbox = (ulong)MapiServer.Inbox.Value;
        var own = client.List(1, StoreKeys.PredecessorsOf(client.Mailbox.Header, null, null, Folder(client, inbox)!.Cn));
        var version = SyncRops.VersionOf(client.Key(inbox), UploadSession.Then, client.Change(1), own);
        (await client.Session.ImportFolderAsync(client.Context, [], version, "Mine")).ShouldBe(ErrorCode.AccessDenied);
        (await client.Session.ImportFolderAsync(client.Context, [], version, Folder(client, inbox)!.Name, PropertyValue.Of(PropertyTags.Comment, "mine"))).ShouldBe(ErrorCode.Success);
        Folder(client, inbox)!.Comment.ShouldBe("mine");
        (await client.Session.ImportDeletesAsync(client.Context, 0x01, client.Key(inbox))).ShouldBe(ErrorCode.AccessDenied);
        var subtree = (ulong)SpecialFolders.IdOf(SpecialFolder.IpmSubtree).Value;
        (await client.Session.ImportDeletesAsync(client.Context, 0x01, client.Key(subtree))).ShouldBe(ErrorCode.InvalidParameter);
    }

    private static Folder? Folder(UploadSession client, ulong id) => client.Mailbox.Folders.TryGet(new FolderId((long)id), out var folder) ? folder : null;
}
