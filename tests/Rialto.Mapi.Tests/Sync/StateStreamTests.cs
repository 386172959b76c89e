using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>States cut at every byte, and states with bits turned over: refused or taken as what they say, and the context works on. [MS-OXCFXICS] 2.2.3.2.2, 3.2.5.9.2.</summary>
public class StateStreamTests
{
    [Fact]
    public async Task Every_prefix_of_a_state_is_refused_and_the_context_works_on()
    {
        await using var server = await MapiServer.StartAsync();
        for (var i = 0; i < 5; i++)
            await server.DeliverAsync($"mail {i}");
        var (session, logon, handle) = await server.DirectLogonAsync();
        using var connection = session;
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var state = await StateAsync(session, inbox);
        foreach (var (tag, value) in state.Properties.Where(p => p.Value.Length > 0))
        {
            for (var length = 0; length < value.Length; length++)
            {
                var download = await session.ConfigureAsync(inbox);
                // All that is announced does not come, and what comes is no set.
                (await SendAsync(session, download, tag, value.Length, value[..length])).ShouldBe(ErrorCode.FormatError, $"{tag} {length}");
                var cut = await SendAsync(session, download, tag, length, value[..length]);
                cut.ShouldBe(length == 0 ? ErrorCode.Success : ErrorCode.FormatError, $"{tag} {length}");
                SyncClient.Read(await SyncClient.DownloadAsync(session, download)).Messages.Count.ShouldBe(5, $"{tag} {length}");
                var upload = await session.OpenCollectorAsync(inbox, contents: true);
                (await SendAsync(session, upload, tag, length, value[..length])).ShouldBe(cut, $"{tag} {length}");
                (await session.TransferStateAsync(upload)).Seen.IsEmpty.ShouldBeTrue();
                await session.ReleaseAsync(download, upload);
            }
        }
    }

    [Fact]
    public async Task States_with_bits_turned_over_never_keep_mail_away_that_comes_later()
    {
        await using var server = await MapiServer.StartAsync();
        for (var i = 0; i < 5; i++)
            await server.DeliverAsync($"mail {i}");
        var (session, logon, handle) = await server.DirectLogonAsync();
        using var connection = session;
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var state = await StateAsync(session, inbox);
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var context = await session.ConfigureAsync(inbox);
            foreach (var (tag, value) in state.Properties)
            {
                var bytes = value.ToArray();
                for (var bits = random.Next(4); bits > 0 && bytes.Length > 0; bits--)
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                (await SendAsync(session, context, tag, bytes.Length, bytes)).ShouldBeOneOf(ErrorCode.Success, ErrorCode.FormatError);
            }
            var got = SyncClient.Read(await SyncClient.DownloadAsync(session, context)).State!;
            await session.ReleaseAsync(context);
            if (i % 30 != 0)
                continue;
            var name = $"late {i}";
            await server.DeliverAsync(name);
            (await session.SynchronizeAsync(inbox, got)).Messages.Select(m => m.Subject).ShouldContain(name);
        }
    }

    private static async Task<ClientState> StateAsync(RopSession session, uint inbox)
    {
        var message = (await session.SynchronizeAsync(inbox)).Messages[1];
        await session.CallAsync<PartialResponse>(RopId.SetReadFlags, new RopSetReadFlags.Request { MessageIds = [new StoreId(1, message.Mid).ToWire()] }, inbox);
        return (await session.SynchronizeAsync(inbox)).State!;
    }

    private static async Task<ErrorCode> SendAsync(RopSession session, uint context, PropertyTag tag, int announced, byte[] value)
    {
        (await session.TryAsync(
            RopId.SynchronizationUploadStateStreamBegin, new RopSynchronizationUploadStateStreamBegin.Request { StateProperty = tag, TransferBufferSize = (uint)announced }, context)).ShouldBe(ErrorCode.Success);
        (await session.TryAsync(
            RopId.SynchronizationUploadStateStreamContinue, new RopSynchronizationUploadStateStreamContinue.Request { StreamData = value }, context)).ShouldBe(ErrorCode.Success);
        return await session.TryAsync(RopId.SynchronizationUploadStateStreamEnd, new RopSynchronizationUploadStateStreamEnd.Request(), context);
    }
}
