using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>Read states of public folders, which are each user's own, by synchronisation. [MS-OXCFXICS] 3.2.5.6, 2.2.4.3.22.</summary>
public class PublicReadStateTests
{
    private const byte ClearReadFlag = 0x04;

    [Fact]
    public async Task What_a_user_reads_is_told_to_that_user_s_clients()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        await server.AddPublicFoldersAsync();
        var subtree = SpecialFolders.IdOf(SpecialFolder.PublicIpmSubtree);
        using var store = await server.OpenPublicAsync();
        var made = (await store.CreateFolderAsync(subtree, new NewFolder("Info"), default)).Value;
        (await store.UpdateFolderAsync(
            made.Id, f => f with { Permissions = f.Permissions.Add(new FolderPermission(server.User(1).Id, FolderRights.All)).Add(new FolderPermission(server.User(2).Id, FolderRights.All)) }, default))
            .Succeeded.ShouldBeTrue();
        var id = StoreKeys.Id(made.Id.Value).ToWire();
        var (first, _, firstLogon) = await server.PublicLogonAsync();
        var (second, _, secondLogon) = await server.PublicLogonAsync(2);
        var mids = new List<ulong>();
        for (var i = 0; i < 4; i++)
        {
            var post = await second.CreateMessageAsync(secondLogon, id);
            await second.SetAsync(post, PropertyValue.Of(PropertyTags.Subject, $"post {i}"));
            mids.Add(await second.SaveAsync(post));
            await second.ReleaseAsync(post);
        }
        var folder = await first.OpenFolderAsync(firstLogon, id);
        var other = await second.OpenFolderAsync(secondLogon, id);
        await SetFlagsAsync(first, folder, 0, mids[0]);

        var one = await first.SynchronizeAsync(folder);
        one.Messages.Select(m => m.Properties.GetInt32(PropertyTags.MessageFlags) & 1).ShouldBe([1, 0, 0, 0]);
        var two = await second.SynchronizeAsync(other);
        (await first.SynchronizeAsync(folder, one.State)).Order.ShouldNotContain((uint)Rialto.Mapi.FastTransfer.FxMarker.IncrSyncRead);

        // Told to who read, and to nobody else.
        await SetFlagsAsync(first, folder, 0, mids[1], mids[2]);
        await SetFlagsAsync(first, folder, ClearReadFlag, mids[0]);
        var again = await second.SynchronizeAsync(other, two.State);
        (again.Read.IsEmpty, again.Unread.IsEmpty).ShouldBe((true, true));
        var next = await first.SynchronizeAsync(folder, one.State);
        next.Messages.ShouldBeEmpty();
        next.Read.ShouldBe(IdsOf(mids[1], mids[2]));
        next.Unread.ShouldBe(IdsOf(mids[0]));
        var last = await first.SynchronizeAsync(folder, next.State);
        (last.Read.IsEmpty, last.Unread.IsEmpty).ShouldBe((true, true));
        // Without the flag nothing is told, and nothing forgotten.
        (await first.SynchronizeAsync(folder, one.State, flags: SyncClient.Usual & ~0x0008)).Read.IsEmpty.ShouldBeTrue();

        // Another version is unread again.
        var changed = await second.OpenAsync(secondLogon, id, mids[1], 0x01);
        await second.SetAsync(changed, PropertyValue.Of(PropertyTags.Subject, "other"));
        await second.SaveAsync(changed);
        var newer = await first.SynchronizeAsync(folder, last.State);
        (newer.Messages.Single().Properties.GetInt32(PropertyTags.MessageFlags) & 1).ShouldBe(0);
        (newer.Read.IsEmpty, newer.Unread.IsEmpty).ShouldBe((true, true));

        // What a client brings is not told to it again, but to the user's other clients.
        using var mailbox = await server.OpenPublicAsync();
        var upload = await first.OpenCollectorAsync(folder, contents: true);
        await first.UploadStateAsync(upload, newer.State!);
        (await first.ImportReadStatesAsync(upload, (KeyOf(mailbox, mids[3]), true), (KeyOf(mailbox, mids[2]), false))).ShouldBe(ErrorCode.Success);
        var state = await first.TransferStateAsync(upload);
        var own = await first.SynchronizeAsync(folder, newer.State! with { CnsetRead = state.Read.ToReplGuids() });
        (own.Read.IsEmpty, own.Unread.IsEmpty).ShouldBe((true, true));
        var elsewhere = await first.SynchronizeAsync(folder, newer.State);
        elsewhere.Read.ShouldBe(IdsOf(mids[3]));
        elsewhere.Unread.ShouldBe(IdsOf(mids[2]));
        first.Dispose();
        second.Dispose();
    }

    private static byte[] KeyOf(MailboxSession mailbox, ulong mid) => new GlobalId(mailbox.Header.ReplicaGuid, StoreId.FromWire(mid).Counter).ToArray();

    private static IdSet IdsOf(params ulong[] mids) => IdSet.Of([.. mids.Select(m => StoreId.FromWire(m).Counter)]);

    private static Task<PartialResponse> SetFlagsAsync(RopSession session, uint folder, byte flags, params ulong[] mids) =>
        session.CallAsync<PartialResponse>(RopId.SetReadFlags, new RopSetReadFlags.Request { ReadFlags = flags, MessageIds = mids }, folder);
}
