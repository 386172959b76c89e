using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using SortDirection = Rialto.Model.SortDirection;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCFOLD] 2.2.1.14.1 ConversationMembers, [MS-OXCTABL] 3.1.4.6.</summary>
public sealed class ConversationTableTests : IAsyncLifetime
{
    private const byte ConversationMembers = 0x80;

    private static readonly PropertyTag[] s_columns = [PropertyTags.Subject, PropertyTags.FolderId, PropertyTags.Mid];

    private MapiServer _server = null!;
    private RopSession _session = null!;
    private RopLogon.Response _logon = null!;
    private uint _handle;
    private byte[] _conversation = [];
    private ulong _first;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync();
        (_session, _logon, _handle) = await _server.LogonAsync();
        _first = await PutAsync(_logon.FolderIds[4], "one", 1);
        await PutAsync(_logon.FolderIds[6], "two", 1);
        await PutAsync(_logon.FolderIds[4], "another", 2);
        var (_, message) = await _session.OpenMessageAsync(_handle, _logon.FolderIds[4], _first);
        _conversation = (await _session.PropertiesAsync(message, PropertyTags.ConversationId))[0].AsBinary();
        _conversation.Length.ShouldBe(16);
    }

    public async Task DisposeAsync()
    {
        _session.Http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_conversation_is_found_wherever_its_messages_are()
    {
        var table = await OpenAsync(_logon.FolderIds[0]);
        (await _session.RowsAsync(table, s_columns)).ShouldBeEmpty();
        (await RestrictAsync(table, Of(_conversation))).ShouldBe(ErrorCode.Success);
        (await SubjectsAsync(table)).ShouldBe(["one", "two"], ignoreOrder: true);
        await PutAsync(_logon.FolderIds[5], "three", 1);
        await PutAsync(_logon.FolderIds[5], "not of it", 3);
        (await SubjectsAsync(table)).ShouldBe(["one", "two", "three"], ignoreOrder: true);
        await _session.DeleteMessagesAsync(await _session.OpenFolderAsync(_handle, _logon.FolderIds[4]), hard: true, _first);
        (await SubjectsAsync(table)).ShouldBe(["two", "three"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_folder_shows_what_is_in_it_and_below()
    {
        var table = await OpenAsync(_logon.FolderIds[4]);
        await RestrictAsync(table, Of(_conversation));
        (await SubjectsAsync(table)).ShouldBe(["one"]);
    }

    [Fact]
    public async Task Further_terms_orders_and_searches_hold()
    {
        var table = await OpenAsync(_logon.FolderIds[0]);
        await PutAsync(_logon.FolderIds[5], "three", 1);
        await RestrictAsync(table, new AndRestriction([Of(_conversation), new NotRestriction(Subject("two"))]));
        (await SubjectsAsync(table)).ShouldBe(["one", "three"], ignoreOrder: true);
        await RestrictAsync(table, Of(_conversation));
        await _session.CallAsync<RopSortTable.Response>(RopId.SortTable, new RopSortTable.Request { SortOrders = new SortOrderSet([new SortKey(PropertyTags.Subject, SortDirection.Descending)]) }, table);
        (await SubjectsAsync(table)).ShouldBe(["two", "three", "one"]);
        var found = await _session.CallAsync<RopFindRow.Response>(RopId.FindRow, new RopFindRow.Request { RestrictionData = Subject("three") }, table, s_columns);
        found.RowData[0].AsString().ShouldBe("three");
        var categories = new SortOrderSet([new SortKey(PropertyTags.Subject, SortDirection.Descending)], 1);
        (await _session.TryAsync(RopId.SortTable, new RopSortTable.Request { SortOrders = categories }, table)).ShouldBe(ErrorCode.NotSupported);
    }

    [Fact]
    public async Task A_conversation_that_is_not_there_is_told_and_leaves_no_rows()
    {
        var table = await OpenAsync(_logon.FolderIds[0]);
        (await RestrictAsync(table, Of(new byte[16]))).ShouldBe(ErrorCode.Success);
        (await RestrictAsync(table, Of(Guid.NewGuid().ToByteArray()))).ShouldBe((ErrorCode)0x496);
        (await _session.TryAsync(RopId.QueryRows, new RopQueryRows.Request { ForwardRead = true, RowCount = 1 }, table)).ShouldNotBe(ErrorCode.Success);
        (await RestrictAsync(table, Of(_conversation))).ShouldBe(ErrorCode.Success);
        (await SubjectsAsync(table)).Count.ShouldBe(2);
        (await Should.ThrowAsync<RopException>(() => OpenAsync(_logon.FolderIds[0], ConversationMembers | 0x02))).Code.ShouldBe(ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task The_client_is_told_when_the_conversation_changes()
    {
        var table = await OpenAsync(_logon.FolderIds[0]);
        await RestrictAsync(table, Of(_conversation));
        await SubjectsAsync(table);
        await _session.ExecuteAsync([], []);
        await PutAsync(_logon.FolderIds[5], "three", 1);
        _session.Notifications.AddRange((await _session.ExecuteAsync([], [])).Notifications);
        _session.Notifications.ShouldContain(n => n.NotificationHandle == table && n.TableEventType == RopNotify.TableEvent.TableChanged);
        _session.Notifications.Clear();
        await SubjectsAsync(table);
        await PutAsync(_logon.FolderIds[5], "not of it", 3);
        _session.Notifications.AddRange((await _session.ExecuteAsync([], [])).Notifications);
        _session.Notifications.ShouldNotContain(n => n.NotificationHandle == table);
    }

    private static PropertyRestriction Of(byte[] conversation) =>
        new(RelationalOperator.Equal, PropertyTags.ConversationId, PropertyValue.Of(PropertyTags.ConversationId, conversation));

    private static ContentRestriction Subject(string text) => new(FuzzyLevel.FullString, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, text));

    private async Task<uint> OpenAsync(ulong folder, byte flags = ConversationMembers)
    {
        var (response, table) = await _session.OpenAsync<RopGetContentsTable.Response>(
            RopId.GetContentsTable, new RopGetContentsTable.Request { TableFlags = flags }, await _session.OpenFolderAsync(_handle, folder));
        response.RowCount.ShouldBe(0u);
        await _session.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = s_columns }, table);
        return table;
    }

    private Task<ErrorCode> RestrictAsync(uint table, Restriction restriction) => _session.TryAsync(RopId.Restrict, new RopRestrict.Request { RestrictionData = restriction }, table);

    private async Task<List<string>> SubjectsAsync(uint table)
    {
        await _session.CallAsync<RopSeekRow.Response>(RopId.SeekRow, new RopSeekRow.Request(), table);
        return [.. (await _session.RowsAsync(table, s_columns)).Select(r => r[0].AsString())];
    }

    /// <summary>A message of a conversation: its index has a header of 22 bytes, whose last 16 are the conversation's. [MS-OXOMSG] 2.2.1.3.</summary>
    private async Task<ulong> PutAsync(ulong folder, string subject, byte conversation)
    {
        var message = await _session.CreateMessageAsync(_handle, folder);
        var index = new byte[22];
        index[0] = 1;
        index[6] = conversation;
        await _session.SetAsync(message,
            PropertyValue.Of(PropertyTags.Subject, subject), PropertyValue.Of(PropertyTags.ConversationIndex, index), PropertyValue.Of(PropertyTags.ConversationIndexTracking, true),
            PropertyValue.Of(PropertyTags.ConversationTopic, $"topic {conversation}"));
        return await _session.SaveAsync(message);
    }
}
