using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Handles, kinds, rooms and numbers that no honest client sends.</summary>
public class HostileTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private MapiServer Server => fixture.Server;

    [Fact]
    public async Task Handles_that_never_were_or_are_gone_have_their_codes()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        (await ReturnValueAsync(session, 4711)).ShouldBe(ErrorCode.NullObject);
        (await ReturnValueAsync(session, RopSession.NoHandle)).ShouldBe(ErrorCode.NullObject);
        var folder = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (await ReturnValueAsync(session, folder)).ShouldBe(ErrorCode.Success);
        await session.ReleaseAsync(folder);
        (await ReturnValueAsync(session, folder)).ShouldBe(ErrorCode.InvalidObject);
        // An index beyond the table.
        var reply = await session.ExecuteAsync([(RopId.GetPropertiesList, new RopGetPropertiesList.Request { InputHandleIndex = 9 })], [handle]);
        reply.Responses[0].ReturnValue.ShouldBe(ErrorCode.NullObject);
        session.Http.Dispose();
    }

    [Fact]
    public async Task An_object_without_a_place_for_its_handle_and_a_count_beyond_all_are_RpcFormat()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var open = new RopOpenFolder.Request { FolderId = logon.FolderIds[4], OutputHandleIndex = 2 };
        (await Should.ThrowAsync<RopException>(() => session.ExecuteAsync([(RopId.OpenFolder, open)], [handle, RopSession.NoHandle]))).Code.ShouldBe(ErrorCode.RpcFormat);
        var read = new RopReadStream.Request { ByteCount = 0xBABE, MaximumByteCount = 0x80000001 };
        (await Should.ThrowAsync<RopException>(() => session.ExecuteAsync([(RopId.ReadStream, read)], [handle]))).Code.ShouldBe(ErrorCode.RpcFormat);
        (await session.ExecuteAsync([(RopId.OpenFolder, open)], [handle, RopSession.NoHandle, RopSession.NoHandle])).Responses[0].ReturnValue.ShouldBe(ErrorCode.Success);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_handle_of_another_logon_is_denied()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var folder = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var reply = await session.ExecuteAsync([(RopId.GetPropertiesList, new RopGetPropertiesList.Request { LogonId = 3 })], [folder]);
        reply.Responses[0].ReturnValue.ShouldBe(ErrorCode.AccessDenied);
        session.Http.Dispose();
    }

    [Fact]
    public async Task The_wrong_kind_of_object_is_not_supported()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var folder = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (RopId Id, RopRequest Request)[] requests =
        [
            (RopId.QueryRows, new RopQueryRows.Request()), (RopId.SetColumns, new RopSetColumns.Request()), (RopId.ReadStream, new RopReadStream.Request { ByteCount = 5 }),
            (RopId.GetReceiveFolder, new RopGetReceiveFolder.Request()), (RopId.SortTable, new RopSortTable.Request()),
        ];
        var reply = await session.ExecuteAsync(requests, [folder, RopSession.NoHandle]);
        reply.Responses.ShouldAllBe(r => r.ReturnValue == ErrorCode.NotSupported);
        // For operations on messages and attachments, an object of another kind is none. [MS-OXCMSG] 3.2.5.
        (RopId Id, RopRequest Request)[] onMessages =
        [
            (RopId.GetAttachmentTable, new RopGetAttachmentTable.Request { OutputHandleIndex = 1 }), (RopId.OpenEmbeddedMessage, new RopOpenEmbeddedMessage.Request { OutputHandleIndex = 1 }),
            (RopId.SaveChangesMessage, new RopSaveChangesMessage.Request()), (RopId.ModifyRecipients, new RopModifyRecipients.Request()),
            (RopId.RemoveAllRecipients, new RopRemoveAllRecipients.Request()), (RopId.ReadRecipients, new RopReadRecipients.Request()),
            (RopId.CreateAttachment, new RopCreateAttachment.Request { OutputHandleIndex = 1 }), (RopId.DeleteAttachment, new RopDeleteAttachment.Request()),
            (RopId.GetValidAttachments, new RopGetValidAttachments.Request()), (RopId.SetMessageReadFlag, new RopSetMessageReadFlag.Request()),
        ];
        reply = await session.ExecuteAsync(onMessages, [folder, RopSession.NoHandle]);
        reply.Responses.ShouldAllBe(r => r.ReturnValue == ErrorCode.NullObject);
        session.Http.Dispose();
    }

    [Fact]
    public async Task What_is_not_built_says_so_in_its_own_form()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var folder = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var unbuilt = RopTable.Rows.Where(r => !r.IsBuilt).ToList();
        unbuilt.ShouldNotBeEmpty();
        foreach (var row in unbuilt)
        {
            var request = row.NewRequest();
            if (request is RopOpenRequest open)
                open.OutputHandleIndex = 1;
            var reply = await session.ExecuteAsync([(row.Id, request)], [folder, RopSession.NoHandle]);
            reply.Responses.Single().ReturnValue.ShouldBe(ErrorCode.NotImplemented, row.Id.ToString());
        }
        session.Http.Dispose();
    }

    [Fact]
    public async Task Objects_are_bounded_and_the_session_goes_on()
    {
        await using var server = await MapiServer.StartAsync(o => o.MaximumObjectsPerSession = 200);
        var (session, logon, handle) = await server.LogonAsync();
        var requests = Enumerable.Range(0, 250).Select(i => (RopId.OpenFolder, (RopRequest)new RopOpenFolder.Request { FolderId = logon.FolderIds[4], OutputHandleIndex = (byte)(i % 255 + 1) })).ToList();
        var handles = Enumerable.Repeat(RopSession.NoHandle, 256).ToList();
        handles[0] = handle;
        var reply = await session.ExecuteAsync(requests, handles);
        reply.Responses.Count(r => r.ReturnValue == ErrorCode.Success).ShouldBe(199);
        reply.Responses.Count(r => r.ReturnValue == ErrorCode.TooManyOpenObjects).ShouldBe(51);
        await session.ReleaseAsync(reply.Handles[1]);
        (await session.OpenFolderAsync(handle, logon.FolderIds[4])).ShouldNotBe(0u);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Ten_thousand_handles_come_and_go()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        for (var round = 0; round < 50; round++)
        {
            var requests = new List<(RopId, RopRequest)>();
            for (var i = 1; i <= 200; i++)
                requests.Add((RopId.OpenFolder, new RopOpenFolder.Request { FolderId = logon.FolderIds[4], OutputHandleIndex = (byte)i }));
            for (var i = 1; i <= 200; i++)
                requests.Add((RopId.Release, new RopRelease.Request { InputHandleIndex = (byte)i }));
            var reply = await session.ExecuteAsync(requests, [handle, .. Enumerable.Repeat(RopSession.NoHandle, 200)]);
            reply.Responses.ShouldAllBe(r => r.ReturnValue == ErrorCode.Success);
        }
        session.Http.Dispose();
    }

    [Fact]
    public async Task Responses_that_do_not_fit_are_asked_for_again()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var root = await session.OpenFolderAsync(handle, logon.FolderIds[0]);
        session.MaxRopOut = 600;
        PropertyTag[] tags = [.. Enumerable.Repeat(PropertyTags.DisplayName, 10)];
        (RopId, RopRequest)[] requests = [.. Enumerable.Range(0, 20).Select(_ => (RopId.GetStoreState, (RopRequest)new RopGetStoreState.Request())),
            .. Enumerable.Range(0, 60).Select(_ => (RopId.LongTermIdFromId, (RopRequest)new RopLongTermIdFromId.Request { ObjectId = logon.FolderIds[4] }))];
        // 20 * 10 bytes fit, 60 * 30 do not; the requests that are left do not fit either, and so the whole call says so.
        (await Should.ThrowAsync<RopException>(() => session.ExecuteAsync(requests, [handle], tags))).Code.ShouldBe(ErrorCode.BufferTooSmall);
        session.MaxRopOut = 1_200;
        var reply = await session.ExecuteAsync(requests, [handle], tags);
        reply.BufferTooSmall.ShouldBeTrue();
        reply.Responses.Count.ShouldBeGreaterThan(20);
        session.MaxRopOut = 0x10008;
        (await session.ExecuteAsync(requests, [handle], tags)).Responses.Count.ShouldBe(80);
        await session.ReleaseAsync(root);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Deep_restrictions_are_RpcFormat_and_shallow_ones_work()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        await session.CallAsync<RopRestrict.Response>(RopId.Restrict, new RopRestrict.Request { RestrictionData = Nested(20) }, table);
        await session.RowsAsync(table, [PropertyTags.Subject]);
        // Deeper than any codec writes: the bytes are made by hand.
        var deep = new byte[3_000];
        Array.Fill(deep, (byte)0x02);
        byte[] payload = [(byte)((deep.Length + 8) & 0xFF), (byte)((deep.Length + 8) >> 8), 0x14, 0, 0, 0, (byte)(deep.Length & 0xFF), (byte)(deep.Length >> 8), .. deep, .. BitConverter.GetBytes(table)];
        var response = await session.Http.ExecuteAsync(RopSession.Extended(payload));
        response.ErrorCode.ShouldBe(0x4B6u);
        await session.ReleaseAsync(table);
        session.Http.Dispose();

        static Restriction Nested(int depth)
        {
            Restriction inner = new ExistRestriction(PropertyTags.Subject);
            for (var i = 0; i < depth; i++)
                inner = new NotRestriction(inner);
            return inner;
        }
    }

    [Fact]
    public async Task Bad_columns_flags_and_positions_are_refused()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        foreach (var type in new[] { PropertyType.Unspecified, PropertyType.ErrorCode, (PropertyType)0x7777 })
        {
            (await Should.ThrowAsync<RopException>(() => session.CallAsync<RopSetColumns.Response>(
                RopId.SetColumns, new RopSetColumns.Request { PropertyTags = [new PropertyTag(0x3001, type)] }, table))).Code.ShouldBe(ErrorCode.InvalidParameter);
        }
        (await Should.ThrowAsync<RopException>(() => session.CallAsync<RopSeekRow.Response>(
            RopId.SeekRow, new RopSeekRow.Request { Origin = 7 }, table))).Code.ShouldBe(ErrorCode.InvalidParameter);
        (await session.CallAsync<RopSeekRow.Response>(RopId.SeekRow, new RopSeekRow.Request { RowCount = int.MinValue, WantRowMovedCount = true }, table)).RowsSought.ShouldBe(0);
        (await Should.ThrowAsync<RopException>(() => session.OpenMessageAsync(handle, logon.FolderIds[4], 0x1234567890120001))).Code.ShouldBe(ErrorCode.NotFound);
        (await Should.ThrowAsync<RopException>(() => session.OpenFolderAsync(handle, 0))).Code.ShouldBe(ErrorCode.NotFound);
        session.Http.Dispose();
    }

    private static async Task<ErrorCode> ReturnValueAsync(RopSession session, uint handle) =>
        (await session.ExecuteAsync([(RopId.GetPropertiesList, new RopGetPropertiesList.Request())], [handle])).Responses[0].ReturnValue;
}
