using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>Hierarchy downloads, and what configuring a download refuses. [MS-OXCFXICS] 2.2.4.3.9, 3.2.5.9.1.1.</summary>
[Collection(StoreServers.Collection)]
public sealed class HierarchyTests(StoreServers servers) : IAsyncLifetime
{
    private MapiServer Server { get; set; } = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task Folders_come_with_their_parents_first_and_go_by_their_ids(string store)
    {
        Server = await servers.StartAsync(store);
        using var mailbox = await Server.OpenMailboxAsync();
        var (session, logon, handle) = await Server.LogonAsync();
        var root = await session.OpenFolderAsync(handle, logon.FolderIds[0]);
        var first = await session.SynchronizeAsync(root, type: SyncClient.Hierarchy, flags: 0x0001, extra: 0x1);
        first.Folders.Count.ShouldBe(mailbox.Folders.Count - 1);
        var seen = new HashSet<string> { "" };
        foreach (var folder in first.Folders)
        {
            seen.ShouldContain(Convert.ToHexString(folder.GetBinary(PropertyTags.ParentSourceKey)!));
            seen.Add(Convert.ToHexString(folder.GetBinary(PropertyTags.SourceKey)!)).ShouldBeTrue();
            folder.GetString(PropertyTags.DisplayName).ShouldNotBeNull();
            folder.TryGet(PropertyIds.FolderId, out _).ShouldBeTrue();
            folder.TryGet(PropertyIds.ParentFolderId, out _).ShouldBeTrue();
        }
        first.State!.CnsetSeenFai.ShouldBeEmpty();
        first.State.CnsetRead.ShouldBeEmpty();
        (await session.SynchronizeAsync(root, first.State, SyncClient.Hierarchy, 0x0001)).Folders.ShouldBeEmpty();

        var made = (await mailbox.CreateFolderAsync(MapiServer.Inbox, new NewFolder("New"), default)).Value;
        var below = (await mailbox.CreateFolderAsync(made.Id, new NewFolder("Below"), default)).Value;
        await Server.DeliverAsync("mail");
        var second = await session.SynchronizeAsync(root, first.State, SyncClient.Hierarchy, 0x0001);
        second.Folders.Select(f => f.GetString(PropertyTags.DisplayName)).ShouldBe(["New", "Below"]);
        second.Folders[0].TryGet(PropertyIds.FolderId, out _).ShouldBe(true);
        await mailbox.MoveFolderAsync(below.Id, MapiServer.Inbox, "Renamed", default);
        await mailbox.DeleteFolderAsync(made.Id, true, default);
        var third = await session.SynchronizeAsync(root, second.State, SyncClient.Hierarchy, 0x0001, extra: 0);
        third.Folders.Single().GetString(PropertyTags.DisplayName).ShouldBe("Renamed");
        third.Folders.Single().TryGet(PropertyIds.FolderId, out _).ShouldBeFalse();
        third.Deleted.Enumerate().ShouldBe([(ulong)made.Id.Value]);

        // Below the Inbox: its children have no parent.
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var narrow = await session.SynchronizeAsync(inbox, type: SyncClient.Hierarchy, flags: 0x0001);
        narrow.Folders.Single().GetBinary(PropertyTags.ParentSourceKey).ShouldBe([]);
        session.Http.Dispose();
    }

    [Fact]
    public async Task What_is_not_known_is_refused()
    {
        Server = await servers.StartAsync("sqlite");
        var (session, logon, handle) = await Server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (await TryAsync(type: 0)).ShouldBe(ErrorCode.InvalidParameter);
        (await TryAsync(type: 4)).ShouldBe(ErrorCode.InvalidParameter);
        (await TryAsync(flags: 0x1000)).ShouldBe(ErrorCode.InvalidParameter);
        (await TryAsync(flags: 0x0800)).ShouldBe(ErrorCode.InvalidParameter);
        (await TryAsync(sendOptions: 0x80)).ShouldBe(ErrorCode.InvalidParameter);
        (await TryAsync(extra: 0x10)).ShouldBe(ErrorCode.Success);

        Task<ErrorCode> TryAsync(byte type = 1, ushort flags = SyncClient.Usual, uint extra = 0, byte sendOptions = 1) => session.TryAsync(RopId.SynchronizationConfigure,
            new RopSynchronizationConfigure.Request { SynchronizationType = type, SynchronizationFlags = flags, SynchronizationExtraFlags = extra, SendOptions = sendOptions }, inbox);
    }

    [Fact]
    public async Task Malformed_states_are_refused_and_take_nothing()
    {
        Server = await servers.StartAsync("sqlite");
        await Server.DeliverAsync("mail");
        var (session, logon, handle) = await Server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var state = (await session.SynchronizeAsync(inbox)).State!;
        var context = await session.ConfigureAsync(inbox);
        var seen = ClientState.Tags[1];
        (await BeginAsync(new PropertyTag(0x67930102), 10)).ShouldBe(ErrorCode.InvalidParameter);
        (await ContinueAsync([1])).ShouldBe(ErrorCode.NotInitialized);
        (await EndAsync()).ShouldBe(ErrorCode.NotInitialized);
        // Cut short, too long, and no set at all.
        (await BeginAsync(seen, (uint)state.CnsetSeen.Length)).ShouldBe(ErrorCode.Success);
        (await ContinueAsync(state.CnsetSeen[..^1])).ShouldBe(ErrorCode.Success);
        (await EndAsync()).ShouldBe(ErrorCode.FormatError);
        (await BeginAsync(seen, 3)).ShouldBe(ErrorCode.Success);
        (await ContinueAsync([1, 2, 3, 4])).ShouldBe(ErrorCode.FormatError);
        (await BeginAsync(seen, 20)).ShouldBe(ErrorCode.Success);
        (await ContinueAsync(Enumerable.Repeat((byte)0xEE, 20).ToArray())).ShouldBe(ErrorCode.Success);
        (await EndAsync()).ShouldBe(ErrorCode.FormatError);
        // The context works on as if nothing had come.
        SyncClient.Read(await session.DownloadAsync(context)).Messages.Count.ShouldBe(1);
        // Once it has begun no state is taken.
        (await BeginAsync(seen, 1)).ShouldBe(ErrorCode.InvalidParameter);
        session.Http.Dispose();

        Task<ErrorCode> BeginAsync(PropertyTag tag, uint size) => session.TryAsync(
            RopId.SynchronizationUploadStateStreamBegin, new RopSynchronizationUploadStateStreamBegin.Request { StateProperty = tag, TransferBufferSize = size }, context);

        Task<ErrorCode> ContinueAsync(byte[] data) => session.TryAsync(
            RopId.SynchronizationUploadStateStreamContinue, new RopSynchronizationUploadStateStreamContinue.Request { StreamData = data }, context);

        Task<ErrorCode> EndAsync() => session.TryAsync(RopId.SynchronizationUploadStateStreamEnd, new RopSynchronizationUploadStateStreamEnd.Request(), context);
    }
}
