using System.Text;
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>
/// A client that asks for the state between any two portions of a download, breaks off there and goes on from it in another, has in the end what the mailbox has.
/// [MS-OXCFXICS] 2.2.3.2.3.1, 3.2.5.9.3.1, 3.3.5.6.
/// </summary>
public class CheckpointTests
{
    private const uint Ordered = SyncClient.UsualExtra | 0x8;
    private const byte Unicode = 0x01;
    private const byte Partial = 0x11;

    /// <summary>So little that messages, lists of ids and the final state are all cut somewhere.</summary>
    private const int Portion = 0x180;

    [Theory]
    [InlineData(SyncClient.UsualExtra, Unicode)]
    [InlineData(Ordered, Unicode)]
    [InlineData(SyncClient.UsualExtra, Partial)]
    public async Task A_download_goes_on_from_a_checkpoint_wherever_it_was_taken(uint extra, byte sendOptions)
    {
        await using var server = await MapiServer.StartAsync();
        using var mailbox = await server.OpenMailboxAsync();
        for (var i = 0; i < 10; i++)
            await server.DeliverAsync($"mail {i}");
        for (var i = 0; i < 2; i++)
            await AssociateAsync(server, mailbox, $"beside {i}");
        var rows = await RowsAsync(mailbox);
        // One that came as read mail, so that there is something to unread.
        await FlagAsync(mailbox, rows[8], MessageState.Read, 0);
        var (session, logon, handle) = await server.DirectLogonAsync();
        using var connection = session;
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);

        // A first synchronisation of messages most of whose read states nobody ever changed.
        await EverywhereAsync(session, inbox, [], ClientState.Empty, extra, sendOptions, () => TruthAsync(mailbox));

