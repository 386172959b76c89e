using System.Buffers;
using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using SortDirection = Rialto.Model.SortDirection;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCNOTIF] 3.1.4.3: a client that does what row events say has what a fresh query gives.</summary>
public class RowEventTests
{
    private static readonly PropertyTag[] s_columns =
    [
        PropertyTags.InstID, PropertyTags.InstanceNum, PropertyTags.RowType, PropertyTags.Depth, PropertyTags.ContentCount, PropertyTags.ContentUnreadCount,
        PropertyTags.Subject, PropertyTags.SentRepresentingName, PropertyTags.MessageFlags, PropertyTags.MessageDeliveryTime,
    ];

    private static RopSortTable.Request By(int categories, int expanded, params (PropertyTag Tag, SortDirection Direction)[] keys) =>
        new() { SortOrders = new SortOrderSet([.. keys.Select(k => new SortKey(k.Tag, k.Direction))], categories, expanded) };

    [Fact]
    public async Task Copies_kept_by_events_equal_fresh_queries()
    {
        await using var server = await MapiServer.StartAsync();
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var mailbox = await server.OpenMailboxAsync();
        var prepared = new List<PreparedMessage>();
        for (var i = 0; i < 12; i++)
        {
            var mime = Encoding.UTF8.GetBytes($"Subject: {(char)('a' + i % 5)}{i % 3}\r\nFrom: f{i % 3}@example.com\r\n\r\nx");
            prepared.Add(await server.Store.PrepareMimeAsync(new ReadOnlySequence<byte>(mime), CancellationToken.None));
        }
        await mailbox.AppendManyAsync(MapiServer.Inbox, [.. Enumerable.Range(0, 30).Select(i => (prepared[i % 12], new AppendOptions((MessageState)(i & 1), [], new FileTime(random.Next(1000)))))], CancellationToken.None);
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        RopSortTable.Request?[] sorts =
        [
            null,
            By(0, 0, (PropertyTags.Subject, SortDirection.Ascending), (PropertyTags.MessageDeliveryTime, SortDirection.Descending)),
            By(1, 1, (PropertyTags.SentRepresentingName, SortDirection.Ascending), (PropertyTags.MessageDeliveryTime, SortDirection.Descending)),
            By(2, 1, (PropertyTags.SentRepresentingName, SortDirection.Descending), (PropertyTags.Subject, SortDirection.Ascending)),
            By(1, 1, (PropertyTags.ConversationTopic, SortDirection.Descending), (PropertyTags.MessageDeliveryTime, SortDirection.MaximumCategory), (PropertyTags.MessageDeliveryTime, SortDirection.Ascending)),
            By(0, 0, (PropertyTags.Subject, SortDirection.Descending)),
        ];
        var copies = new List<TableClient>();
        foreach (var sort in sorts)
        {
            var (table, _) = await session.ContentsTableAsync(inbox);
            if (sort is not null)
                await session.CallAsync<RopSortTable.Response>(RopId.SortTable, sort, table);
            if (copies.Count == sorts.Length - 1)
                await session.CallAsync<RopRestrict.Response>(RopId.Restrict, new RopRestrict.Request { RestrictionData = new BitmaskRestriction(false, PropertyTags.MessageFlags, 1) }, table);
            copies.Add(new TableClient(session, table, s_columns));
            await copies[^1].LoadAsync();
        }
        for (var step = 0; step < 40; step++)
        {
            for (var n = random.Next(1, 4); n > 0; n--)
                await OperateAsync(random, mailbox, prepared);
            await CatchUpAsync(session, copies);
            foreach (var copy in copies)
            {
                var fresh = await copy.FreshAsync();
                copy.Lines.ShouldBe(fresh, $"seed {seed}, step {step}, table {copies.IndexOf(copy)}");
            }
        }
        copies.ShouldAllBe(c => c.RowEvents > 0);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_hierarchy_table_can_leave_out_the_clients_own_changes()
    {
        const byte suppresses = 0x80;
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        using var mailbox = await server.OpenMailboxAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        async Task<uint> TableAsync(byte flags)
        {
            var (_, table) = await session.OpenAsync<RopGetHierarchyTable.Response>(RopId.GetHierarchyTable, new RopGetHierarchyTable.Request { TableFlags = flags }, inbox);
            await session.RowsAsync(table, [PropertyTags.DisplayName]);
            return table;
        }
        var (plain, quiet) = (await TableAsync(0), await TableAsync(suppresses));
        await session.ExecuteAsync([], []);
        session.Notifications.Clear();
        var (own, _, _) = await session.CreateFolderAsync(inbox, "own");
        session.Notifications.AddRange((await session.ExecuteAsync([], [])).Notifications);
        session.Notifications.ShouldContain(n => n.NotificationHandle == plain && n.TableRowFolderId == own);
        session.Notifications.ShouldNotContain(n => n.NotificationHandle == quiet);
        session.Notifications.Clear();
        var theirs = (await mailbox.CreateFolderAsync(MapiServer.Inbox, new NewFolder("theirs"), CancellationToken.None)).Value;
        session.Notifications.AddRange((await session.ExecuteAsync([], [])).Notifications);
        session.Notifications.Where(n => n.NotificationHandle == quiet).Select(n => n.TableRowFolderId).Distinct().ShouldBe([Ids.Of(theirs.Id)]);
        session.Http.Dispose();
    }

    private static async Task CatchUpAsync(RopSession session, List<TableClient> copies)
    {
        while (true)
        {
            var reply = await session.ExecuteAsync([], []);
            foreach (var copy in copies)
            {
                if (copy.Apply(reply.Notifications))
                    await copy.ReadAsync();
            }
            if (reply.Notifications.Count == 0)
                return;
        }
    }

    private static async Task OperateAsync(Random random, MailboxSession mailbox, List<PreparedMessage> prepared)
    {
        using var view = (await mailbox.OpenViewAsync(MapiServer.Inbox, CancellationToken.None)).Value;
        var now = view.Current;
        var some = Enumerable.Range(0, random.Next(1, 4)).Where(_ => now.Count > 0).Select(_ => now[random.Next(now.Count)].Id).Distinct().ToList();
        switch (random.Next(5))
        {
            case 0 or 1:
                await mailbox.AppendManyAsync(
                    MapiServer.Inbox, [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (prepared[random.Next(12)], new AppendOptions((MessageState)random.Next(2), [], new FileTime(random.Next(1000)))))], CancellationToken.None);
                break;
            case 2:
                await mailbox.ChangeFlagsAsync(MapiServer.Inbox, some, new FlagChange((MessageState)random.Next(2), (MessageState)random.Next(2), [], [], false), CancellationToken.None);
                break;
            case 3:
                await mailbox.MoveAsync(MapiServer.Inbox, some, SpecialFolders.IdOf(SpecialFolder.SentItems), CancellationToken.None);
                break;
            default:
                await mailbox.DeleteAsync(MapiServer.Inbox, some, CancellationToken.None);
                break;
        }
    }

