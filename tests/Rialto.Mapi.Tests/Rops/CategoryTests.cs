using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using SortDirection = Rialto.Model.SortDirection;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCTABL] 2.2.2.3, 2.2.2.17-2.2.2.20: categories, their header rows and what is expanded.</summary>
public class CategoryTests : IAsyncLifetime
{
    private static readonly PropertyTag[] s_columns =
    [
        PropertyTags.InstID, PropertyTags.InstanceNum, PropertyTags.RowType, PropertyTags.Depth, PropertyTags.ContentCount, PropertyTags.ContentUnreadCount,
        PropertyTags.SentRepresentingName, PropertyTags.Subject,
    ];

    private MapiServer _server = null!;
    private RopSession _session = null!;
    private uint _table;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync();
        var start = new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 9; i++)
            await _server.DeliverAsync($"m{i}", $"{(char)('a' + i % 3)}@example.com", received: start.AddMinutes(i));
        (_session, var logon, var handle) = await _server.LogonAsync();
        var inbox = await _session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (_table, _) = await _session.ContentsTableAsync(inbox);
        await _session.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = s_columns }, _table);
    }

    public async Task DisposeAsync()
    {
        _session.Http.Dispose();
        await _server.DisposeAsync();
    }

    private Task SortAsync(int expanded, params SortKey[] more) => _session.CallAsync<RopSortTable.Response>(
        RopId.SortTable,
        new RopSortTable.Request { SortOrders = new SortOrderSet([new SortKey(PropertyTags.SentRepresentingName, SortDirection.Ascending), .. more], 1, expanded) }, _table);

    private async Task<List<PropertyValue[]>> RowsAsync()
    {
        await _session.CallAsync<RopSeekRow.Response>(RopId.SeekRow, new RopSeekRow.Request(), _table);
        return [.. (await _session.QueryRowsAsync(_table, s_columns, 100)).Rows];
    }

    private static string Text(PropertyValue[] row) => row[2].AsInt32() == 1 ? row[7].AsString() : $"{row[6].AsString()[..1]} {row[2].AsInt32()} {row[4].AsInt32()}/{row[5].AsInt32()}";

    [Fact]
    public async Task Headers_stand_before_their_rows_and_collapse()
    {
        await SortAsync(1, new SortKey(PropertyTags.MessageDeliveryTime, SortDirection.Descending));
        var rows = await RowsAsync();
        rows.Select(Text).ShouldBe(["a 3 3/3", "m6", "m3", "m0", "b 3 3/3", "m7", "m4", "m1", "c 3 3/3", "m8", "m5", "m2"]);
        rows.Select(r => r[3].AsInt32()).ShouldBe([0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1]);
        var b = (ulong)rows[4][0].AsInt64();
        await _session.CallAsync<RopSeekRow.Response>(RopId.SeekRow, new RopSeekRow.Request { RowCount = 6 }, _table);
        var mark = await _session.CallAsync<RopCreateBookmark.Response>(RopId.CreateBookmark, new RopCreateBookmark.Request(), _table);

        (await _session.CallAsync<RopCollapseRow.Response>(RopId.CollapseRow, new RopCollapseRow.Request { CategoryId = b }, _table)).CollapsedRowCount.ShouldBe(3u);
        (await Should.ThrowAsync<RopException>(() => _session.CallAsync<RopCollapseRow.Response>(RopId.CollapseRow, new RopCollapseRow.Request { CategoryId = b }, _table))).Code.ShouldBe(ErrorCode.NotExpanded);
        (await RowsAsync()).Select(Text).ShouldBe(["a 3 3/3", "m6", "m3", "m0", "b 4 3/3", "c 3 3/3", "m8", "m5", "m2"]);
        var hidden = await _session.CallAsync<RopSeekRowBookmark.Response>(RopId.SeekRowBookmark, new RopSeekRowBookmark.Request { Bookmark = mark.Bookmark, WantRowMovedCount = true }, _table);
        hidden.RowNoLongerVisible.ShouldBeTrue();
        Text((await _session.QueryRowsAsync(_table, s_columns, 1)).Rows[0]).ShouldBe("c 3 3/3");

        (await Should.ThrowAsync<RopException>(() => _session.CallAsync<RopExpandRow.Response>(RopId.ExpandRow, new RopExpandRow.Request { CategoryId = b, MaxRowCount = 2 }, _table, s_columns)))
            .Code.ShouldBe(ErrorCode.NotSupported);
        var expanded = await _session.CallAsync<RopExpandRow.Response>(RopId.ExpandRow, new RopExpandRow.Request { CategoryId = b }, _table, s_columns);
        expanded.ExpandedRowCount.ShouldBe(3u);
        expanded.Rows.ShouldBeEmpty();
        (await Should.ThrowAsync<RopException>(() => _session.CallAsync<RopExpandRow.Response>(RopId.ExpandRow, new RopExpandRow.Request { CategoryId = b }, _table))).Code.ShouldBe(ErrorCode.NotCollapsed);
        (await Should.ThrowAsync<RopException>(() => _session.CallAsync<RopExpandRow.Response>(RopId.ExpandRow, new RopExpandRow.Request { CategoryId = 77 }, _table))).Code.ShouldBe(ErrorCode.NotFound);
        (await _session.CallAsync<RopSeekRowBookmark.Response>(RopId.SeekRowBookmark, new RopSeekRowBookmark.Request { Bookmark = mark.Bookmark }, _table)).RowNoLongerVisible.ShouldBeFalse();
        Text((await _session.QueryRowsAsync(_table, s_columns, 1)).Rows[0]).ShouldBe("m4");
    }

    [Fact]
    public async Task Collapsed_categories_stand_by_their_largest_value()
    {
        await _server.DeliverAsync("newest", "a@example.com", received: new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await SortAsync(0, new SortKey(PropertyTags.MessageDeliveryTime, SortDirection.MaximumCategory), new SortKey(PropertyTags.MessageDeliveryTime, SortDirection.Ascending));
        (await RowsAsync()).Select(Text).ShouldBe(["b 4 3/3", "c 4 3/3", "a 4 4/4"]);
        var position = await _session.CallAsync<RopQueryPosition.Response>(RopId.QueryPosition, new RopQueryPosition.Request(), _table);
        position.Denominator.ShouldBe(3u);
    }

    [Fact]
    public async Task A_collapse_state_brings_back_what_was_expanded_and_the_row()
    {
        await SortAsync(0, new SortKey(PropertyTags.MessageDeliveryTime, SortDirection.Descending));
        var headers = await RowsAsync();
        await _session.CallAsync<RopExpandRow.Response>(RopId.ExpandRow, new RopExpandRow.Request { CategoryId = (ulong)headers[1][0].AsInt64(), MaxRowCount = 0 }, _table, s_columns);
        var rows = await RowsAsync();
        rows.Select(Text).ShouldBe(["a 4 3/3", "b 3 3/3", "m7", "m4", "m1", "c 4 3/3"]);
        var state = await _session.CallAsync<RopGetCollapseState.Response>(
            RopId.GetCollapseState, new RopGetCollapseState.Request { RowId = (ulong)rows[3][0].AsInt64(), RowInstanceNumber = 0 }, _table);
        await SortAsync(1, new SortKey(PropertyTags.MessageDeliveryTime, SortDirection.Descending));
        (await RowsAsync()).Count.ShouldBe(12);
        await SortAsync(0, new SortKey(PropertyTags.MessageDeliveryTime, SortDirection.Descending));
        var back = await _session.CallAsync<RopSetCollapseState.Response>(RopId.SetCollapseState, new RopSetCollapseState.Request { CollapseState = state.CollapseState }, _table);
        Text((await _session.QueryRowsAsync(_table, s_columns, 1)).Rows[0]).ShouldBe("m4");
        (await RowsAsync()).Select(Text).ShouldBe(rows.Select(Text));
        await _session.CallAsync<RopSeekRowBookmark.Response>(RopId.SeekRowBookmark, new RopSeekRowBookmark.Request { Bookmark = back.Bookmark, RowCount = 1 }, _table);
        Text((await _session.QueryRowsAsync(_table, s_columns, 1)).Rows[0]).ShouldBe("m1");
        (await Should.ThrowAsync<RopException>(() => _session.CallAsync<RopSetCollapseState.Response>(RopId.SetCollapseState, new RopSetCollapseState.Request { CollapseState = [9] }, _table)))
            .Code.ShouldBe(ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task Categories_of_keywords_show_a_message_once_for_each()
    {
        using var mailbox = await _server.OpenMailboxAsync();
        var (session, logon, handle) = await _server.LogonAsync();
        using var view = (await mailbox.OpenViewAsync(MapiServer.Inbox, CancellationToken.None)).Value;
        var ids = Enumerable.Range(0, 3).Select(i => view.Current[i].Id).ToList();
        await mailbox.ChangeFlagsAsync(MapiServer.Inbox, [ids[0], ids[1]], new FlagChange(0, 0, ["Red"], [], false), CancellationToken.None);
        await mailbox.ChangeFlagsAsync(MapiServer.Inbox, [ids[1], ids[2]], new FlagChange(0, 0, ["Blue"], [], false), CancellationToken.None);
        var names = await session.CallAsync<RopGetPropertyIdsFromNames.Response>(
            RopId.GetPropertyIdsFromNames, new RopGetPropertyIdsFromNames.Request { Flags = 2, PropertyNames = [PropertyNames.PidNameKeywords] }, handle);
        var keywords = new PropertyTag(names.PropertyIds[0], PropertyType.MultipleString | PropertyType.MultipleInstance);
        PropertyTag[] columns = [PropertyTags.RowType, keywords, PropertyTags.Subject, PropertyTags.InstanceNum];
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        await session.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = columns }, table);
        await session.CallAsync<RopSortTable.Response>(
            RopId.SortTable, new RopSortTable.Request { SortOrders = new SortOrderSet([new SortKey(keywords, SortDirection.Descending), new SortKey(PropertyTags.Subject, SortDirection.Ascending)], 1, 1) }, table);
        var rows = (await session.QueryRowsAsync(table, columns, 100)).Rows;
        rows.Take(6).Select(r => $"{r[0].AsInt32()} {r[1].AsString()} {(r[0].AsInt32() == 1 ? r[2].AsString() : "")}").ShouldBe(["3 Red ", "1 Red m0", "1 Red m1", "3 Blue ", "1 Blue m1", "1 Blue m2"]);
        rows[2][3].AsInt32().ShouldNotBe(rows[4][3].AsInt32());
        rows.Length.ShouldBe(3 + 4 + 6);
        session.Http.Dispose();
    }
}
