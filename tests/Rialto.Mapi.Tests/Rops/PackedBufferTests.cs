using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Mapi.Wire;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCRPC] 3.1.4.2.1.2: several extended buffers in one Execute, either way.</summary>
public class PackedBufferTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private const ExecuteFlags Plain = ExecuteFlags.NoCompression | ExecuteFlags.NoXorMagic;

    private MapiServer Server => fixture.Server;

    [Theory]
    [InlineData(Plain | ExecuteFlags.Chain)]
    [InlineData(ExecuteFlags.Chain)]
    public async Task A_long_stream_comes_in_one_response_of_several_buffers(ExecuteFlags flags)
    {
        var body = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\n"));
        await Server.PutAsync(Message("long", body));
        var (session, logon, handle) = await Server.LogonAsync();
        var (table, _) = await session.ContentsTableAsync(await session.OpenFolderAsync(handle, logon.FolderIds[4]));
        var row = (await session.RowsAsync(table, [PropertyTags.Mid, PropertyTags.Subject])).Last(r => r[1].AsString() == "long");
        var (_, opened) = await session.OpenMessageAsync(handle, logon.FolderIds[4], (ulong)row[0].AsInt64());
        var (stream, streamHandle) = await session.OpenAsync<RopOpenStream.Response>(RopId.OpenStream, new RopOpenStream.Request { PropertyTag = PropertyTags.Body }, opened);

        using var text = new MemoryStream();
        var requests = 0;
        while (text.Length < stream.StreamSize && requests < 10)
        {
            requests++;
            var read = new RopReadStream.Request { ByteCount = 0xBABE, MaximumByteCount = 200_000 };
            var before = text.Length;
            var buffers = await BuffersAsync(session, flags, 0x18008, (RopId.ReadStream, read), streamHandle);
            buffers.Count.ShouldBeGreaterThan(1);
            buffers[..^1].ShouldAllBe(b => (b.Flags & ExtendedBufferFlags.Last) == 0);
            (buffers[^1].Flags & ExtendedBufferFlags.Last).ShouldBe(ExtendedBufferFlags.Last);
            foreach (var (_, payload) in buffers)
            {
                payload.Length.ShouldBeLessThanOrEqualTo(0x8000);
                text.Write(Read<RopReadStream.Response>(payload, RopId.ReadStream).Data);
            }
            (text.Length - before).ShouldBeLessThanOrEqualTo(200_000);
        }
        Encoding.Unicode.GetString(text.ToArray()).ShouldBe(body);
        requests.ShouldBeLessThan(8);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Rows_go_on_in_further_buffers_only_when_the_request_allows_it()
    {
        await using var server = await MapiServer.StartAsync();
        for (var i = 0; i < 300; i++)
            await server.PutAsync(Message($"{i:D3} {new string('x', 200)}", "body"));
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        PropertyTag[] columns = [PropertyTags.Subject, PropertyTags.Mid];
        await session.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = columns }, table);

        var alone = await BuffersAsync(session, Plain | ExecuteFlags.Chain, 0x40000, (RopId.QueryRows, new RopQueryRows.Request { ForwardRead = true, RowCount = 280, QueryRowsFlags = 0 }), table);
        alone.Count.ShouldBe(1);
        var first = Read<RopQueryRows.Response>(alone[0].Payload, RopId.QueryRows, columns).Rows.Length;
        first.ShouldBeLessThan(280);

        await session.CallAsync<RopSeekRow.Response>(RopId.SeekRow, new RopSeekRow.Request { Origin = 0, RowCount = 0 }, table);
        var packed = await BuffersAsync(session, Plain | ExecuteFlags.Chain, 0x40000, (RopId.QueryRows, new RopQueryRows.Request { ForwardRead = true, RowCount = 280, QueryRowsFlags = 2 }), table);
        packed.Count.ShouldBeGreaterThan(1);
        var subjects = packed.SelectMany(b => Read<RopQueryRows.Response>(b.Payload, RopId.QueryRows, columns).Rows).Select(r => r[0].AsString()![..3]).ToList();
        subjects.Count.ShouldBe(280);
        subjects.Distinct().Count().ShouldBe(280);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Further_buffers_that_do_not_continue_the_last_operation_fail_the_whole_request()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var open = RopSession.Payload([(RopId.OpenFolder, new RopOpenFolder.Request { FolderId = logon.FolderIds[4], OutputHandleIndex = 1 })], [handle, RopSession.NoHandle]);
        byte[] two = [.. RopSession.Extended(open, ExtendedBufferFlags.None), .. RopSession.Extended(open)];
        (await session.Http.ExecuteAsync(two)).ErrorCode.ShouldBe((uint)ErrorCode.RpcFormat);
        byte[] unfinished = [.. RopSession.Extended(open, ExtendedBufferFlags.None)];
        (await session.Http.ExecuteAsync(unfinished)).ErrorCode.ShouldBe((uint)ErrorCode.RpcFormat);
        // The session is unharmed.
        (await session.OpenFolderAsync(handle, logon.FolderIds[4])).ShouldNotBe(0u);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Connecting_tells_what_the_server_can_do()
    {
        using var client = Server.Client();
        var connected = await client.ConnectAsync(Server.User(1).LegacyExchangeDn);
        var blocks = AuxiliaryBlocks.Read(connected.AuxiliaryBuffer).ToDictionary(b => b.Type, b => b.Bytes.ToArray());
        blocks[AuxiliaryBlockType.ServerCapabilities][4..].ShouldBe([0x0A, 0, 0, 0]);
        blocks[AuxiliaryBlockType.EndpointCapabilities][4..].ShouldBe([1, 0, 0, 0]);
        blocks[AuxiliaryBlockType.OsVersionInfo].Length.ShouldBe(4 + 156);
        blocks.Keys.ShouldContain(AuxiliaryBlockType.ClientControl);
        blocks.Keys.ShouldContain(AuxiliaryBlockType.ExOrgInfo);
    }

    private static PropertyMessage Message(string subject, string body)
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, subject));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Body, body));
        return message;
    }

    private static async Task<List<(ExtendedBufferFlags Flags, byte[] Payload)>> BuffersAsync(RopSession session, ExecuteFlags flags, uint room, (RopId, RopRequest) request, uint handle)
    {
        var response = await session.Http.ExecuteAsync(RopSession.Extended(RopSession.Payload([request], [handle])), flags, room);
        response.ErrorCode.ShouldBe(0u);
        response.RopBuffer.Length.ShouldBeLessThanOrEqualTo((int)room);
        var buffers = new List<(ExtendedBufferFlags, byte[])>();
        for (ReadOnlyMemory<byte> rest = response.RopBuffer; !rest.IsEmpty;)
        {
            ExtendedBuffer.TryRead(ref rest, out var payload, out var bufferFlags).ShouldBeTrue();
            buffers.Add((bufferFlags, payload.ToArray()));
        }
        return buffers;
    }

    private static T Read<T>(byte[] payload, RopId id, PropertyTag[]? columns = null)
        where T : RopResponse
    {
        var reader = new Rialto.Wire.WireReader(payload.AsSpan(2));
        ((RopId)reader.ReadByte()).ShouldBe(id);
        var response = (T)RopTable.Find(id)!.NewResponse();
        if (response is RowsResponse rows)
            rows.Columns = columns ?? [];
        RopTable.Find(id)!.ReadResponse(ref reader, response);
        reader.Failed.ShouldBeFalse();
        response.ReturnValue.ShouldBe(ErrorCode.Success);
        return response;
    }
}
