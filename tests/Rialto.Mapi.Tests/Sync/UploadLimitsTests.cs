using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>What no client of good faith sends: each is refused, and nothing of it is done.</summary>
public class UploadLimitsTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private MapiServer Server => fixture.Server;

    [Fact]
    public async Task Ids_that_nobody_was_given_are_refused()
    {
        using var client = await UploadSession.OpenAsync(Server);
        var sequence = client.Mailbox.Sequence;
        (await client.BringAsync(client.Version((ulong)sequence + 1000, 1), "x")).ShouldBe(ErrorCode.InvalidParameter);
        // A counter that was a change number, or a folder: nothing that a message could be.
        (await client.BringAsync(client.Version(0x3FF, 2), "x")).ShouldBe(ErrorCode.ObjectDeleted);
        (await client.BringAsync(client.Version(0, 3), "x")).ShouldBe(ErrorCode.InvalidParameter);
        var drafts = await client.Session.OpenFolderAsync(client.Logon, client.Response.FolderIds[6]);
        var context = await client.Session.OpenCollectorAsync(drafts, contents: true);
        await client.BringAsync(client.Version(client.FirstId, 4), "here");
        // A message of another folder is not brought, moved to itself, or deleted by way of this one.
        (await client.Session.ImportMessageAsync(context, client.Version(client.FirstId, 5))).Error.ShouldBe(ErrorCode.ObjectDeleted);
        (await client.Session.ImportDeletesAsync(context, 0x02, client.Key(client.FirstId))).ShouldBe(ErrorCode.Success);
        (await client.RowAsync(client.FirstId)).ShouldNotBeNull();
        var inbox = client.Key(StoreId.FromWire(client.Response.FolderIds[4]).Counter);
        (await client.Session.ImportMoveAsync(context, inbox, client.Key(client.FirstId), client.List(4), client.Key((ulong)sequence + 5000), client.Change(6))).ShouldBe(ErrorCode.InvalidParameter);
        (await client.RowAsync(client.FirstId))!.Folder.ShouldBe(MapiServer.Inbox);
    }

    [Fact]
    public async Task Versions_that_cannot_be_are_refused()
    {
        using var client = await UploadSession.OpenAsync(Server);
        var ahead = new PredecessorChangeList();
        ahead.Add(Xid.Of(new GlobalId(client.Server, (ulong)client.Mailbox.Sequence + 1_000_000)));
        PropertyValue[][] versions =
        [
            // Newer than anything that will ever happen here.
            SyncRops.VersionOf(client.Key(client.FirstId), UploadSession.Then, client.Change(1), client.List(1, ahead.ToArray())),
            // The server's own changes, made by a client.
            SyncRops.VersionOf(client.Key(client.FirstId), UploadSession.Then, client.Key(client.FirstId), client.List(1)),
            // No lists, no keys.
            SyncRops.VersionOf(client.Key(client.FirstId), UploadSession.Then, client.Change(1), [1, 2, 3]),
            SyncRops.VersionOf(client.Key(client.FirstId), UploadSession.Then, [1, 2, 3], client.List(1)),
            SyncRops.VersionOf(client.Key(client.FirstId), UploadSession.Then, [.. client.Change(1), .. new byte[20]], client.List(1)),
            SyncRops.VersionOf([], UploadSession.Then, client.Change(1), client.List(1)),
            SyncRops.VersionOf(client.Key(client.FirstId)[..20], UploadSession.Then, client.Change(1), client.List(1)),
            SyncRops.VersionOf(new byte[200], UploadSession.Then, client.Change(1), client.List(1)),
            // Missing, too many, in another order.
            client.Version(client.FirstId, 1)[..3],
            [.. client.Version(client.FirstId, 1), PropertyValue.Of(PropertyTags.Subject, "x")],
            [.. client.Version(client.FirstId, 1).Reverse()],
            [],
        ];
        foreach (var version in versions)
            (await client.Session.ImportMessageAsync(client.Context, version)).Error.ShouldBe(ErrorCode.InvalidParameter);
        (await client.Session.ImportMessageAsync(client.Context, client.Version(client.FirstId, 1), 0x80)).Error.ShouldBe(ErrorCode.InvalidParameter);
        (await client.RowAsync(client.FirstId)).ShouldBeNull();
        (await client.BringAsync(client.Version(client.FirstId, 1), "fine")).ShouldBe(ErrorCode.Success);
    }

    /// <summary>2.2.3.2.4.2.2, 2.2.3.2.4.3.2, 2.2.3.2.4.4.2: what the client named by its own id is not named another time.</summary>
    [Fact]
    public async Task Ids_in_answers_to_imports_are_zero()
    {
        using var client = await UploadSession.OpenAsync(Server);
        using var hierarchy = await UploadSession.OpenAsync(Server, contents: false);
        var message = (await client.Session.ExecuteAsync(
            [(RopId.SynchronizationImportMessageChange, new RopSynchronizationImportMessageChange.Request { OutputHandleIndex = 1, PropertyValues = client.Version(client.FirstId, 1) })],
            [client.Context, RopSession.NoHandle]));
        message.Get<RopSynchronizationImportMessageChange.Response>().ReturnValue.ShouldBe(ErrorCode.Success);
        message.Get<RopSynchronizationImportMessageChange.Response>().MessageId.ShouldBe(0ul);
        (await client.Session.SetAsync(message.Handles[1], PropertyValue.Of(PropertyTags.Subject, "x"))).ShouldBeEmpty();
        (await client.Session.TrySaveAsync(message.Handles[1])).ShouldBe(ErrorCode.Success);
        var drafts = await client.Session.OpenFolderAsync(client.Logon, client.Response.FolderIds[6]);
        var context = await client.Session.OpenCollectorAsync(drafts, contents: true);
        var moved = await client.Session.CallAsync<RopSynchronizationImportMessageMove.Response>(RopId.SynchronizationImportMessageMove, new RopSynchronizationImportMessageMove.Request
        {
            SourceFolderId = client.Key(StoreId.FromWire(client.Response.FolderIds[4]).Counter), SourceMessageId = client.Key(client.FirstId), PredecessorChangeList = client.List(1),
            DestinationMessageId = client.Key(client.FirstId + 1), ChangeNumber = client.Change(2),
        }, context);
        moved.MessageId.ShouldBe(0ul);
        var folder = await hierarchy.Session.CallAsync<RopSynchronizationImportHierarchyChange.Response>(RopId.SynchronizationImportHierarchyChange, new RopSynchronizationImportHierarchyChange.Request
        {
            HierarchyValues = [PropertyValue.Of(PropertyTags.ParentSourceKey, Array.Empty<byte>()), .. hierarchy.Version(hierarchy.FirstId, 1), PropertyValue.Of(PropertyTags.DisplayName, "made")],
        }, hierarchy.Context);
        folder.FolderId.ShouldBe(0ul);
    }

    [Fact]
    public async Task Each_context_takes_its_own_kind_alone()
    {
        using var client = await UploadSession.OpenAsync(Server);
        using var hierarchy = await UploadSession.OpenAsync(Server, contents: false);
        (await client.Session.ImportFolderAsync(client.Context, [], client.Version(client.FirstId, 1), "x")).ShouldBe(ErrorCode.NotSupported);
        (await hierarchy.Session.ImportMessageAsync(hierarchy.Context, hierarchy.Version(hierarchy.FirstId, 1))).Error.ShouldBe(ErrorCode.NotSupported);
        (await hierarchy.Session.ImportReadStatesAsync(hierarchy.Context, (hierarchy.Key(1), true))).ShouldBe(ErrorCode.NotSupported);
        (await client.Session.TryAsync(RopId.SynchronizationOpenCollector, new RopSynchronizationOpenCollector.Request(), client.Logon)).ShouldBe(ErrorCode.NotSupported);
        (await client.Session.ImportMessageAsync(client.Inbox, client.Version(client.FirstId, 1))).Error.ShouldBe(ErrorCode.NotSupported);
        (await client.Session.TryAsync(RopId.GetLocalReplicaIds, new RopGetLocalReplicaIds.Request { IdCount = 1 }, client.Inbox)).ShouldBe(ErrorCode.NotSupported);
        foreach (var count in new[] { 0u, 0x10001u, uint.MaxValue })
            (await client.Session.TryAsync(RopId.GetLocalReplicaIds, new RopGetLocalReplicaIds.Request { IdCount = count }, client.Logon)).ShouldBe(ErrorCode.InvalidParameter);
        (await client.Session.TryAsync(RopId.GetLocalReplicaIds, new RopGetLocalReplicaIds.Request { IdCount = 0x10000 }, client.Logon)).ShouldBe(ErrorCode.Success);
        // A state that comes after the first change is too late.
        await client.Session.ImportMessageAsync(client.Context, client.Version(client.FirstId, 1));
        (await Should.ThrowAsync<RopException>(() => client.Session.PutStateAsync(client.Context, 0x67960102, []))).Code.ShouldBe(ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task A_state_of_another_mailbox_does_no_harm()
    {
        using var client = await UploadSession.OpenAsync(Server);
        var foreign = new ReplicaIdSet();
        foreign[Guid.NewGuid()].AddRange(1, 1_000_000);
        await client.Session.PutStateAsync(client.Context, 0x67960102, foreign.ToReplGuids());
        (await client.BringAsync(client.Version(client.FirstId, 1), "x")).ShouldBe(ErrorCode.Success);
        var row = (await client.RowAsync(client.FirstId))!;
        var state = await client.Session.TransferStateAsync(client.Context);
        state.Seen[client.Server].ShouldBe(IdSet.Of((ulong)row.Cn));
    }

    [Fact]
    public async Task Who_may_only_read_brings_nothing()
    {
        await using var server = await MapiServer.StartAsync();
        var delivered = await server.DeliverAsync("shared", user: 3);
        long mid;
        using (var mailbox = await server.OpenMailboxAsync(3))
        {
            var shared = new FolderPermission(server.User(2).Id, FolderRights.ReadAny | FolderRights.FolderVisible);
            (await mailbox.UpdateFolderAsync(MapiServer.Inbox, f => f with { Permissions = f.Permissions.Add(shared) }, CancellationToken.None)).Succeeded.ShouldBeTrue();
            mid = (await mailbox.ReadRowsAsync(MapiServer.Inbox, new[] { delivered.Id }, default)).Value[0]!.Mid;
        }
        var (session, _, _) = await server.LogonAsync(2);
        var (logon, handle) = await session.LogonAsync(server.User(3).LegacyExchangeDn);
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var context = await session.OpenCollectorAsync(inbox, contents: true);
        (await session.TryAsync(RopId.GetLocalReplicaIds, new RopGetLocalReplicaIds.Request { IdCount = 1 }, handle)).ShouldBe(ErrorCode.AccessDenied);
        var key = new GlobalId(logon.ReplGuid, (ulong)mid).ToArray();
        byte[] change = [.. Guid.NewGuid().ToByteArray(), 1];
        (await session.ImportMessageAsync(context, SyncRops.VersionOf(key, UploadSession.Then, change, [17, .. change]))).Error.ShouldBe(ErrorCode.AccessDenied);
        (await session.ImportDeletesAsync(context, 0x02, key)).ShouldBe(ErrorCode.AccessDenied);
        (await session.ImportReadStatesAsync(context, (key, true))).ShouldBe(ErrorCode.AccessDenied);
        session.Http.Dispose();
    }
}
