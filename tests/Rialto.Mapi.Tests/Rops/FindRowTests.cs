using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using SortDirection = Rialto.Model.SortDirection;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCTABL] 2.2.2.14, 3.2.5.14 RopFindRow; 2.2.2.4 restrictions of every kind; what tables refuse.</summary>
public class FindRowTests : IAsyncLifetime
{
    private static readonly PropertyTag[] s_columns = [PropertyTags.Subject];

    private MapiServer _server = null!;
    private RopSession _session = null!;
    private uint _inbox;
    private uint _table;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync();
        var start = new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 100; i++)
            await _server.DeliverAsync($"m{i:00}", $"from{i % 4}@example.com", received: start.AddMinutes(-i));
        (_session, var logon, var handle) = await _server.LogonAsync();
        _inbox = await _session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (_table, _) = await _session.ContentsTableAsync(_inbox);
    }

    public async Task DisposeAsync()
    {
        _session.Http.Dispose();
        await _server.DisposeAsync();
    }

    private static Restriction Subject(string text) => new ContentRestriction(FuzzyLevel.Prefix | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, text));

    private async Task<string> FindAsync(Restriction restriction, byte origin = 0, bool backward = false, byte[]? bookmark = null)
    {
        var found = await _session.CallAsync<RopFindRow.Response>(
            RopId.FindRow, new RopFindRow.Request { RestrictionData = restriction, Origin = origin, FindRowFlags = backward ? (byte)1 : (byte)0, Bookmark = bookmark ?? [] }, _table, s_columns);
        found.HasRowData.ShouldBeTrue();
        return found.RowData[0].AsString() + (found.RowNoLongerVisible ? " gone" : "");
    }

    private async Task<string> NextAsync() => (await _session.QueryRowsAsync(_table, s_columns, 1)).Rows[0][0].AsString();

    [Fact]
    public async Task Rows_are_found_from_anywhere_either_way_and_the_cursor_goes_there()
    {
        (await Should.ThrowAsync<RopException>(() => FindAsync(Subject("m")))).Code.ShouldBe(ErrorCode.NullObject);
        await _session.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = s_columns }, _table);
        (await FindAsync(Subject("M42"))).ShouldBe("m42");
        (await NextAsync()).ShouldBe("m42");
        (await FindAsync(Subject("m4"), origin: 1)).ShouldBe("m43");
        (await FindAsync(Subject("m4"), origin: 1, backward: true)).ShouldBe("m42");
        (await FindAsync(Subject("m"), origin: 2, backward: true)).ShouldBe("m99");
        (await FindAsync(Subject("m9"))).ShouldBe("m90");
        var mark = (await _session.CallAsync<RopCreateBookmark.Response>(RopId.CreateBookmark, new RopCreateBookmark.Request(), _table)).Bookmark;
        (await FindAsync(Subject("m"), 3, bookmark: mark)).ShouldBe("m90");
        (await FindAsync(Subject("m"), 3, true, mark)).ShouldBe("m89");
        (await FindAsync(Subject("m00"), 3, true, mark)).ShouldBe("m00");
        (await Should.ThrowAsync<RopException>(() => FindAsync(Subject("m00"), 3, bookmark: mark))).Code.ShouldBe(ErrorCode.NotFound);
        (await Should.ThrowAsync<RopException>(() => FindAsync(Subject("m00"), 3, bookmark: [1, 2]))).Code.ShouldBe(ErrorCode.InvalidBookmark);

        using (var mailbox = await _server.OpenMailboxAsync())
        {
            using var view = (await mailbox.OpenViewAsync(MapiServer.Inbox, CancellationToken.None)).Value;
            await mailbox.DeleteAsync(MapiServer.Inbox, [view.Current[90].Id], CancellationToken.None);
        }
        (await FindAsync(Subject("m"), 3, bookmark: mark)).ShouldBe("m91 gone");
        (await FindAsync(Subject("m"), 3, true, mark)).ShouldBe("m89 gone");
        await _session.CallAsync<RopSortTable.Response>(RopId.SortTable, new RopSortTable.Request { SortOrders = new SortOrderSet([new SortKey(PropertyTags.Subject, SortDirection.Descending)]) }, _table);
        (await Should.ThrowAsync<RopException>(() => FindAsync(Subject("m"), 3, bookmark: mark))).Code.ShouldBe(ErrorCode.InvalidBookmark);
        (await FindAsync(new PropertyRestriction(RelationalOperator.LessThanOrEqual, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "M50")))).ShouldBe("m50");
    }

    [Fact]
    public async Task Restrictions_of_every_kind_decide()
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "with all"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Importance, 2));
        message.Properties.Set(PropertyValue.Of(new PropertyTag(0x6001, PropertyType.Integer32), 5));
        message.Properties.Set(PropertyValue.Of(new PropertyTag(0x6002, PropertyType.Integer32), 5));
        message.Recipients.Add(new PropertyRecipient { Properties = Bag(PropertyValue.Of(PropertyTags.DisplayName, "Rita")) });
        message.Attachments.Add(new PropertyAttachment { Properties = Bag(PropertyValue.Of(PropertyTags.AttachLongFilename, "plan.txt"), PropertyValue.Of(PropertyTags.AttachDataBinary, new byte[] { 1 })) });
        await _server.PutAsync(message);
        var name = PropertyValue.Of(PropertyTags.DisplayName, "Rita");
        var file = PropertyValue.Of(PropertyTags.AttachLongFilename, "plan");
        var own = new PropertyTag(0x6001, PropertyType.Integer32);
        (Restriction Restriction, int Count)[] all =
        [
            (new ContentRestriction(FuzzyLevel.Substring, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "all")), 1),
            (new PropertyRestriction(RelationalOperator.GreaterThan, PropertyTags.Importance, PropertyValue.Of(PropertyTags.Importance, 1)), 1),
            (new ComparePropertiesRestriction(RelationalOperator.Equal, own, new PropertyTag(0x6002, PropertyType.Integer32)), 1),
            (new BitmaskRestriction(true, own, 4), 1),
            (new BitmaskRestriction(false, own, 2), 1),
            (new SizeRestriction(RelationalOperator.GreaterThan, PropertyTags.Subject, 10), 1),
            (new ExistRestriction(own), 1),
            (new NotRestriction(new ExistRestriction(own)), 100),
            (new SubObjectRestriction(PropertyTags.MessageRecipients, new PropertyRestriction(RelationalOperator.Equal, PropertyTags.DisplayName, name)), 1),
            (new SubObjectRestriction(PropertyTags.MessageAttachments, new ContentRestriction(FuzzyLevel.Prefix, PropertyTags.AttachLongFilename, file)), 1),
            (new CommentRestriction([PropertyValue.Of(PropertyTags.Subject, "no matter")], new ExistRestriction(own)), 1),
            (new CountRestriction(7, Subject("m")), 7),
            (new AndRestriction([Subject("m1"), new OrRestriction([Subject("m11"), Subject("m12"), Subject("m22")])]), 2),
        ];
        foreach (var (restriction, count) in all)
        {
            await _session.CallAsync<RopRestrict.Response>(RopId.Restrict, new RopRestrict.Request { RestrictionData = restriction }, _table);
            (await _session.RowsAsync(_table, s_columns)).Count.ShouldBe(count, restriction.ToString());
        }
    }

    private static PropertyBag Bag(params PropertyValue[] values)
    {
        var bag = new PropertyBag();
        foreach (var value in values)
            bag.Set(value);
        return bag;
    }

    [Fact]
    public async Task What_is_wrong_is_refused_and_keeps_the_table_from_giving_rows()
    {
        async Task<ErrorCode> CodeAsync<T>(RopId id, RopRequest request, uint? handle = null)
            where T : RopResponse => (await _session.ExecuteAsync([(id, request)], [handle ?? _table], s_columns)).Get<T>().ReturnValue;
        (await CodeAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = [new PropertyTag(0x0037, PropertyType.Unspecified)] })).ShouldBe(ErrorCode.InvalidParameter);
        (await CodeAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = [new PropertyTag(0x0037, (PropertyType)0x2A)] })).ShouldBe(ErrorCode.InvalidParameter);
        (await CodeAsync<RopCreateBookmark.Response>(RopId.CreateBookmark, new RopCreateBookmark.Request())).ShouldBe(ErrorCode.NullObject);
        (await CodeAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { SetColumnsFlags = 1, PropertyTags = s_columns })).ShouldBe(ErrorCode.Success);
        var wrong = new SortOrderSet([new SortKey(PropertyTags.Subject, SortDirection.MaximumCategory)]);
        (await CodeAsync<RopSortTable.Response>(RopId.SortTable, new RopSortTable.Request { SortOrders = wrong })).ShouldBe(ErrorCode.InvalidParameter);
        (await CodeAsync<RopQueryRows.Response>(RopId.QueryRows, new RopQueryRows.Request { ForwardRead = true, RowCount = 1 })).ShouldBe(ErrorCode.GeneralFailure);
        (await CodeAsync<PlainResponse>(RopId.ResetTable, new RopResetTable.Request())).ShouldBe(ErrorCode.Success);
        (await CodeAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = s_columns })).ShouldBe(ErrorCode.Success);
        (await CodeAsync<RopQueryRows.Response>(RopId.QueryRows, new RopQueryRows.Request { ForwardRead = true, RowCount = 1 })).ShouldBe(ErrorCode.Success);
        (await CodeAsync<RopGetStatus.Response>(RopId.GetStatus, new RopGetStatus.Request())).ShouldBe(ErrorCode.NotImplemented);
        (await CodeAsync<RopAbort.Response>(RopId.Abort, new RopAbort.Request())).ShouldBe(ErrorCode.NotImplemented);
        (await CodeAsync<RopSeekRow.Response>(RopId.SeekRow, new RopSeekRow.Request(), _inbox)).ShouldBe(ErrorCode.NotSupported);
        (await CodeAsync<PlainResponse>(RopId.SeekRowFractional, new RopSeekRowFractional.Request { Numerator = 1 })).ShouldBe(ErrorCode.InvalidParameter);
        await _session.CallAsync<PlainResponse>(RopId.SeekRowFractional, new RopSeekRowFractional.Request { Numerator = 9, Denominator = 3 }, _table);
        (await _session.QueryRowsAsync(_table, s_columns, 1)).Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task Long_values_are_cut_and_all_columns_can_be_asked_for()
    {
        await _server.DeliverAsync(new string('l', 600), received: new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var all = await _session.CallAsync<RopQueryColumnsAll.Response>(RopId.QueryColumnsAll, new RopQueryColumnsAll.Request(), _table);
        all.PropertyTags.ShouldContain(PropertyTags.Subject);
        var row = (await _session.RowsAsync(_table, [PropertyTags.Subject, PropertyTags.MessageClass, new PropertyTag(0x6ABC, PropertyType.Integer32)], 1)).Single();
        row[0].AsString().ShouldBe(new string('l', 255));
        row[2].AsError().ShouldBe(ErrorCode.NotFound);
    }

    [Fact]
    public async Task Hierarchy_tables_find_rows_and_keep_bookmarks()
    {
        using var mailbox = await _server.OpenMailboxAsync();
        var root = SpecialFolders.IdOf(SpecialFolder.IpmSubtree);
        var made = (await mailbox.CreateFolderAsync(root, new NewFolder("Quarry"), CancellationToken.None)).Value;
        var (session, logon, handle) = await _server.LogonAsync();
        var folder = await session.OpenFolderAsync(handle, logon.FolderIds[3]);
        var (table, count) = await session.HierarchyTableAsync(folder);
        PropertyTag[] columns = [PropertyTags.DisplayName];
        await session.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = columns }, table);
        var name = new PropertyRestriction(RelationalOperator.Equal, PropertyTags.DisplayName, PropertyValue.Of(PropertyTags.DisplayName, "quarry"));
        var found = await session.CallAsync<RopFindRow.Response>(RopId.FindRow, new RopFindRow.Request { RestrictionData = name }, table, columns);
        found.RowData[0].AsString().ShouldBe("Quarry");
        var mark = await session.CallAsync<RopCreateBookmark.Response>(RopId.CreateBookmark, new RopCreateBookmark.Request(), table);
        await mailbox.DeleteFolderAsync(made.Id, false, CancellationToken.None);
        (await session.CallAsync<RopSeekRowBookmark.Response>(RopId.SeekRowBookmark, new RopSeekRowBookmark.Request { Bookmark = mark.Bookmark }, table)).RowNoLongerVisible.ShouldBeTrue();
        await session.CallAsync<RopRestrict.Response>(RopId.Restrict, new RopRestrict.Request { RestrictionData = new NotRestriction(name) }, table);
        (await session.CallAsync<RopQueryPosition.Response>(RopId.QueryPosition, new RopQueryPosition.Request(), table)).Denominator.ShouldBe((uint)count - 1);
        session.Http.Dispose();
    }
}
