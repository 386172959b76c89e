using Rialto.Directory;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Mapi.Wire;
using Rialto.Model;
using SortDirection = Rialto.Model.SortDirection;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>What looking costs: reads of the store, and memory where a request needs none of it.</summary>
public class ReadCostTests
{
    private const int Messages = 300;
    private const int Page = 20;
    private static readonly PropertyTag[] s_columns = [PropertyTags.Mid, PropertyTags.Subject, PropertyTags.MessageSize, PropertyTags.MessageDeliveryTime];
    private static readonly SortOrderSet s_bySubject = new([new SortKey(PropertyTags.Subject, SortDirection.Ascending)]);

    [Fact]
    public async Task The_counts_of_a_folder_are_in_memory()
    {
        await using var server = await FilledAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (await ReadsAsync(server, async () =>
            (await session.PropertiesAsync(inbox, PropertyTags.ContentCount, PropertyTags.ContentUnreadCount)).Select(v => v.AsInt32()).ShouldBe([Messages, Messages]))).ShouldBeEmpty();
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_view_that_was_open_before_costs_one_read_a_page_wherever_it_is()
    {
        await using var server = await FilledAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var table = 0u;
        await OpenAsync();
        (await ReadsAsync(server, OpenAsync)).ShouldBe(["ReadRowsAsync"]);
        foreach (var position in new[] { 250, 3, 120 })
        {
            (await ReadsAsync(server, async () =>
            {
                var reply = await session.ExecuteAsync(
                    [
                        (RopId.SeekRow, new RopSeekRow.Request { RowCount = position }),
                        (RopId.QueryRows, new RopQueryRows.Request { ForwardRead = true, RowCount = Page }),
                    ],
                    [table], s_columns);
                reply.Get<RopQueryRows.Response>(1).Rows.Length.ShouldBe(Page);
            })).ShouldBe(["ReadRowsAsync"]);
        }
        session.Http.Dispose();

        async Task OpenAsync()
        {
            var reply = await session.ExecuteAsync(
                [
                    (RopId.GetContentsTable, new RopGetContentsTable.Request { OutputHandleIndex = 1 }),
                    (RopId.SetColumns, new RopSetColumns.Request { InputHandleIndex = 1, PropertyTags = s_columns }),
                    (RopId.SortTable, new RopSortTable.Request { InputHandleIndex = 1, SortOrders = s_bySubject }),
                    (RopId.QueryRows, new RopQueryRows.Request { InputHandleIndex = 1, ForwardRead = true, RowCount = Page }),
                ],
                [inbox, RopSession.NoHandle], s_columns);
            reply.Get<RopQueryRows.Response>(3).Rows.Length.ShouldBe(Page);
            table = reply.Handles[1];
        }
    }

    [Fact]
    public async Task Looking_for_texts_in_subjects_scans_the_folder_once()
    {
        await using var server = await FilledAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (await ReadsAsync(server, () => SearchAsync("subject 7", 11))).ShouldContain("ScanSummariesAsync");
        (await ReadsAsync(server, () => SearchAsync("bject 29", 11))).ShouldBe(["ReadRowsAsync", "ReadRowsAsync"]);
        session.Http.Dispose();

        async Task SearchAsync(string text, int expected)
        {
            var restriction = new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, text));
            var reply = await session.ExecuteAsync(
                [
                    (RopId.GetContentsTable, new RopGetContentsTable.Request { OutputHandleIndex = 1 }),
                    (RopId.SetColumns, new RopSetColumns.Request { InputHandleIndex = 1, PropertyTags = s_columns }),
                    (RopId.Restrict, new RopRestrict.Request { InputHandleIndex = 1, RestrictionData = restriction }),
                    (RopId.QueryRows, new RopQueryRows.Request { InputHandleIndex = 1, ForwardRead = true, RowCount = 500 }),
                ],
                [inbox, RopSession.NoHandle], s_columns);
            reply.Get<RopQueryRows.Response>(3).Rows.Length.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task A_message_is_read_whole_with_one_read_of_its_row()
    {
        await using var server = await FilledAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        var mid = (ulong)(await session.RowsAsync(table, [PropertyTags.Mid], 1))[0][0].AsInt64();
        (await ReadsAsync(server, async () =>
        {
            var reply = await session.ExecuteAsync(
                [
                    (RopId.OpenMessage, new RopOpenMessage.Request { OutputHandleIndex = 1, CodePageId = 0x0FFF, FolderId = logon.FolderIds[4], MessageId = mid }),
                    (RopId.GetPropertiesAll, new RopGetPropertiesAll.Request { InputHandleIndex = 1, WantUnicode = 1 }),
                    (RopId.GetAttachmentTable, new RopGetAttachmentTable.Request { InputHandleIndex = 1, OutputHandleIndex = 2 }),
                ],
                [handle, RopSession.NoHandle, RopSession.NoHandle]);
            reply.Get<RopGetPropertiesAll.Response>(1).PropertyValues.ShouldContain(v => v.Tag == PropertyTags.Body);
        })).ShouldBe(["ReadRowsAsync"]);
        session.Http.Dispose();
    }

    /// <summary>Bytes.</summary>
#if DEBUG
    // Compiled without optimisation, the state of an asynchronous method is an object even where nothing waits.
    private const int SmallRequest = 3_100;
#else
    private const int SmallRequest = 3_000;
#endif

    [Fact]
    public async Task A_small_request_takes_little_memory()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var request = new RopGetPropertiesSpecific.Request { WantUnicode = 1, PropertyTags = [PropertyTags.ContentCount, PropertyTags.ContentUnreadCount] };
        var (server2, input) = (SessionOf(server, session), RopSession.Extended(RopSession.Payload([(RopId.GetPropertiesSpecific, request)], [inbox])));
        Allocated(server, server2, input, 10);
        Allocated(server, server2, input, 1000).ShouldBeLessThan(SmallRequest);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_session_that_is_logged_on_and_looks_at_a_folder_takes_less_than_its_share()
    {
        await using var server = await FilledAsync();
        var owner = server.User(1);
        var principal = Authenticator.PrincipalOf(server.Directory.Current, owner);
        var logon = new RopLogon.Request { LogonFlags = RopLogon.LogonFlag.Private, OpenFlags = RopLogon.OpenFlag.UsePerMdbReplidMapping, Essdn = owner.LegacyExchangeDn };
        var (session, response, _) = await server.LogonAsync();
        session.Http.Dispose();
        var input = RopSession.Extended(RopSession.Payload(
            [
                (RopId.Logon, logon),
                (RopId.OpenFolder, new RopOpenFolder.Request { OutputHandleIndex = 1, FolderId = response.FolderIds[4] }),
                (RopId.GetContentsTable, new RopGetContentsTable.Request { InputHandleIndex = 1, OutputHandleIndex = 2 }),
                (RopId.SetColumns, new RopSetColumns.Request { InputHandleIndex = 2, PropertyTags = s_columns }),
                (RopId.SortTable, new RopSortTable.Request { InputHandleIndex = 2, SortOrders = s_bySubject }),
                (RopId.RegisterNotification, new RopRegisterNotification.Request { OutputHandleIndex = 3, NotificationTypes = 0x007E, WantWholeStore = true }),
            ],
            [RopSession.NoHandle, RopSession.NoHandle, RopSession.NoHandle, RopSession.NoHandle]));
        var sessions = new List<MapiSession>();
        for (var i = 0; i < 20; i++)
            Open();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Open();
        // All that opening it took, kept or not: of 64 KB, a connection with TLS and a waiting request take the rest.
        ((GC.GetAllocatedBytesForCurrentThread() - before) / 100).ShouldBeLessThan(20_000);
        sessions.ForEach(s => s.Dispose());

        void Open()
        {
            var opened = new MapiSession(principal, new ClientLocale(1252, 1033, 1033), System.Text.Encoding.Latin1, server.Service.Options);
            sessions.Add(opened);
            Allocated(server, opened, input, 1);
            opened.ObjectCount.ShouldBe(4);
        }
    }

    private static MapiSession SessionOf(MapiServer server, RopSession session) =>
        server.Service.Sessions.Find(session.Http.Cookies["MapiContext"], Authenticator.PrincipalOf(server.Directory.Current, server.User(1)))!.Session;

    private static readonly byte[] s_scratch = new byte[0x7FFF];
    private static readonly byte[] s_output = new byte[0x10008];

    /// <summary>Bytes that an Execute takes of the collector's memory: it must be done at once, on this thread.</summary>
    private static long Allocated(MapiServer server, MapiSession session, byte[] input, int times)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++)
        {
            var running = RopProcessor.ExecuteAsync(
                server.Service, session, input, ExecuteFlags.NoCompression | ExecuteFlags.NoXorMagic, 0x10008, s_scratch, s_output, CancellationToken.None);
            running.IsCompletedSuccessfully.ShouldBeTrue();
            running.Result.Error.ShouldBe(ErrorCode.Success);
        }
        return (GC.GetAllocatedBytesForCurrentThread() - before) / times;
    }

    private static async Task<MapiServer> FilledAsync()
    {
        var server = await MapiServer.StartAsync();
        for (var i = 0; i < Messages; i++)
            await server.DeliverAsync($"subject {i}");
        return server;
    }

    private static async Task<List<string>> ReadsAsync(MapiServer server, Func<Task> work)
    {
        var reads = new List<string>();
        server.Backend.OnRead = name =>
        {
            lock (reads)
                reads.Add(name);
        };
        await work();
        server.Backend.OnRead = null;
        return reads;
    }
}
