using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using SortDirection = Rialto.Model.SortDirection;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>What each user has read in public folders. [MS-OXCSTOR] 3.2.5.12, 3.2.5.13; [MS-OXCMSG] 2.2.3.11.</summary>
public class PublicReadStateTests
{
    private const byte ClearReadFlag = 0x04;
    private static readonly PropertyTag[] s_columns = [PropertyTags.InstID, PropertyTags.InstanceNum, PropertyTags.Subject, PropertyTags.MessageFlags, PropertyTags.Read];

    [Fact]
    public async Task Reading_is_each_users_own()
    {
        await using var server = await MapiServer.StartAsync();
        var id = await FolderAsync(server, posts: 3);
        var (first, _, firstLogon) = await server.PublicLogonAsync();
        var (second, _, secondLogon) = await server.PublicLogonAsync(2);
        var folder = await first.OpenFolderAsync(firstLogon, id);
        var other = await second.OpenFolderAsync(secondLogon, id);
        var mids = (await ReadAsync(first, folder)).Select(r => r.Mid).ToArray();

        (await SetFlagsAsync(first, folder, 0, mids[0], mids[1])).PartialCompletion.ShouldBeFalse();
        (await ReadAsync(first, folder)).Select(r => r.IsRead).ShouldBe([true, true, false]);
        (await ReadAsync(second, other)).Select(r => r.IsRead).ShouldBe([false, false, false]);
        (await UnreadAsync(first, folder)).ShouldBe(1);
        (await UnreadAsync(second, other)).ShouldBe(3);
        await SetFlagsAsync(first, folder, ClearReadFlag, mids[0]);
        (await UnreadAsync(first, folder)).ShouldBe(2);

        // The same in the list of folders, in an open message, and what reading through it tells.
        var root = await first.OpenFolderAsync(firstLogon, StoreKeys.Id(SpecialFolders.IdOf(SpecialFolder.PublicIpmSubtree).Value).ToWire());
        var (hierarchy, _) = await first.HierarchyTableAsync(root);
        (await first.RowsAsync(hierarchy, [PropertyTags.DisplayName, PropertyTags.ContentUnreadCount])).ShouldHaveSingleItem()[1].AsInt32().ShouldBe(2);
        var (_, message) = await first.OpenMessageAsync(firstLogon, id, mids[1]);
        ((await first.PropertiesAsync(message, PropertyTags.MessageFlags))[0].AsInt32() & 1).ShouldBe(1);
        var (_, unread) = await first.OpenMessageAsync(firstLogon, id, mids[2]);
        byte[] data = [.. Enumerable.Range(1, 24).Select(i => (byte)i)];
        var told = await first.CallAsync<RopSetMessageReadFlag.Response>(
            RopId.SetMessageReadFlag, new RopSetMessageReadFlag.Request { ReadFlags = 0, ClientData = data, Context = new() { IsPrivateLogon = false, Form = ValueForm.Rop } }, unread);
        told.ReadStatusChanged.ShouldBeTrue();
        told.ClientData.ShouldBe(data);
        ((await first.PropertiesAsync(unread, PropertyTags.MessageFlags))[0].AsInt32() & 1).ShouldBe(1);
        // A LongTermID in the client's data names the message, whichever is open.
        var named = (await first.CallAsync<RopLongTermIdFromId.Response>(RopId.LongTermIdFromId, new RopLongTermIdFromId.Request { ObjectId = mids[1] }, firstLogon)).LongTermId;
        told = await first.CallAsync<RopSetMessageReadFlag.Response>(
            RopId.SetMessageReadFlag,
            new RopSetMessageReadFlag.Request { ReadFlags = ClearReadFlag, ClientData = Rialto.Wire.WireCodec.ToArray(named), Context = new() { IsPrivateLogon = false, Form = ValueForm.Rop } }, unread);
        told.ReadStatusChanged.ShouldBeTrue();
        (await ReadAsync(first, await first.OpenFolderAsync(firstLogon, id))).Select(r => r.IsRead).ShouldBe([false, false, true]);
        first.Http.Dispose();
        second.Http.Dispose();
    }