        var state = (await session.SynchronizeAsync(inbox, extra: extra, sendOptions: sendOptions)).State!;
        var replica = await TruthAsync(mailbox);
        rows = await RowsAsync(mailbox);
        await mailbox.DeleteAsync(MapiServer.Inbox, [rows[0].Id], default);
        await mailbox.SoftDeleteAsync(MapiServer.Inbox, [rows[1].Id], default);
        await mailbox.MoveAsync(MapiServer.Inbox, [rows[2].Id], SpecialFolders.IdOf(SpecialFolder.DeletedItems), default);
        foreach (var row in rows[3..6])
            (await mailbox.UpdateAsync(MapiServer.Inbox, row.Id, r => r with { Importance = 2 }, default)).Succeeded.ShouldBeTrue();
        foreach (var row in rows[5..8])
            await FlagAsync(mailbox, row, MessageState.Read, 0);
        await FlagAsync(mailbox, rows[8], 0, MessageState.Read);
        // Changed, read and gone before anybody could be told of the change.
        await FlagAsync(mailbox, rows[9], MessageState.Flagged | MessageState.Read, 0);
        await mailbox.SoftDeleteAsync(MapiServer.Inbox, [rows[9].Id], default);
        for (var i = 0; i < 3; i++)
            await server.DeliverAsync($"late {i}");
        await AssociateAsync(server, mailbox, "late beside");
        await EverywhereAsync(session, inbox, replica, state, extra, sendOptions, () => TruthAsync(mailbox));
    }

    /// <summary>While the client is away with its checkpoint more happens, to what it has and to what it has not.</summary>
    [Fact]
    public async Task What_happens_between_a_checkpoint_and_the_next_download_comes_with_that()
    {
        await using var server = await MapiServer.StartAsync();
        using var mailbox = await server.OpenMailboxAsync();
        for (var i = 0; i < 8; i++)
            await server.DeliverAsync($"mail {i}");
        var (session, logon, handle) = await server.DirectLogonAsync();
        using var connection = session;
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (replica, state) = (new Dictionary<ulong, Item>(), ClientState.Empty);
        // Each time it gets a little further than the mailbox moves on.
        for (var round = 0; round < 30; round++)
        {
            var (taken, checkpoint, isWhole) = await PartAsync(session, inbox, state, Ordered, Unicode, 3 + round);
            Apply(replica, taken);
            state = checkpoint;
            if (isWhole && round > 20)
                break;
            if (round > 20)
                continue;
            var rows = await RowsAsync(mailbox);
            await mailbox.UpdateAsync(MapiServer.Inbox, rows[round % rows.Count].Id, r => r with { Importance = (byte)((r.Importance + 1) % 3) }, default);
            await FlagAsync(mailbox, rows[(round * 3) % rows.Count], round % 2 == 0 ? MessageState.Read : 0, round % 2 == 0 ? 0 : MessageState.Read);
            if (round % 3 == 0)
                await mailbox.SoftDeleteAsync(MapiServer.Inbox, [rows[(round * 5) % rows.Count].Id], default);
            await server.DeliverAsync($"round {round}");
        }
        Apply(replica, await session.SynchronizeAsync(inbox, state, extra: Ordered));
        replica.ShouldBe(await TruthAsync(mailbox), ignoreOrder: true);
    }

    [Fact]
    public async Task A_download_of_folders_goes_on_from_a_checkpoint_wherever_it_was_taken()
    {
        await using var server = await MapiServer.StartAsync();
        using var mailbox = await server.OpenMailboxAsync();
        var subtree = SpecialFolders.IdOf(SpecialFolder.IpmSubtree);
        var made = new List<FolderId>();
        foreach (var name in (string[])["a", "b", "c"])
            made.Add((await mailbox.CreateFolderAsync(made.Count == 2 ? made[1] : subtree, new NewFolder(name), default)).Value.Id);
        var (session, logon, handle) = await server.DirectLogonAsync();
        using var connection = session;
        var root = await session.OpenFolderAsync(handle, logon.FolderIds[3]);
        var before = Folders(await session.SynchronizeAsync(root, type: SyncClient.Hierarchy, flags: 0x0001));
        var state = (await session.SynchronizeAsync(root, type: SyncClient.Hierarchy, flags: 0x0001)).State!;
        var renamed = await session.OpenFolderAsync(handle, StoreKeys.Id(made[1].Value).ToWire());
        (await session.SetAsync(renamed, PropertyValue.Of(PropertyTags.DisplayName, "bb"))).ShouldBeEmpty();
        (await mailbox.DeleteFolderAsync(made[0], recursive: true, default)).Succeeded.ShouldBeTrue();
        (await mailbox.CreateFolderAsync(made[1], new NewFolder("d"), default)).Succeeded.ShouldBeTrue();
        foreach (var (known, from) in ((Dictionary<ulong, string>, ClientState)[])[([], ClientState.Empty), (before, state)])
        {
            var truth = Folders(await session.SynchronizeAsync(root, type: SyncClient.Hierarchy, flags: 0x0001));
            for (var portions = 0; ; portions++)
            {
                var (taken, checkpoint, isWhole) = await PartAsync(session, root, from, SyncClient.UsualExtra, Unicode, portions, SyncClient.Hierarchy);
                var replica = new Dictionary<ulong, string>(known);
                foreach (var result in (SyncResult[])[taken, await session.SynchronizeAsync(root, checkpoint, SyncClient.Hierarchy, 0x0001)])
                {
                    foreach (var (id, name) in Folders(result))
                        replica[id] = name;
                    foreach (var id in result.Deleted.Enumerate())
                        replica.Remove(id);
                }
                replica.ShouldBe(truth, ignoreOrder: true, $"after {portions} portions");
                if (isWhole)
                    break;
            }
        }
    }

    private static async Task EverywhereAsync(
        RopSession session, uint folder, Dictionary<ulong, Item> known, ClientState from, uint extra, byte sendOptions, Func<Task<Dictionary<ulong, Item>>> truthAsync)
    {
        var truth = await truthAsync();
        for (var portions = 0; ; portions++)
        {
            var (taken, checkpoint, isWhole) = await PartAsync(session, folder, from, extra, sendOptions, portions);
            var replica = new Dictionary<ulong, Item>(known);
            Apply(replica, taken);
            var rest = await session.SynchronizeAsync(folder, checkpoint, extra: extra, sendOptions: sendOptions);
            rest.Messages.Select(m => m.Mid).Intersect(taken.Messages.Select(m => m.Mid)).ShouldBeEmpty($"told twice after {portions} portions");
            Apply(replica, rest);
            replica.ShouldBe(truth, ignoreOrder: true, $"after {portions} portions");
            (await session.SynchronizeAsync(folder, rest.State, extra: extra, sendOptions: sendOptions)).Order.ShouldBe(
                [(uint)FxMarker.IncrSyncStateBegin, (uint)FxMarker.IncrSyncStateEnd, (uint)FxMarker.IncrSyncEnd], $"after {portions} portions");
            if (isWhole)
            {
                portions.ShouldBeGreaterThan(10);
                break;
            }
        }
    }

    /// <summary>What so many portions of a download tell, and the state that the server gives then.</summary>
    private static async Task<(SyncResult Taken, ClientState Checkpoint, bool IsWhole)> PartAsync(
        RopSession session, uint folder, ClientState from, uint extra, byte sendOptions, int portions, byte type = SyncClient.Contents)
    {
        var context = await session.ConfigureAsync(folder, type, type == SyncClient.Contents ? SyncClient.Usual : (ushort)0x0001, extra, sendOptions: sendOptions);
        await session.UploadStateAsync(context, from);
        var reader = new FxReader(Encoding.Latin1, int.MaxValue);
        var elements = new List<FxElement>();
        var isLast = false;
        for (var i = 0; i < portions && !isLast; i++)
        {
            (var data, isLast) = await session.GetBufferAsync(context, maximum: Portion);
            reader.Append(data);
            while (reader.TryRead(out var element))
                elements.Add(element);
        }
        var (_, handle) = await session.OpenAsync<PlainResponse>(RopId.SynchronizationGetTransferState, new RopSynchronizationGetTransferState.Request(), context);
        var checkpoint = SyncClient.Read(await session.DownloadAsync(handle)).State!;
        await session.ReleaseAsync(handle);
        await session.ReleaseAsync(context);
        var taken = SyncClient.Read(elements);
        // The last one may not be whole: the client has it where the server says that it was sent to its end.
        var begun = elements.FindLastIndex(e => e.IsMarker && e.Marker is FxMarker.IncrSyncChg or FxMarker.IncrSyncChgPartial);
        var isFollowed = begun >= 0 && elements.Skip(begun + 1).Any(e => e.IsMarker && e.Marker is FxMarker.IncrSyncDel or FxMarker.IncrSyncRead or FxMarker.IncrSyncStateBegin);
        if (begun >= 0 && !isFollowed)
        {
            if (type == SyncClient.Hierarchy || taken.Folders.Count > 0)
                DropUnlessSeen(taken.Folders, f => f);
            else
                DropUnlessSeen(taken.Messages, m => m.Header);
        }
        return (taken, checkpoint, isLast);

        void DropUnlessSeen<T>(List<T> items, Func<T, PropertyBag> headerOf)
        {
            var seen = new ReplicaIdSet();
            foreach (var set in (byte[][])[checkpoint.CnsetSeen, checkpoint.CnsetSeenFai])
                seen.Union(ReplicaIdSet.ParseReplGuids(set)!);
            var isSeen = headerOf(items[^1]).TryGet(PropertyIds.ChangeNumber, out var cn) && seen.Replicas.Any(r => r.Value.Contains(StoreId.FromWire((ulong)cn.AsInt64()).Counter));
            if (!isSeen)
                items.RemoveAt(items.Count - 1);
        }
    }

    private static void Apply(Dictionary<ulong, Item> replica, SyncResult result)
    {
        foreach (var message in result.Messages)
        {
            var before = message.IsPartial ? replica[message.Mid] : new Item("", 1, false);
            var isAssociated = message.Header.GetBoolean(PropertyTags.Associated);
            replica[message.Mid] = new Item(
                message.Subject ?? before.Subject,
                message.Properties.GetInt32(PropertyTags.Importance, before.Importance),
                !isAssociated && (message.Properties.TryGet(PropertyIds.MessageFlags, out var flags) ? (flags.AsInt32() & 1) != 0 : before.IsRead));
        }
        foreach (var id in result.Deleted.Enumerate())
            replica.Remove(id);
        foreach (var id in result.Read.Enumerate())
            replica[id] = replica[id] with { IsRead = true };
        foreach (var id in result.Unread.Enumerate())
            replica[id] = replica[id] with { IsRead = false };
    }

    private sealed record Item(string Subject, int Importance, bool IsRead);

    private static Dictionary<ulong, string> Folders(SyncResult result) =>
        result.Folders.ToDictionary(f => GlobalId.TryRead(f.GetBinary(PropertyTags.SourceKey), out var id) ? id.Counter : 0, f => f.GetString(PropertyTags.DisplayName)!);

    private static async Task<Dictionary<ulong, Item>> TruthAsync(MailboxSession mailbox) => (await RowsAsync(mailbox, all: true)).ToDictionary(
        r => (ulong)r.Mid, r => new Item(r.Subject, r.Importance, (r.State & (MessageState.Read | MessageState.Associated)) == MessageState.Read));

    private static async Task<List<MessageRow>> RowsAsync(MailboxSession mailbox, bool all = false)
    {
        var left = all ? MessageState.SoftDeleted : MessageState.SoftDeleted | MessageState.Associated;
        var listed = await mailbox.ListAsync(MapiServer.Inbox, s => (s & left) == 0, default);
        var rows = await mailbox.ReadRowsAsync(MapiServer.Inbox, listed.Value.Select(e => e.Id).ToArray(), default);
        return [.. rows.Value.Select(r => r!)];
    }

    private static async Task FlagAsync(MailboxSession mailbox, MessageRow row, MessageState set, MessageState clear) =>
        (await mailbox.ChangeFlagsAsync(MapiServer.Inbox, [row.Id], new FlagChange(set, clear, [], [], false), default)).Succeeded.ShouldBeTrue();

    private static async Task AssociateAsync(MapiServer server, MailboxSession mailbox, string subject)
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Configuration.Test"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, subject));
        var prepared = await server.Store.PreparePropertiesAsync(message, default);
        (await mailbox.AppendAsync(MapiServer.Inbox, prepared, AppendOptions.Default with { State = MessageState.Associated }, default)).Succeeded.ShouldBeTrue();
    }
}
