using Rialto.Mapi.Http;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Mapi.Wire;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Http;

/// <summary>[MS-OXCMAPIHTTP] 3.2.5.2: what fails after the response has begun.</summary>
public class FailureTests
{
    [Fact]
    public async Task A_failing_disk_fails_the_request_alone()
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("one");
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        PropertyTag[] columns = [PropertyTags.Subject];
        await session.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = columns }, table);

        server.Backend.OnRead = _ => throw new IOException("The disk is gone.");
        var body = new ExecuteRequest
        {
            Flags = ExecuteFlags.NoCompression | ExecuteFlags.NoXorMagic, MaxRopOut = 0x10008,
            RopBuffer = RopSession.Extended(RopSession.Payload([(RopId.QueryRows, new RopQueryRows.Request { ForwardRead = true, RowCount = 10 })], [table])),
        };
        var reply = await session.Http.SendAsync("Execute", WireCodec.ToArray(body));
        reply.Code.ShouldBe(ResponseCode.Success);
        reply.MetaTags[^1].ShouldBe("DONE");
        reply.AdditionalHeaders[MapiHttpHeaders.ResponseCode].ShouldBe("1");
        reply.Body.ShouldBeEmpty();

        server.Backend.OnRead = null;
        (await session.RowsAsync(table, columns)).Single()[0].AsString().ShouldBe("one");
        session.Http.Dispose();
    }

    [Fact]
    public async Task One_request_at_a_time_and_the_next_right_after()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, _, handle) = await server.LogonAsync();
        // The next request may come before the server has done anything more than send the answer.
        for (var i = 0; i < 500; i++)
            await session.CallAsync<RopGetAddressTypes.Response>(RopId.GetAddressTypes, new RopGetAddressTypes.Request(), handle);
        session.Http.Dispose();
    }
}