    [Fact]
    public async Task Orders_and_restrictions_by_read_state_are_each_users_own()
    {
        await using var server = await MapiServer.StartAsync();
        var id = await FolderAsync(server, posts: 4);
        var (first, _, firstLogon) = await server.PublicLogonAsync();
        var (second, _, secondLogon) = await server.PublicLogonAsync(2);
        var folder = await first.OpenFolderAsync(firstLogon, id);
        var other = await second.OpenFolderAsync(secondLogon, id);
        var mids = (await ReadAsync(first, folder)).Select(r => r.Mid).ToArray();
        await SetFlagsAsync(first, folder, 0, mids[0], mids[2]);
        (await UnreadOnlyAsync(first, folder)).ShouldBe([mids[1], mids[3]]);
        (await UnreadOnlyAsync(second, other)).ShouldBe(mids);
        // By what a table that stays open knows, too.
        await SetFlagsAsync(first, folder, 0, mids[1]);
        (await UnreadOnlyAsync(first, folder)).ShouldBe([mids[3]]);
        first.Http.Dispose();
        second.Http.Dispose();
    }

    [Fact]
    public async Task Row_events_tell_a_reader_of_its_own_reading_alone()
    {
        await using var server = await MapiServer.StartAsync();
        var id = await FolderAsync(server, posts: 5);
        var (first, _, firstLogon) = await server.PublicLogonAsync();
        var (second, _, secondLogon) = await server.PublicLogonAsync(2);
        var folder = await first.OpenFolderAsync(firstLogon, id);
        var other = await second.OpenFolderAsync(secondLogon, id);
        var (firstTable, _) = await first.ContentsTableAsync(folder);
        var (secondTable, _) = await second.ContentsTableAsync(other);
        var mine = new TableClient(first, firstTable, s_columns);
        var theirs = new TableClient(second, secondTable, s_columns);
        await mine.LoadAsync();
        await theirs.LoadAsync();
        var mids = (await ReadAsync(first, folder)).Select(r => r.Mid).ToArray();
        first.Notifications.Clear();
        second.Notifications.Clear();

        await SetFlagsAsync(first, folder, 0, mids[1], mids[3]);
        await first.PropertiesAsync(folder, PropertyTags.DisplayName);
        await second.PropertiesAsync(other, PropertyTags.DisplayName);
        mine.Apply(first.Notifications).ShouldBeFalse();
        mine.RowEvents.ShouldBe(2);
        theirs.Apply(second.Notifications).ShouldBeFalse();
        theirs.RowEvents.ShouldBe(0, "others' reading is not told");
        // What everybody sees is told to everybody.
        await PostAsync(server, id, "one more", userNumber: 3);
        await first.PropertiesAsync(folder, PropertyTags.DisplayName);
        await second.PropertiesAsync(other, PropertyTags.DisplayName);
        theirs.Apply(second.Notifications);
        theirs.RowEvents.ShouldBe(1);
        first.Http.Dispose();
        second.Http.Dispose();
    }

    [Fact]
    public async Task What_changes_is_unread_again_but_for_who_changed_it()
    {
        await using var server = await MapiServer.StartAsync();
        var id = await FolderAsync(server, posts: 0);
        var (author, _, authorLogon) = await server.PublicLogonAsync();
        var (reader, _, readerLogon) = await server.PublicLogonAsync(2);
        var mine = await author.CreateMessageAsync(authorLogon, id);
        await author.SetAsync(mine, PropertyValue.Of(PropertyTags.Subject, "first"), PropertyValue.Of(PropertyTags.MessageFlags, 1));
        var mid = await author.SaveAsync(mine);
        var folder = await author.OpenFolderAsync(authorLogon, id);
        var other = await reader.OpenFolderAsync(readerLogon, id);
        (await ReadAsync(author, folder)).ShouldHaveSingleItem().IsRead.ShouldBeTrue();
        (await ReadAsync(reader, other)).ShouldHaveSingleItem().IsRead.ShouldBeFalse();
        await SetFlagsAsync(reader, other, 0);
        (await UnreadAsync(reader, other)).ShouldBe(0);

        var opened = await author.OpenAsync(authorLogon, id, mid, 1);
        await author.SetAsync(opened, PropertyValue.Of(PropertyTags.Body, "changed"));
        await author.SaveAsync(opened);
        (await ReadAsync(author, folder)).ShouldHaveSingleItem().IsRead.ShouldBeTrue();
        (await ReadAsync(reader, other)).ShouldHaveSingleItem().IsRead.ShouldBeFalse();
        (await UnreadAsync(reader, other)).ShouldBe(1);
        author.Http.Dispose();
        reader.Http.Dispose();
    }

