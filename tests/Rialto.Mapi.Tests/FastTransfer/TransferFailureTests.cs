using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;

namespace Rialto.Mapi.Tests.FastTransfer;

/// <summary>[MS-OXCFXICS] 3.2.5.8.1.5 a server that is busy, 3.2.5.8.1.6 RopTellVersion.</summary>
public class TransferFailureTests
{
    [Fact]
    public async Task A_download_that_storage_interrupts_goes_on_where_it_was()
    {
        await using var server = await MapiServer.StartAsync(o => o.TransferBackoff = TimeSpan.FromMilliseconds(1234));
        for (var i = 0; i < 20; i++)
            await server.DeliverAsync($"mail {i}", body: new string('x', 20_000));
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var download = await StartAsync(session, inbox);
        var blobs = (MemoryBlobs)server.Backend.Blobs;
        using var stream = new MemoryStream();
        var interruptions = 0;
        RopFastTransferSourceGetBuffer.Response read;
        do
        {
            blobs.BeforeOpen = () => throw new StorageUnavailableException("away");
            read = await ReadAsync();
            if (read.ReturnValue == ErrorCode.ServerBusy)
            {
                read.BackoffTime.ShouldBe(1234u);
                interruptions++;
                blobs.BeforeOpen = null;
                read = await ReadAsync();
            }
            read.ReturnValue.ShouldBe(ErrorCode.Success);
            stream.Write(read.TransferBuffer.Span);
        }
        while (read.TransferStatus != 3);
        blobs.BeforeOpen = null;
        interruptions.ShouldBeGreaterThan(0);
        stream.ToArray().ShouldBe(await DownloadAsync(session, await StartAsync(session, inbox)));
        session.Http.Dispose();

        async Task<RopFastTransferSourceGetBuffer.Response> ReadAsync() =>
            (await session.ExecuteAsync([(RopId.FastTransferSourceGetBuffer, Request)], [download])).Get<RopFastTransferSourceGetBuffer.Response>();
    }

    [Fact]
    public async Task The_version_of_another_server_is_taken_by_transfers_alone()
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("mail");
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var version = new RopTellVersion.Request { Version = [8, 0, 1, 2, 3, 4] };
        (await session.TryAsync(RopId.TellVersion, version, inbox)).ShouldBe(ErrorCode.NotSupported);
        (await session.TryAsync(RopId.TellVersion, version, RopSession.NoHandle)).ShouldNotBe(ErrorCode.Success);
        var source = await StartAsync(session, inbox);
        (await session.TryAsync(RopId.TellVersion, version, source)).ShouldBe(ErrorCode.Success);
        (await DownloadAsync(session, source)).Length.ShouldBeGreaterThan(0);
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        var (_, destination) = await session.OpenAsync<PlainResponse>(
            RopId.FastTransferDestinationConfigure, new RopFastTransferDestinationConfigure.Request { SourceOperation = 1 }, message);
        (await session.TryAsync(RopId.TellVersion, version, destination)).ShouldBe(ErrorCode.Success);
        session.Http.Dispose();
    }

    private static RopFastTransferSourceGetBuffer.Request Request => new() { BufferSize = 0x1000 };

    private static async Task<uint> StartAsync(RopSession session, uint folder) =>
        (await session.OpenAsync<PlainResponse>(RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request(), folder)).Handle;

    private static async Task<byte[]> DownloadAsync(RopSession session, uint download)
    {
        using var bytes = new MemoryStream();
        while (true)
        {
            var read = await session.CallAsync<RopFastTransferSourceGetBuffer.Response>(RopId.FastTransferSourceGetBuffer, Request, download);
            bytes.Write(read.TransferBuffer.Span);
            if (read.TransferStatus == 3)
                return bytes.ToArray();
        }
    }
}
