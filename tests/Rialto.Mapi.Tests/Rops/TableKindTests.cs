using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using SortDirection = Rialto.Model.SortDirection;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCTABL] 3.2.5: which operations which kind of table has.</summary>
public sealed class TableKindTests : IAsyncLifetime
{
    private static readonly PropertyTag[] s_columns = [PropertyTags.Subject];

    private MapiServer _server = null!;
    private RopSession _session = null!;
    private uint _handle;
    private uint _inbox;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync();
        (_session, var logon, _handle) = await _server.LogonAsync();
        _inbox = await _session.OpenFolderAsync(_handle, logon.FolderIds[4]);
    }

    public async Task DisposeAsync()
    {
        _session.Http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Each_kind_of_table_refuses_what_it_has_not()
    {
        var message = await _session.CreateMessageAsync(_handle, (await _session.PropertiesAsync(_inbox, PropertyTags.FolderId))[0] is var id ? (ulong)id.AsInt64() : 0);
        var sort = new RopSortTable.Request { SortOrders = new SortOrderSet([new SortKey(PropertyTags.Subject, SortDirection.Ascending)]) };
        var hierarchy = (await _session.HierarchyTableAsync(_inbox)).Handle;
        var permissions = (await _session.OpenAsync<PlainResponse>(RopId.GetPermissionsTable, new RopGetPermissionsTable.Request(), _inbox)).Handle;
        var rules = (await _session.OpenAsync<PlainResponse>(RopId.GetRulesTable, new RopGetRulesTable.Request(), _inbox)).Handle;
        var attachments = await _session.AttachmentTableAsync(message);
        foreach (var table in (uint[])[hierarchy, permissions, rules, attachments])
            (await _session.TryAsync(RopId.SortTable, sort, table)).ShouldBe(ErrorCode.NotSupported);
        foreach (var table in (uint[])[permissions, attachments])
        {
            (await _session.TryAsync(RopId.Restrict, new RopRestrict.Request(), table)).ShouldBe(ErrorCode.NotSupported);
            (await _session.TryAsync(RopId.FindRow, new RopFindRow.Request(), table)).ShouldBe(ErrorCode.NotSupported);
        }
        foreach (var table in (uint[])[permissions, rules, attachments])
        {
            (await _session.TryAsync(RopId.CreateBookmark, new RopCreateBookmark.Request(), table)).ShouldBe(ErrorCode.NotSupported);
            (await _session.TryAsync(RopId.SeekRowBookmark, new RopSeekRowBookmark.Request(), table)).ShouldBe(ErrorCode.NotSupported);
            (await _session.TryAsync(RopId.FreeBookmark, new RopFreeBookmark.Request(), table)).ShouldBe(ErrorCode.NotSupported);
        }
        (await _session.TryAsync(RopId.Restrict, new RopRestrict.Request(), rules)).ShouldBe(ErrorCode.Success);
        (await _session.TryAsync(RopId.Restrict, new RopRestrict.Request(), hierarchy)).ShouldBe(ErrorCode.Success);
    }

    [Fact]
    public async Task A_released_table_has_no_bookmarks()
    {
        var (table, _) = await _session.ContentsTableAsync(_inbox);
        await _session.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = s_columns }, table);
        var mark = await _session.CallAsync<RopCreateBookmark.Response>(RopId.CreateBookmark, new RopCreateBookmark.Request(), table);
        await _session.ReleaseAsync(table);
        (await _session.TryAsync(RopId.SeekRowBookmark, new RopSeekRowBookmark.Request { Bookmark = mark.Bookmark }, table)).ShouldBe(ErrorCode.NullObject);
        (await _session.TryAsync(RopId.FreeBookmark, new RopFreeBookmark.Request { Bookmark = mark.Bookmark }, table)).ShouldBe(ErrorCode.NullObject);
        (await _session.TryAsync(RopId.QueryPosition, new RopQueryPosition.Request(), table)).ShouldBe(ErrorCode.InvalidObject);
    }

    [Fact]
    public async Task Reading_back_from_the_end_says_when_there_are_no_more_rows()
    {
        for (var i = 0; i < 3; i++)
            await _server.DeliverAsync($"m{i}");
        var (table, _) = await _session.ContentsTableAsync(_inbox);
        await _session.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = s_columns }, table);
        await _session.CallAsync<RopSeekRow.Response>(RopId.SeekRow, new RopSeekRow.Request { Origin = 2 }, table);
        (await _session.QueryRowsAsync(table, s_columns, 2, forward: false)).ShouldSatisfyAllConditions(r => r.Rows.Length.ShouldBe(2), r => r.Origin.ShouldBe((byte)1));
        (await _session.QueryRowsAsync(table, s_columns, 2, forward: false)).ShouldSatisfyAllConditions(r => r.Rows.Length.ShouldBe(1), r => r.Origin.ShouldBe((byte)2));
        (await _session.QueryRowsAsync(table, s_columns, 2, forward: false)).ShouldSatisfyAllConditions(r => r.Rows.ShouldBeEmpty(), r => r.Origin.ShouldBe((byte)2));
    }
}