    [Fact]
    public async Task Read_state_goes_out_as_a_set_of_change_numbers_and_comes_back()
    {
        await using var server = await MapiServer.StartAsync();
        var id = await FolderAsync(server, posts: 3);
        var (session, logon, handle) = await server.PublicLogonAsync();
        var folder = await session.OpenFolderAsync(handle, id);
        var longTerm = (await session.CallAsync<RopLongTermIdFromId.Response>(RopId.LongTermIdFromId, new RopLongTermIdFromId.Request { ObjectId = id }, handle)).LongTermId;
        var rows = await ReadAsync(session, folder);
        (await FetchAsync(session, handle, longTerm)).Data.ShouldBeEmpty("nothing read");

        await SetFlagsAsync(session, folder, 0, rows[0].Mid, rows[2].Mid);
        var fetched = await FetchAsync(session, handle, longTerm);
        fetched.HasFinished.ShouldBeTrue();
        var set = ReplicaIdSet.ParseReplGuids(fetched.Data).ShouldNotBeNull();
        set.TryGet(logon.ReplGuid, out var numbers).ShouldBeTrue();
        numbers!.Cardinality.ShouldBe(2ul);
        foreach (var row in (await session.RowsAsync((await session.ContentsTableAsync(folder)).Handle, [PropertyTags.Mid, PropertyTags.ChangeNumber])))
            numbers.Contains(StoreId.FromWire((ulong)row[1].AsInt64()).Counter).ShouldBe((ulong)row[0].AsInt64() != rows[1].Mid);
        // Fetched already, and nothing happened since.
        (await FetchAsync(session, handle, longTerm)).ShouldSatisfyAllConditions(r => r.HasFinished.ShouldBeTrue(), r => r.Data.ShouldBeEmpty());
        // Asked for in other pieces it comes again, and another session has not had it.
        var small = await session.CallAsync<RopReadPerUserInformation.Response>(
            RopId.ReadPerUserInformation, new RopReadPerUserInformation.Request { FolderId = longTerm, MaxDataSize = 4 }, handle);
        (small.HasFinished, small.Data.Length).ShouldBe((false, 4));
        var (twin, _, twinHandle) = await server.PublicLogonAsync();
        (await FetchAsync(twin, twinHandle, longTerm)).Data.ShouldBe(fetched.Data);
        twin.Http.Dispose();
        (await FetchAsync(session, handle, longTerm, offset: 1)).Data.ShouldBe(fetched.Data[1..]);
        (await session.TryAsync(RopId.ReadPerUserInformation, new RopReadPerUserInformation.Request { FolderId = longTerm, DataOffset = 0xFFFFFFFF }, handle)).ShouldBe(ErrorCode.GeneralFailure);

        // In pieces, another set takes its place.
        var wanted = new ReplicaIdSet();
        wanted[logon.ReplGuid].Add(StoreId.FromWire(rows[1].Mid).Counter);
        var bytes = wanted.ToReplGuids();
        await WriteAsync(session, handle, longTerm, bytes[..5], 0, false);
        await WriteAsync(session, handle, longTerm, bytes[5..], 5, true);
        (await ReadAsync(session, folder)).Select(r => r.IsRead).ShouldBe([false, true, false]);
        (await UnreadAsync(session, folder)).ShouldBe(2);
        (await FetchAsync(session, handle, longTerm)).Data.ShouldBe(bytes);
        (await session.TryAsync(RopId.WritePerUserInformation, WriteRequest(longTerm, [1, 2, 3], 0, true), handle)).ShouldBe(ErrorCode.CorruptData);
        (await ReadAsync(session, folder)).Select(r => r.IsRead).ShouldBe([false, true, false], "what is malformed changes nothing");
        // Somebody else's is another row.
        var (other, _, otherHandle) = await server.PublicLogonAsync(2);
        (await FetchAsync(other, otherHandle, longTerm)).Data.ShouldBeEmpty();
        session.Http.Dispose();
        other.Http.Dispose();
    }

