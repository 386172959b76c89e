using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>[MS-OXCFXICS] 3.2.5.9.4.2, 3.2.5.9.4.4-3.2.5.9.4.8: what a client brings of a folder's messages.</summary>
public class MessageUploadTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private const byte Associated = 0x10;
    private const byte FailOnConflict = 0x40;

    private MapiServer Server => fixture.Server;

    [Fact]
    public async Task A_new_message_keeps_what_the_client_says_of_it_and_is_not_sent_back()
    {
        using var client = await UploadSession.OpenAsync(Server);
        var created = new FileTime(UploadSession.Then.Ticks - 5);
        (await client.BringAsync(client.Version(client.FirstId, 1), "new", 0, PropertyValue.Of(PropertyTags.CreationTime, created), PropertyValue.Of(PropertyTags.MessageFlags, 1)))
            .ShouldBe(ErrorCode.Success);
        var row = (await client.RowAsync(client.FirstId))!;
        row.Mid.ShouldBe((long)client.FirstId);
        row.ChangeKey.ShouldBe(client.Change(1));
        row.PredecessorChangeList.ShouldBe(client.List(1));
        row.Modified.ShouldBe(UploadSession.Then);
        row.Created.ShouldBe(created);
        row.State.ShouldBe(MessageState.Read | MessageState.HasForeignKeys);
        row.Cn.ShouldNotBe(row.Mid);
        (await client.SeenAsync()).ShouldBe(IdSet.Of((ulong)row.Cn));
        // The same once more is what the server has already.
        (await client.BringAsync(client.Version(client.FirstId, 1), "new")).ShouldBe(ErrorCode.IgnoreFailure);

        (await client.BringAsync(client.Version(client.FirstId, 2), "changed")).ShouldBe(ErrorCode.Success);
        var changed = (await client.RowAsync(client.FirstId))!;
        changed.Subject.ShouldBe("changed");
        changed.Id.ShouldBe(row.Id);
        changed.ChangeKey.ShouldBe(client.Change(2));
        (await client.SeenAsync()).ShouldBe(IdSet.Of((ulong)row.Cn, (ulong)changed.Cn));
    }

    [Fact]
    public async Task Nothing_is_kept_before_it_is_saved()
    {
        using var client = await UploadSession.OpenAsync(Server);
        await client.BringAsync(client.Version(client.FirstId, 1), "whole");
        var (error, handle) = await client.Session.ImportMessageAsync(client.Context, client.Version(client.FirstId, 2));
        error.ShouldBe(ErrorCode.Success);
        // All that the client can set is gone from the object, and still there in the mailbox.
        (await client.Session.PropertiesAsync(handle, PropertyTags.Body))[0].IsError.ShouldBeTrue();
        await client.Session.SetAsync(handle, PropertyValue.Of(PropertyTags.Subject, "half"));
        await client.Session.ReleaseAsync(handle);
        (await client.RowAsync(client.FirstId))!.Subject.ShouldBe("whole");
        (await client.BringAsync(client.Version(client.FirstId, 2), "whole again")).ShouldBe(ErrorCode.Success);
    }

    [Fact]
    public async Task Associated_messages_are_counted_apart()
    {
        using var client = await UploadSession.OpenAsync(Server);
        (await client.BringAsync(client.Version(client.FirstId, 1), "configuration", Associated)).ShouldBe(ErrorCode.Success);
        var row = (await client.RowAsync(client.FirstId))!;
        (row.State & MessageState.Associated).ShouldNotBe(MessageState.None);
        var state = await client.Session.TransferStateAsync(client.Context);
        state.SeenFai[client.Server].Contains((ulong)row.Cn).ShouldBeTrue();
        state.Seen[client.Server].IsEmpty.ShouldBeTrue();
        state.Given[client.Server].IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Two_versions_become_one_message_that_holds_both()
    {
        using var client = await UploadSession.OpenAsync(Server);
        var id = client.FirstId;
        await client.BringAsync(client.Version(id, 1), "first");
        await ChangeOnlineAsync(client, id, "server's");
        var server = (await client.RowAsync(id))!;
        var seen = await client.SeenAsync();

        // The client, who has not seen the server's version, was the last to write.
        (await client.BringAsync(client.Version(id, 2, new FileTime(long.MaxValue / 2)), "client's")).ShouldBe(ErrorCode.Success);
        var row = (await client.RowAsync(id))!;
        row.Subject.ShouldBe("client's");
        (row.Status & 0x800).ShouldBe(0x800);
        var list = PredecessorChangeList.Parse(client.ListOf(row))!;
        list.Includes(PredecessorChangeList.Parse(client.List(2))!).ShouldBeTrue();
        list.Includes(PredecessorChangeList.Parse(client.ListOf(server))!).ShouldBeTrue();
        // 3.1.5.6.2: a merge has nothing that neither had.
        list.Includes(Xid.Of(StoreKeys.Global(client.Mailbox.Header, row.Cn))).ShouldBeFalse();
        // It is not the client's version: the client has to download it.
        (await client.SeenAsync()).ShouldBe(seen);
        (await VersionsAsync(client, row)).ShouldBe(["server's", "client's"]);

        // An earlier one loses, and is kept too.
        (await client.BringAsync(client.Version(id, 3), "too late")).ShouldBe(ErrorCode.Success);
        row = (await client.RowAsync(id))!;
        row.Subject.ShouldBe("client's");
        (await VersionsAsync(client, row)).ShouldBe(["server's", "client's", "too late"]);
    }

    [Fact]
    public async Task A_client_that_resolves_conflicts_itself_gets_to_hear_of_them()
    {
        using var client = await UploadSession.OpenAsync(Server);
        var id = client.FirstId;
        await client.BringAsync(client.Version(id, 1), "first");
        var (early, handle) = await client.Session.ImportMessageAsync(client.Context, client.Version(id, 2), FailOnConflict);
        early.ShouldBe(ErrorCode.Success);
        await ChangeOnlineAsync(client, id, "server's");
        await client.Session.SetAsync(handle, PropertyValue.Of(PropertyTags.Subject, "client's"));
        (await client.Session.TrySaveAsync(handle)).ShouldBe(ErrorCode.SyncConflict);
        (await client.BringAsync(client.Version(id, 3), "client's", FailOnConflict)).ShouldBe(ErrorCode.SyncConflict);
        var row = (await client.RowAsync(id))!;
        row.Subject.ShouldBe("server's");
        // Resolved by the client, its version includes the server's.
        (await client.BringAsync(client.Version(id, 4, null, client.ListOf(row)), "both", FailOnConflict)).ShouldBe(ErrorCode.Success);
        (await client.RowAsync(id))!.Subject.ShouldBe("both");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_the_last_writer_wins_no_version_is_attached(bool associated)
    {
        using var client = await UploadSession.OpenAsync(Server);
        var id = client.FirstId;
        var flags = associated ? Associated : (byte)0;
        if (!associated)
            await client.Session.SetAsync(client.Inbox, PropertyValue.Of(PropertyTags.ResolveMethod, 1));
        await client.BringAsync(client.Version(id, 1), "first", flags);
        await ChangeOnlineAsync(client, id, "server's");
        (await client.BringAsync(client.Version(id, 2), "early", flags)).ShouldBe(ErrorCode.Success);
        var row = (await client.RowAsync(id))!;
        row.Subject.ShouldBe("server's");
        PredecessorChangeList.Parse(client.ListOf(row))!.Includes(PredecessorChangeList.Parse(client.List(2))!).ShouldBeTrue();
        await ChangeOnlineAsync(client, id, "server's second");
        (await client.BringAsync(client.Version(id, 3, new FileTime(long.MaxValue / 2)), "late", flags)).ShouldBe(ErrorCode.Success);
        row = (await client.RowAsync(id))!;
        row.Subject.ShouldBe("late");
        row.Status.ShouldBe(0);
        (await VersionsAsync(client, row)).ShouldBeEmpty();
        await client.Session.DeleteAsync(client.Inbox, PropertyTags.ResolveMethod);
    }

    /// <summary>3.1.5.6.2.2: where the times are equal the namespaces of the changes decide, byte by byte.</summary>
    [Theory]
    [InlineData(0x00, "server's")]
    [InlineData(0xFF, "client's")]
    public async Task Of_two_versions_of_one_moment_the_larger_namespace_wins(int first, string winner)
    {
        using var client = await UploadSession.OpenAsync(Server);
        var id = client.FirstId;
        (await client.BringAsync(client.Version(id, 1), "first")).ShouldBe(ErrorCode.Success);
        await ChangeOnlineAsync(client, id, "server's");
        var server = (await client.RowAsync(id))!;
        var space = client.Server.ToByteArray();
        space[0] = (byte)first;
        space[15] ^= 0x55;
        byte[] change = [.. space, 0, 0, 0, 1];
        var list = new PredecessorChangeList();
        list.Add(Xid.Parse(change)!);
        (await client.BringAsync(SyncRops.VersionOf(client.Key(id), server.Modified, change, list.ToArray()), "client's")).ShouldBe(ErrorCode.Success);
        var row = (await client.RowAsync(id))!;
        // A namespace that begins like the server's own could not be told from it by its first byte.
        row.Subject.ShouldBe(client.Server.ToByteArray()[0] == first ? row.Subject : winner);
        (await VersionsAsync(client, row)).ShouldBe(["server's", "client's"]);
    }

    [Fact]
    public async Task A_client_put_back_in_time_does_not_pass_for_what_it_was()
    {
        using var client = await UploadSession.OpenAsync(Server);
        await client.BringAsync(client.Version(client.FirstId, 1), "before");
        // The same id and change once more, of another message.
        var again = client.Version(client.FirstId, 1, new FileTime(UploadSession.Then.Ticks + 10));
        (await client.BringAsync(again, "after", FailOnConflict)).ShouldBe(ErrorCode.SyncConflict);
        (await client.BringAsync(again, "after")).ShouldBe(ErrorCode.Success);
        (await VersionsAsync(client, (await client.RowAsync(client.FirstId))!)).ShouldBe(["before", "after"]);
    }

    [Fact]
    public async Task Deleted_messages_do_not_come_back()
    {
        using var client = await UploadSession.OpenAsync(Server);
        await client.BringAsync(client.Version(client.FirstId, 1), "soft");
        await client.BringAsync(client.Version(client.FirstId + 1, 2), "hard");
        (await client.Session.ImportDeletesAsync(client.Context, 0, client.Key(client.FirstId), client.Key(client.FirstId + 2))).ShouldBe(ErrorCode.Success);
        (await client.Session.ImportDeletesAsync(client.Context, 0x02, client.Key(client.FirstId + 1))).ShouldBe(ErrorCode.Success);
        ((await client.RowAsync(client.FirstId))!.State & MessageState.SoftDeleted).ShouldNotBe(MessageState.None);
        (await client.RowAsync(client.FirstId + 1)).ShouldBeNull();
        for (var i = 0UL; i < 3; i++)
            (await client.BringAsync(client.Version(client.FirstId + i, (byte)(3 + i)), "again")).ShouldBe(ErrorCode.ObjectDeleted);
        // Once more is no error.
        (await client.Session.ImportDeletesAsync(client.Context, 0x02, client.Key(client.FirstId), client.Key(client.FirstId + 1))).ShouldBe(ErrorCode.Success);
        (await client.Session.ImportDeletesAsync(client.Context, 0x04, client.Key(client.FirstId))).ShouldBe(ErrorCode.InvalidParameter);
        (await client.Session.ImportDeletesAsync(client.Context, 0x01, client.Key(client.FirstId))).ShouldBe(ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task Ids_that_will_not_be_used_are_not()
    {
        using var client = await UploadSession.OpenAsync(Server);
        (await client.Session.ExcludeIdsAsync(client.Inbox, client.Server, (client.FirstId, client.FirstId + 9))).ShouldBe(ErrorCode.Success);
        (await client.BringAsync(client.Version(client.FirstId + 9, 1), "x")).ShouldBe(ErrorCode.ObjectDeleted);
        (await client.BringAsync(client.Version(client.FirstId + 10, 2), "x")).ShouldBe(ErrorCode.Success);
        (await client.Session.ExcludeIdsAsync(client.Inbox, Guid.NewGuid(), (1, 2))).ShouldBe(ErrorCode.InvalidParameter);
        (await client.Session.ExcludeIdsAsync(client.Inbox, client.Server, (9, 2))).ShouldBe(ErrorCode.InvalidParameter);
        (await client.Session.ExcludeIdsAsync(client.Inbox, client.Server, (1, StoreId.MaxCounter))).ShouldBe(ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task Read_states_are_changes_of_their_own()
    {
        using var client = await UploadSession.OpenAsync(Server);
        for (var i = 0UL; i < 3; i++)
            await client.BringAsync(client.Version(client.FirstId + i, (byte)(1 + i)), "m", i == 2 ? Associated : (byte)0, PropertyValue.Of(PropertyTags.MessageFlags, i == 1 ? 1 : 0));
        var before = new[] { (await client.RowAsync(client.FirstId))!, (await client.RowAsync(client.FirstId + 1))!, (await client.RowAsync(client.FirstId + 2))! };
        (await client.Session.ImportReadStatesAsync(
            client.Context, (client.Key(client.FirstId), true), (client.Key(client.FirstId + 1), false), (client.Key(client.FirstId + 2), true), (client.Key(client.FirstId + 99), true))).ShouldBe(ErrorCode.Success);
        var after = new[] { (await client.RowAsync(client.FirstId))!, (await client.RowAsync(client.FirstId + 1))!, (await client.RowAsync(client.FirstId + 2))! };
        (after[0].State & MessageState.Read).ShouldBe(MessageState.Read);
        (after[1].State & MessageState.Read).ShouldBe(MessageState.None);
        after[2].ShouldBe(before[2]);
        after.Select(r => r.Cn).ShouldBe(before.Select(r => r.Cn));
        after[0].ChangeKey.ShouldBe(client.Change(1));
        var state = await client.Session.TransferStateAsync(client.Context);
        state.Read[client.Server].ShouldBe(IdSet.Of((ulong)after[0].ReadCn, (ulong)after[1].ReadCn));
    }

    [Fact]
    public async Task A_moved_message_is_the_client_s_version_only_where_that_is_what_was_moved()
    {
        using var client = await UploadSession.OpenAsync(Server);
        var drafts = await client.Session.OpenFolderAsync(client.Logon, client.Response.FolderIds[6]);
        var sent = await client.Session.OpenCollectorAsync(drafts, contents: true);
        var inbox = client.Key(StoreId.FromWire(client.Response.FolderIds[4]).Counter);
        await client.BringAsync(client.Version(client.FirstId, 1), "same");
        await client.BringAsync(client.Version(client.FirstId + 1, 2), "client newer");
        await client.BringAsync(client.Version(client.FirstId + 2, 3), "server newer");
        await ChangeOnlineAsync(client, client.FirstId + 2, "server newest");
        var server = (await client.RowAsync(client.FirstId + 2))!;
        var unsent = client.List(4);

        (await client.Session.ImportMoveAsync(sent, inbox, client.Key(client.FirstId), client.List(1), client.Key(client.FirstId + 10), client.Change(5))).ShouldBe(ErrorCode.Success);
        (await client.Session.ImportMoveAsync(sent, inbox, client.Key(client.FirstId + 1), unsent, client.Key(client.FirstId + 11), client.Change(6))).ShouldBe(ErrorCode.NewerClientChange);
        (await client.Session.ImportMoveAsync(sent, inbox, client.Key(client.FirstId + 2), client.List(3), client.Key(client.FirstId + 12), client.Change(7))).ShouldBe(ErrorCode.Success);
        var rows = new[] { (await client.RowAsync(client.FirstId + 10))!, (await client.RowAsync(client.FirstId + 11))!, (await client.RowAsync(client.FirstId + 12))! };
        rows[0].ChangeKey.ShouldBe(client.Change(5));
        rows[1].ChangeKey.ShouldBe(client.Change(2));
        rows[1].PredecessorChangeList.ShouldBe(client.List(2));
        rows[2].ChangeKey.ShouldBeNull();
        PredecessorChangeList.Parse(rows[2].PredecessorChangeList)!.Includes(PredecessorChangeList.Parse(client.List(7, client.ListOf(server)))!).ShouldBeTrue();
        (await client.Session.TransferStateAsync(sent)).Seen[client.Server].ShouldBe(IdSet.Of((ulong)rows[0].Cn));

        // An answer that got lost: the same again is done already.
        (await client.Session.ImportMoveAsync(sent, inbox, client.Key(client.FirstId), client.List(1), client.Key(client.FirstId + 10), client.Change(5))).ShouldBe(ErrorCode.Success);
        (await client.Session.ImportMoveAsync(sent, inbox, client.Key(client.FirstId), client.List(1), client.Key(client.FirstId + 20), client.Change(8))).ShouldBe(ErrorCode.ObjectDeleted);
        (await client.RowAsync(client.FirstId)).ShouldBeNull();
    }

    [Fact]
    public async Task A_message_of_another_replica_gets_an_id_here_and_keeps_its_own()
    {
        using var client = await UploadSession.OpenAsync(Server);
        byte[] key = [.. Guid.NewGuid().ToByteArray(), 0, 0, 0, 0, 0, 7];
        (await client.BringAsync(SyncRops.VersionOf(key, UploadSession.Then, client.Change(1), client.List(1)), "foreign")).ShouldBe(ErrorCode.Success);
        var id = (await client.Mailbox.FindBySourceKeyAsync(key, default)).Value!.Value;
        (await client.BringAsync(SyncRops.VersionOf(key, UploadSession.Then, client.Change(2), client.List(2)), "changed")).ShouldBe(ErrorCode.Success);
        var row = (await client.Mailbox.ReadRowsAsync(MapiServer.Inbox, new[] { id }, default)).Value[0]!;
        row.Subject.ShouldBe("changed");
        row.SourceKey.ShouldBe(key);
        (await client.Session.ImportReadStatesAsync(client.Context, (key, true))).ShouldBe(ErrorCode.Success);
        (await client.Session.ImportDeletesAsync(client.Context, 0x02, key)).ShouldBe(ErrorCode.Success);
        (await client.BringAsync(SyncRops.VersionOf(key, UploadSession.Then, client.Change(3), client.List(3)), "again")).ShouldBe(ErrorCode.ObjectDeleted);
    }

    private static async Task ChangeOnlineAsync(UploadSession client, ulong id, string subject)
    {
        var handle = await client.Session.OpenAsync(client.Logon, client.Response.FolderIds[4], new StoreId(1, id).ToWire(), 0x01);
        await client.Session.SetAsync(handle, PropertyValue.Of(PropertyTags.Subject, subject));
        await client.Session.SaveAsync(handle);
        await client.Session.ReleaseAsync(handle);
    }

    /// <summary>The subjects of the versions that a message holds.</summary>
    private static async Task<List<string>> VersionsAsync(UploadSession client, MessageRow row)
    {
        var content = (await client.Mailbox.OpenPropertiesAsync(row.Folder, row.Id, default)).Value;
        return [.. content.Attachments.Where(a => a.Properties.TryGet(PropertyIds.InConflict, out var value) && value.AsBoolean()).Select(a => a.Embedded!.Properties.GetString(PropertyTags.Subject)!)];
    }
}