    [Fact]
    public async Task Too_many_changes_are_one_event_and_wait_in_no_memory()
    {
        await using var server = await MapiServer.StartAsync(o => o.MaximumRowEvents = 5);
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        var copy = new TableClient(session, table, s_columns);
        await copy.LoadAsync();
        for (var i = 0; i < 20; i++)
            await server.DeliverAsync($"m{i}");
        (await session.ExecuteAsync([], [])).Notifications.Single().TableEventType.ShouldBe(RopNotify.TableEvent.TableChanged);
        await copy.ReadAsync();
        await server.DeliverAsync("one more");
        var added = (await session.ExecuteAsync([], [])).Notifications.Single();
        added.TableEventType.ShouldBe(RopNotify.TableEvent.TableRowAdded);
        added.Flags.ShouldBe(RopNotify.NotificationFlags.TableModified | RopNotify.NotificationFlags.Message);
        added.TableRowFolderId.ShouldBe(logon.FolderIds[4]);
        added.InsertAfterTableRowId.ShouldBe(0ul);
        copy.Apply([added]).ShouldBeFalse();
        copy.Lines.ShouldBe(await copy.FreshAsync());
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_table_tells_nothing_before_it_was_looked_at_nor_after_a_reset_nor_without_leave()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        await session.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = s_columns }, table);
        await server.DeliverAsync("before");
        (await session.ExecuteAsync([], [])).Notifications.ShouldBeEmpty();
        await session.CallAsync<RopQueryPosition.Response>(RopId.QueryPosition, new RopQueryPosition.Request(), table);
        await server.DeliverAsync("watched");
        (await session.ExecuteAsync([], [])).Notifications.Single().NotificationHandle.ShouldBe(table);
        await session.CallAsync<PlainResponse>(RopId.ResetTable, new RopResetTable.Request(), table);
        await server.DeliverAsync("after");
        (await session.ExecuteAsync([], [])).Notifications.ShouldBeEmpty();
        await session.ReleaseAsync(table);

        var (silent, silentHandle) = await session.OpenAsync<RopGetContentsTable.Response>(RopId.GetContentsTable, new RopGetContentsTable.Request { TableFlags = 0x10 }, inbox);
        silent.RowCount.ShouldBe(3u);
        await session.RowsAsync(silentHandle, s_columns);
        await server.DeliverAsync("unheard");
        (await session.ExecuteAsync([], [])).Notifications.ShouldBeEmpty();
        session.Http.Dispose();
    }

    [Fact]
    public async Task The_hierarchy_tells_folders_that_come_change_and_go()
    {
        await using var server = await MapiServer.StartAsync();
        using var mailbox = await server.OpenMailboxAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var root = await session.OpenFolderAsync(handle, logon.FolderIds[3]);
        var (table, _) = await session.HierarchyTableAsync(root);
        PropertyTag[] columns = [PropertyTags.FolderId, PropertyTags.DisplayName, PropertyTags.ContentCount];
        var names = (await session.RowsAsync(table, columns)).Select(r => (ulong)r[0].AsInt64()).ToList();
        var parent = SpecialFolders.IdOf(SpecialFolder.IpmSubtree);
        var made = (await mailbox.CreateFolderAsync(parent, new NewFolder("Aardvark"), CancellationToken.None)).Value;
        var added = (await session.ExecuteAsync([], [])).Notifications.Single(n => n.TableEventType == RopNotify.TableEvent.TableRowAdded);
        added.Flags.ShouldBe(RopNotify.NotificationFlags.TableModified);
        added.NotificationHandle.ShouldBe(table);
        added.TableRowFolderId.ShouldBe(Ids.Of(made.Id));
        var fresh = await FoldersAsync(session, table, columns);
        names.Insert(added.InsertAfterTableRowFolderId == 0 ? 0 : names.IndexOf(added.InsertAfterTableRowFolderId) + 1, added.TableRowFolderId);
        names.ShouldBe(fresh);
        await server.DeliverAsync("counted");
        (await session.ExecuteAsync([], [])).Notifications.ShouldContain(n => n.TableEventType == RopNotify.TableEvent.TableRowModified && n.TableRowFolderId == logon.FolderIds[4]);
        await mailbox.DeleteFolderAsync(made.Id, false, CancellationToken.None);
        (await session.ExecuteAsync([], [])).Notifications.ShouldContain(n => n.TableEventType == RopNotify.TableEvent.TableRowDeleted && n.TableRowFolderId == Ids.Of(made.Id));
        session.Http.Dispose();
    }

    private static async Task<List<ulong>> FoldersAsync(RopSession session, uint table, PropertyTag[] columns)
    {
        await session.CallAsync<RopSeekRow.Response>(RopId.SeekRow, new RopSeekRow.Request(), table);
        return [.. (await session.QueryRowsAsync(table, columns, 500)).Rows.Select(r => (ulong)r[0].AsInt64())];
    }
}
