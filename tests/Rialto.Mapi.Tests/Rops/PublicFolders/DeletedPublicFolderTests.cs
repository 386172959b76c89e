using Rialto.Directory;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCFOLD] 2.2.1.1.1, 2.2.1.13.1, 3.2.5.3: public folders that were deleted and are not gone.</summary>
public sealed class DeletedPublicFolderTests : IAsyncLifetime
{
    private const byte SoftDeletes = 0x20;
    private const byte OpenSoftDeleted = 0x04;

    private MapiServer _server = null!;
    private RopSession _session = null!;
    private RopLogon.Response _logon = null!;
    private uint _handle;
    private uint _root;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync();
        await _server.AddPublicFoldersAsync();
        using (var store = await _server.OpenPublicAsync())
        {
            await store.UpdateFolderAsync(
                SpecialFolders.IdOf(SpecialFolder.PublicIpmSubtree), f => f with { Permissions = f.Permissions.Add(new FolderPermission(_server.User(1).Id, FolderRights.All)) }, CancellationToken.None);
        }
        (_session, _logon, _handle) = await _server.PublicLogonAsync();
        _root = await _session.OpenFolderAsync(_handle, _logon.FolderIds[1]);
    }

    public async Task DisposeAsync()
    {
        _session.Http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_deleted_folder_is_listed_for_its_owner_and_comes_back_with_all_that_it_had()
    {
        var id = await FilledAsync();
        (await DeletedAsync(_session, _root)).ShouldBeEmpty();
        (await _session.CallAsync<PartialResponse>(RopId.DeleteFolder, new RopDeleteFolder.Request { DeleteFolderFlags = 0x05, FolderId = id }, _root)).PartialCompletion.ShouldBeFalse();
        (await _session.HierarchyTableAsync(_root)).RowCount.ShouldBe(0);
        (await _session.TryAsync(RopId.OpenFolder, new RopOpenFolder.Request { FolderId = id }, _handle)).ShouldBe(ErrorCode.NotFound);

        var deleted = (await DeletedAsync(_session, _root)).ShouldHaveSingleItem();
        deleted.Name.ShouldBe("Gone");
        (await _session.TryAsync(RopId.OpenFolder, new RopOpenFolder.Request { FolderId = deleted.Id }, _handle)).ShouldBe(ErrorCode.NotFound, "it opens for who says that he knows");
        var (_, opened) = await _session.OpenAsync<RopOpenFolder.Response>(RopId.OpenFolder, new RopOpenFolder.Request { FolderId = deleted.Id, OpenModeFlags = OpenSoftDeleted }, _handle);
        (await _session.PropertiesAsync(opened, PropertyTags.ContentCount))[0].AsInt32().ShouldBe(1);

        // Nobody else sees it.
        var (other, _, otherHandle) = await _server.PublicLogonAsync(2);
        var otherRoot = await other.OpenFolderAsync(otherHandle, _logon.FolderIds[1]);
        (await DeletedAsync(other, otherRoot)).ShouldBeEmpty();
        (await other.TryAsync(RopId.OpenFolder, new RopOpenFolder.Request { FolderId = deleted.Id, OpenModeFlags = OpenSoftDeleted }, otherHandle)).ShouldBe(ErrorCode.NotFound);

        var back = await _session.ExecuteAsync(
            [(RopId.MoveFolder, new RopMoveFolder.Request { DestHandleIndex = 1, UseUnicode = true, FolderId = deleted.Id, NewFolderName = "Back" })], [_root, _root]);
        back.Responses[0].ReturnValue.ShouldBe(ErrorCode.Success);
        (await DeletedAsync(_session, _root)).ShouldBeEmpty();
        var (hierarchy, _) = await other.HierarchyTableAsync(otherRoot, deep: true);
        var rows = await other.RowsAsync(hierarchy, [PropertyTags.DisplayName, PropertyTags.ContentCount, PropertyTags.Comment]);
        rows.Select(r => r[0].AsString()).ShouldBe(["Back", "Below"]);
        rows.Select(r => r[1].AsInt32()).ShouldBe([1, 1]);
        other.Http.Dispose();
    }

    [Fact]
    public async Task A_hard_deletion_and_the_end_of_the_retention_are_for_good()
    {
        var id = await FilledAsync();
        await _session.CallAsync<PartialResponse>(RopId.DeleteFolder, new RopDeleteFolder.Request { DeleteFolderFlags = 0x15, FolderId = id }, _root);
        (await DeletedAsync(_session, _root)).ShouldBeEmpty();

        id = await FilledAsync();
        await _session.CallAsync<PartialResponse>(RopId.DeleteFolder, new RopDeleteFolder.Request { DeleteFolderFlags = 0x05, FolderId = id }, _root);
        (await FilledAsync()).ShouldNotBe(id, "the name is free");
        await _server.Store.ExpireAsync(_server.Directory.Current.PublicStore!.MailboxGuid, CancellationToken.None);
        (await DeletedAsync(_session, _root)).Count.ShouldBe(1);
        _server.Store.Options.DeletedItemRetention = TimeSpan.Zero;
        await _server.Store.ExpireAsync(_server.Directory.Current.PublicStore!.MailboxGuid, CancellationToken.None);
        (await DeletedAsync(_session, _root)).ShouldBeEmpty();
        using var store = await _server.OpenPublicAsync();
        store.Folders.All.Count(f => f.Name == "Below").ShouldBe(1, "the one that was made last");
    }

    /// <summary>A folder with a message and one below it with another.</summary>
    private async Task<ulong> FilledAsync()
    {
        var (id, folder, _) = await _session.CreateFolderAsync(_root, "Gone");
        var (below, _, _) = await _session.CreateFolderAsync(folder, "Below");
        foreach (var place in (ulong[])[id, below])
        {
            var message = await _session.CreateMessageAsync(_handle, place);
            await _session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, "kept"));
            await _session.SaveAsync(message);
        }
        return id;
    }

    private static async Task<List<(string Name, ulong Id)>> DeletedAsync(RopSession session, uint parent)
    {
        var (_, table) = await session.OpenAsync<RopGetHierarchyTable.Response>(RopId.GetHierarchyTable, new RopGetHierarchyTable.Request { TableFlags = SoftDeletes }, parent);
        return [.. (await session.RowsAsync(table, [PropertyTags.DisplayName, PropertyTags.FolderId])).Select(r => (r[0].AsString(), (ulong)r[1].AsInt64()))];
    }
}
