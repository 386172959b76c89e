using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using Flag = Rialto.Mapi.Rops.RopSetSearchCriteria.SearchFlag;
using SortDirection = Rialto.Model.SortDirection;
using State = Rialto.Mapi.Rops.RopGetSearchCriteria.SearchState;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCFOLD] 3.2.5.4, 3.2.5.5 over HTTPS.</summary>
public sealed class SearchFolderTests : IAsyncLifetime
{
    private static readonly Restriction s_urgent = new ContentRestriction(
        FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "urgent"));

    private MapiServer _server = null!;
    private RopSession _session = null!;
    private RopLogon.Response _logon = null!;
    private uint _handle;
    private uint _inbox;
    private uint _search;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync();
        (_session, _logon, _handle) = await _server.LogonAsync();
        _inbox = await _session.OpenFolderAsync(_handle, _logon.FolderIds[4]);
        var finder = await _session.OpenFolderAsync(_handle, _logon.FolderIds[10]);
        _search = (await _session.CreateFolderAsync(finder, "Urgent", type: 2)).Handle;
    }

    public async Task DisposeAsync()
    {
        _session.Http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_search_folder_is_filled_and_stays_current()
    {
        await _server.DeliverAsync("Urgent: one");
        await _server.DeliverAsync("other");
        (await SetAsync(s_urgent, Flag.Restart, _logon.FolderIds[4])).ShouldBe(ErrorCode.Success);
        await UntilAsync(["Urgent: one"]);
        await _server.DeliverAsync("not this");
        await _server.DeliverAsync("an urgent two");
        await UntilAsync(["Urgent: one", "an urgent two"]);
        (await CountAsync()).ShouldBe(2);
        // The links lead to the messages: deleting one deletes the message, and leaving the scope takes the link away.
        var links = await _session.ListAsync(_search);
        await _session.DeleteMessagesAsync(_search, hard: true, links[0].Mid);
        await UntilAsync(["an urgent two"]);
        (await _session.ListAsync(_inbox)).Select(m => m.Subject).ShouldBe(["other", "not this", "an urgent two"]);
        var drafts = await _session.OpenFolderAsync(_handle, Ids.Of(SpecialFolders.IdOf(SpecialFolder.Drafts)));
        await _session.MoveCopyAsync(_search, drafts, copy: false, links[1].Mid);
        await UntilAsync([]);
        (await _session.ListAsync(drafts)).Single().Subject.ShouldBe("an urgent two");
    }

    [Fact]
    public async Task Rows_tell_where_the_message_is()
    {
        await _server.DeliverAsync("urgent");
        await SetAsync(s_urgent, Flag.Restart | Flag.Foreground, _logon.FolderIds[4]);
        var (table, count) = await _session.ContentsTableAsync(_search);
        count.ShouldBe(1);
        var row = (await _session.RowsAsync(table, [PropertyTags.ParentEntryId, PropertyTags.ParentFolderId, PropertyTags.Mid])).Single();
        ((ulong)row[1].AsInt64()).ShouldBe(_logon.FolderIds[4]);
        row[0].AsBinary().ShouldBe((await _session.PropertiesAsync(_inbox, PropertyTags.EntryId))[0].AsBinary());
    }

    [Fact]
    public async Task An_open_table_follows_the_search()
    {
        await SetAsync(s_urgent, Flag.Restart | Flag.Foreground, _logon.FolderIds[4]);
        var (table, _) = await _session.ContentsTableAsync(_search);
        PropertyTag[] columns = [PropertyTags.Subject];
        var sort = new RopSortTable.Request { SortOrders = new SortOrderSet([new SortKey(PropertyTags.Subject, SortDirection.Ascending)]) };
        await _session.CallAsync<RopSortTable.Response>(RopId.SortTable, sort, table);
        (await _session.RowsAsync(table, columns)).ShouldBeEmpty();
        await _server.DeliverAsync("urgent b");
        await _server.DeliverAsync("urgent a");
        await UntilAsync(["urgent b", "urgent a"]);
        await _session.CallAsync<RopSeekRow.Response>(RopId.SeekRow, new RopSeekRow.Request { Origin = 0 }, table);
        (await _session.QueryRowsAsync(table, columns, 10)).Rows.Select(r => r[0].AsString()).ShouldBe(["urgent a", "urgent b"]);
    }

    [Fact]
    public async Task Folders_below_are_searched_when_that_was_asked_for()
    {
        var (_, below, _) = await _session.CreateFolderAsync(_inbox, "Below");
        await _server.DeliverAsync("urgent below");
        await _session.MoveCopyAsync(_inbox, below, copy: false, (await _session.ListAsync(_inbox))[0].Mid);
        await SetAsync(s_urgent, Flag.Restart | Flag.Shallow, _logon.FolderIds[4]);
        await UntilAsync([]);
        await SetAsync(s_urgent, Flag.Restart | Flag.Recursive, _logon.FolderIds[4]);
        await UntilAsync(["urgent below"]);
        // A folder made later belongs to the scope too.
        var (_, later, _) = await _session.CreateFolderAsync(below, "Later");
        await _server.DeliverAsync("urgent later");
        await _session.MoveCopyAsync(_inbox, later, copy: false, (await _session.ListAsync(_inbox))[0].Mid);
        await UntilAsync(["urgent below", "urgent later"]);
    }

    [Fact]
    public async Task A_static_search_is_filled_once()
    {
        await _server.DeliverAsync("urgent one");
        await SetAsync(s_urgent, Flag.Restart | Flag.Static | Flag.Foreground, _logon.FolderIds[4]);
        await UntilAsync(["urgent one"]);
        await _server.DeliverAsync("urgent two");
        (await _session.ListAsync(_search)).Select(m => m.Subject).ShouldBe(["urgent one"]);
        // What a request leaves out stays.
        await SetAsync(null, Flag.Restart | Flag.Static);
        await UntilAsync(["urgent one", "urgent two"]);
    }

    [Fact]
    public async Task Bodies_are_found_through_the_index()
    {
        await _server.DeliverAsync("a", body: "the quick brown fox");
        await _server.DeliverAsync("b", body: "lazy dog");
        var fox = new AndRestriction(
        [
            new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Body, PropertyValue.Of(PropertyTags.Body, "BROWN fox")),
            new ExistRestriction(PropertyTags.Subject),
        ]);
        await SetAsync(fox, Flag.Restart | Flag.ContentIndexed, _logon.FolderIds[4]);
        await UntilAsync(["a"]);
        await _server.DeliverAsync("c", body: "another brown fox");
        await UntilAsync(["a", "c"]);
    }

    [Fact]
    public async Task Criteria_are_told_as_they_were_set()
    {
        (await GetAsync()).ReturnValue.ShouldBe(ErrorCode.NotInitialized);
        await SetAsync(s_urgent, Flag.Restart | Flag.Recursive | Flag.Foreground, _logon.FolderIds[4], _logon.FolderIds[6]);
        await UntilAsync([]);
        var criteria = await GetAsync();
        criteria.RestrictionData.ShouldBe(s_urgent);
        criteria.FolderIds.ShouldBe([_logon.FolderIds[4], _logon.FolderIds[6]]);
        ((State)criteria.SearchFlags).ShouldBe(State.Running | State.Complete | State.Recursive | State.Foreground);
        var less = await _session.ExecuteAsync([(RopId.GetSearchCriteria, new RopGetSearchCriteria.Request { UseUnicode = true })], [_search]);
        less.Get<RopGetSearchCriteria.Response>().ShouldSatisfyAllConditions(r => r.RestrictionData.ShouldBeNull(), r => r.FolderIds.ShouldBeEmpty());
    }

    [Fact]
    public async Task Reminders_are_collected_where_no_client_has_said_how()
    {
        await _server.PutAsync(Reminder("remind me", true));
        await _server.PutAsync(Reminder("leave me alone", false));
        await _server.DeliverAsync("mail");
        var reminders = await _session.OpenFolderAsync(_handle, Ids.Of(SpecialFolders.IdOf(SpecialFolder.Reminders)));
        await UntilAsync(["remind me"], reminders);
        // What was deleted reminds nobody.
        var deleted = await _session.OpenFolderAsync(_handle, _logon.FolderIds[7]);
        await _session.MoveCopyAsync(_inbox, deleted, copy: false, (await _session.ListAsync(reminders))[0].Mid);
        await UntilAsync([], reminders);

        static PropertyMessage Reminder(string subject, bool isSet)
        {
            var message = new PropertyMessage();
            message.NamedProperties[0x8000] = new PropertyName(PropertySets.Common, 0x8503);
            message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, subject));
            message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Task"));
            message.Properties.Set(PropertyValue.Of(new PropertyTag(0x8000, PropertyType.Boolean), isSet));
            return message;
        }
    }

    [Fact]
    public async Task A_search_that_is_stopped_stays_dynamic()
    {
        (await SetAsync(null, Flag.Stop)).ShouldBe(ErrorCode.NotInitialized);
        await SetAsync(s_urgent, Flag.Restart, _logon.FolderIds[4]);
        ((State)(await GetAsync()).SearchFlags & State.Running).ShouldBe(State.Running);
        (await SetAsync(null, Flag.Stop)).ShouldBe(ErrorCode.Success);
        ((State)(await GetAsync()).SearchFlags & (State.Running | State.Rebuild)).ShouldBe((State)0);
        await _server.DeliverAsync("urgent");
        await UntilAsync(["urgent"]);
        await SetAsync(null, Flag.Restart);
        ((State)(await GetAsync()).SearchFlags & State.Running).ShouldBe(State.Running);
    }

    [Fact]
    public async Task A_restriction_of_too_many_terms_is_too_complex()
    {
        var many = new OrRestriction([.. Enumerable.Repeat(new ExistRestriction(PropertyTags.Subject), 1_001)]);
        (await SetAsync(many, Flag.Restart, _logon.FolderIds[4])).ShouldBe(ErrorCode.TooComplex);
        (await GetAsync()).ReturnValue.ShouldBe(ErrorCode.NotInitialized);
    }

    [Fact]
    public async Task Bad_criteria_are_refused()
    {
        var own = (ulong)(await _session.PropertiesAsync(_search, PropertyTags.FolderId))[0].AsInt64();
        (await SetAsync(s_urgent, Flag.Restart)).ShouldBe(ErrorCode.NotInitialized);
        (await SetAsync(null, Flag.Restart, _logon.FolderIds[4])).ShouldBe(ErrorCode.NotInitialized);
        (await SetAsync(s_urgent, Flag.Restart, own)).ShouldBe(ErrorCode.SearchFolderScopeViolation);
        (await SetAsync(s_urgent, (Flag)0x100, _logon.FolderIds[4])).ShouldBe(ErrorCode.InvalidParameter);
        (await SetAsync(s_urgent, Flag.Restart | Flag.Stop, _logon.FolderIds[4])).ShouldBe(ErrorCode.InvalidParameter);
        var ordinary = await _session.ExecuteAsync([(RopId.SetSearchCriteria, new RopSetSearchCriteria.Request { FolderIds = [own] })], [_inbox]);
        ordinary.Get<PlainResponse>().ReturnValue.ShouldBe(ErrorCode.NotSearchFolder);
        var table = await _session.ExecuteAsync([(RopId.GetSearchCriteria, new RopGetSearchCriteria.Request())], [_handle]);
        table.Get<RopGetSearchCriteria.Response>().ReturnValue.ShouldBe(ErrorCode.NotSupported);
    }

    private async Task<ErrorCode> SetAsync(Restriction? restriction, Flag flags, params ulong[] folders)
    {
        var request = new RopSetSearchCriteria.Request { RestrictionData = restriction, FolderIds = folders, SearchFlags = (uint)flags };
        return (await _session.ExecuteAsync([(RopId.SetSearchCriteria, request)], [_search])).Get<PlainResponse>().ReturnValue;
    }

    private async Task<RopGetSearchCriteria.Response> GetAsync()
    {
        var request = new RopGetSearchCriteria.Request { UseUnicode = true, IncludeRestriction = true, IncludeFolders = true };
        return (await _session.ExecuteAsync([(RopId.GetSearchCriteria, request)], [_search])).Get<RopGetSearchCriteria.Response>();
    }

    private async Task<int> CountAsync(uint folder = 0) => (await _session.PropertiesAsync(folder == 0 ? _search : folder, PropertyTags.ContentCount))[0].AsInt32();

    /// <summary>Searches follow commits in the background: asks until they have.</summary>
    private async Task UntilAsync(string[] subjects, uint search = 0)
    {
        search = search == 0 ? _search : search;
        for (var i = 0; i < 200; i++)
        {
            var found = (await _session.ListAsync(search)).Select(m => m.Subject).Order(StringComparer.Ordinal).ToArray();
            if (found.SequenceEqual(subjects.Order(StringComparer.Ordinal)) && await CountAsync(search) == subjects.Length)
                return;
            await Task.Delay(25);
        }
        (await _session.ListAsync(search)).Select(m => m.Subject).ShouldBe(subjects);
        (await CountAsync(search)).ShouldBe(subjects.Length);
    }
}