    private static async Task<ulong> FolderAsync(MapiServer server, int posts)
    {
        await server.AddPublicFoldersAsync();
        using var store = await server.OpenPublicAsync();
        var made = (await store.CreateFolderAsync(SpecialFolders.IdOf(SpecialFolder.PublicIpmSubtree), new NewFolder("Board"), CancellationToken.None)).Value;
        var id = StoreKeys.Id(made.Id.Value).ToWire();
        for (var i = 0; i < posts; i++)
            await PostAsync(server, id, $"post {i}", 3);
        return id;
    }

    private static async Task PostAsync(MapiServer server, ulong folder, string subject, int userNumber)
    {
        using var store = await server.OpenPublicAsync(Rialto.Directory.Authenticator.PrincipalOf(server.Directory.Current, server.User(userNumber)));
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, subject));
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Post"));
        var prepared = await server.Store.PreparePropertiesAsync(message, CancellationToken.None);
        (await store.AppendAsync(new FolderId((long)StoreId.FromWire(folder).Counter), prepared, AppendOptions.Default, CancellationToken.None)).Succeeded.ShouldBeTrue();
    }

    private static async Task<List<(ulong Mid, bool IsRead)>> ReadAsync(RopSession session, uint folder)
    {
        var (table, _) = await session.ContentsTableAsync(folder);
        await session.CallAsync<RopSortTable.Response>(RopId.SortTable, new RopSortTable.Request { SortOrders = new SortOrderSet([new SortKey(PropertyTags.Subject, SortDirection.Ascending)]) }, table);
        var rows = await session.RowsAsync(table, [PropertyTags.Mid, PropertyTags.MessageFlags, PropertyTags.Read]);
        rows.ShouldAllBe(r => (r[1].AsInt32() & 1) != 0 == r[2].AsBoolean());
        await session.ReleaseAsync(table);
        return [.. rows.Select(r => ((ulong)r[0].AsInt64(), r[2].AsBoolean()))];
    }

    private static async Task<ulong[]> UnreadOnlyAsync(RopSession session, uint folder)
    {
        var (table, _) = await session.ContentsTableAsync(folder);
        await session.CallAsync<RopRestrict.Response>(RopId.Restrict, new RopRestrict.Request { RestrictionData = new BitmaskRestriction(false, PropertyTags.MessageFlags, 1) }, table);
        await session.CallAsync<RopSortTable.Response>(RopId.SortTable, new RopSortTable.Request { SortOrders = new SortOrderSet([new SortKey(PropertyTags.Subject, SortDirection.Ascending)]) }, table);
        return [.. (await session.RowsAsync(table, [PropertyTags.Mid])).Select(r => (ulong)r[0].AsInt64())];
    }

    private static async Task<int> UnreadAsync(RopSession session, uint folder) => (await session.PropertiesAsync(folder, PropertyTags.ContentUnreadCount))[0].AsInt32();

    private static Task<PartialResponse> SetFlagsAsync(RopSession session, uint folder, byte flags, params ulong[] mids) =>
        session.CallAsync<PartialResponse>(RopId.SetReadFlags, new RopSetReadFlags.Request { ReadFlags = flags, MessageIds = mids }, folder);

    private static Task<RopReadPerUserInformation.Response> FetchAsync(RopSession session, uint logon, LongTermId folder, uint offset = 0) =>
        session.CallAsync<RopReadPerUserInformation.Response>(RopId.ReadPerUserInformation, new RopReadPerUserInformation.Request { FolderId = folder, DataOffset = offset }, logon);

    private static Task WriteAsync(RopSession session, uint logon, LongTermId folder, byte[] data, uint offset, bool isLast) =>
        session.CallAsync<PlainResponse>(RopId.WritePerUserInformation, WriteRequest(folder, data, offset, isLast), logon);

    private static RopWritePerUserInformation.Request WriteRequest(LongTermId folder, byte[] data, uint offset, bool isLast) =>
        new() { FolderId = folder, Data = data, DataOffset = offset, HasFinished = isLast, Context = new() { IsPrivateLogon = false, Form = ValueForm.Rop } };
}
