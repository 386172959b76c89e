using System.Buffers.Binary;
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Mapi.Wire;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>What broken and hostile clients send in synchronisations and streams: an error for the request, nothing half done, and nothing held.</summary>
public class BadInputTests
{
    private static readonly byte[] s_startMessage = Bytes(FxMarker.StartMessage);

    /// <summary>A state that tells of messages that never were, or of changes not made yet, loses nothing: what there is comes, what is not there is told to be gone.</summary>
    [Fact]
    public async Task Contradictory_states_lose_nothing()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        await server.DeliverAsync("one");
        var known = (await session.SynchronizeAsync(inbox)).State!;
        using var mailbox = await server.OpenMailboxAsync();
        var own = mailbox.Header.ReplicaGuid;
        var sequence = (ulong)mailbox.Sequence;

        // Ids that no message ever had.
        var given = Sets(known.IdsetGiven);
        given[own].AddRange(sequence + 100, sequence + 200);
        var strange = await session.SynchronizeAsync(inbox, known with { IdsetGiven = given.ToReplGuids() });
        strange.Messages.ShouldBeEmpty();
        strange.Deleted.Cardinality.ShouldBe(101ul);

        // Changes that come later, as a mailbox has them that was put back to an earlier time.
        var seen = Sets(known.CnsetSeen);
        seen[own].AddRange(1, sequence + 1000);
        var ahead = (await session.SynchronizeAsync(inbox, known with { CnsetSeen = seen.ToReplGuids() })).State!;
        await server.DeliverAsync("two");
        (await session.SynchronizeAsync(inbox, ahead)).Messages.Single().Subject.ShouldBe("two");

        // Everything seen and nothing held: what was seen is not told again, and the rest comes.
        (await session.SynchronizeAsync(inbox, known with { IdsetGiven = [] })).Messages.Select(m => m.Subject).ShouldContain("two");

        // The state of another mailbox: everything comes, and nothing that is not here is spoken of.
        var foreign = new ReplicaIdSet();
        foreign[Guid.NewGuid()].AddRange(1, 100_000);
        var other = new ClientState(foreign.ToReplGuids(), foreign.ToReplGuids(), foreign.ToReplGuids(), foreign.ToReplGuids());
        var all = await session.SynchronizeAsync(inbox, other);
        all.Messages.Count.ShouldBe(2);
        all.Deleted.IsEmpty.ShouldBeTrue();
        var root = await session.OpenFolderAsync(handle, logon.FolderIds[3]);
        (await session.SynchronizeAsync(root, other, SyncClient.Hierarchy)).Folders.Count.ShouldBe((await session.SynchronizeAsync(root, type: SyncClient.Hierarchy)).Folders.Count);
        session.Dispose();
    }

    /// <summary>Bytes that an operation announces and does not have fail the whole buffer: ecRpcFormat.</summary>
    [Fact]
    public async Task Operations_that_end_too_early_fail_the_buffer()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var context = await session.ConfigureAsync(inbox);
        (RopId Id, RopRequest Request)[] requests =
        [
            (RopId.SynchronizationUploadStateStreamContinue, new RopSynchronizationUploadStateStreamContinue.Request { StreamData = new byte[40] }),
            (RopId.SynchronizationUploadStateStreamBegin, new RopSynchronizationUploadStateStreamBegin.Request { StateProperty = ClientState.Tags[0], TransferBufferSize = 4 }),
            (RopId.FastTransferDestinationPutBuffer, new RopFastTransferDestinationPutBuffer.Request { TransferData = new byte[40] }),
            (RopId.SynchronizationImportDeletes, new RopSynchronizationImportDeletes.Request { PropertyValues = [PropertyValue.OfArray(new PropertyTag(0x00001102), new byte[][] { new byte[22] })] }),
            (RopId.SynchronizationImportMessageMove, new RopSynchronizationImportMessageMove.Request { SourceFolderId = new byte[22], ChangeNumber = new byte[22] }),
        ];
        foreach (var (id, request) in requests)
        {
            var payload = RopSession.Payload([(id, request)], [context]);
            // A byte less of the operation, and the handle table where it then is.
            byte[] cut = [.. payload[..^5], .. payload[^4..]];
            BinaryPrimitives.WriteUInt16LittleEndian(cut, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(payload) - 1));
            var answer = await session.Http.ExecuteAsync(RopSession.Extended(cut));
            ((ErrorCode)answer.ErrorCode).ShouldBe(ErrorCode.RpcFormat, id.ToString());
        }
        // The context is as it was.
        SyncClient.Read(await SyncClient.DownloadAsync(session, context)).Messages.ShouldBeEmpty();
        session.Dispose();
    }

    /// <summary>A stream that its client gives up in the middle leaves nothing of what was not whole.</summary>
    [Fact]
    public async Task Streams_given_up_half_way_leave_nothing()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        byte[] subject = [.. Tag(PropertyTags.Subject), 4, 0, 0, 0, (byte)'A', 0, 0, 0];
        byte[][] halves =
        [
            s_startMessage,
            [.. s_startMessage, .. subject],
            [.. s_startMessage, .. subject, .. Bytes(FxMarker.NewAttach)],
            [.. s_startMessage, .. subject, .. Bytes(FxMarker.NewAttach), .. Bytes(FxMarker.StartEmbed), .. subject],
            [.. s_startMessage, .. Bytes(FxMarker.StartRecip), .. subject],
            // A value of which there is more to come.
            [.. s_startMessage, .. Tag(PropertyTags.Subject), 0, 1, 0, 0, (byte)'A', 0],
            [.. s_startMessage, .. Tag(PropertyTags.Subject), 0, 1],
            [.. s_startMessage, 0x1F],
        ];
        foreach (var half in halves)
        {
            var context = await DestinationAsync(session, inbox);
            (await PutAsync(session, context, half)).ShouldBe(ErrorCode.Success, Convert.ToHexString(half));
            await session.ReleaseAsync(context);
        }
        (await session.ContentsTableAsync(inbox)).RowCount.ShouldBe(0);
        // Ended by the wrong marker the stream fails, and what was begun is gone.
        foreach (var wrong in new[] { FxMarker.EndFolder, FxMarker.EndAttach, FxMarker.EndEmbed, FxMarker.EndToRecip, FxMarker.IncrSyncChg, FxMarker.IncrSyncEnd, FxMarker.StartTopFld, FxMarker.StartMessage })
        {
            var context = await DestinationAsync(session, inbox);
            (await PutAsync(session, context, [.. s_startMessage, .. subject, .. Bytes(wrong)])).ShouldBe(ErrorCode.FormatError, wrong.ToString());
            (await PutAsync(session, context, Bytes(FxMarker.EndMessage))).ShouldBe(ErrorCode.FormatError);
            await session.ReleaseAsync(context);
        }
        (await session.ContentsTableAsync(inbox)).RowCount.ShouldBe(0);
        session.Dispose();
    }

    /// <summary>2.2.3.1.2.2.2, 2.2.3.1.2.3.2: of a portion that failed the counts are told as of one that did not; 3.2.5.8.1.1: a copy that is to be a move is refused.</summary>
    [Fact]
    public async Task Failures_have_their_fixed_fields()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var context = await DestinationAsync(session, inbox);
        var put = (await session.ExecuteAsync(
            [(RopId.FastTransferDestinationPutBuffer, new RopFastTransferDestinationPutBuffer.Request { TransferData = [.. Bytes(FxMarker.EndFolder), 1, 2, 3] })], [context]))
            .Get<RopFastTransferDestinationPutBuffer.Response>();
        (put.ReturnValue, put.TransferStatus, put.InProgressCount, put.TotalStepCount, put.BufferUsedSize).ShouldBe((ErrorCode.FormatError, (ushort)0, (ushort)0, (ushort)1, (ushort)7));
        var extended = (await session.ExecuteAsync(
            [(RopId.FastTransferDestinationPutBufferExtended, new RopFastTransferDestinationPutBufferExtended.Request { TransferData = [1, 2, 3] })], [context]))
            .Get<RopFastTransferDestinationPutBufferExtended.Response>();
        (extended.ReturnValue, extended.TotalStepCount, extended.BufferUsedSize).ShouldBe((ErrorCode.FormatError, 1u, (ushort)3));
        (await session.TryAsync(RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request { CopyFlags = 0x1, SendOptions = 1 }, inbox)).ShouldBe(ErrorCode.InvalidParameter);
        (await session.TryAsync(RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request { CopyFlags = 0x60E, SendOptions = 1 }, inbox)).ShouldBe(ErrorCode.Success);
        session.Dispose();
    }

    /// <summary>Messages within messages, and folders within folders, deeper than anybody needs.</summary>
    [Fact]
    public async Task Nesting_has_an_end()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        byte[] number = [.. Tag(PropertyTags.AttachNumber), 0, 0, 0, 0];
        var deep = new List<byte>(s_startMessage);
        for (var i = 0; i < 10_000; i++)
            deep.AddRange([.. Bytes(FxMarker.NewAttach), .. number, .. Bytes(FxMarker.StartEmbed)]);
        var context = await DestinationAsync(session, inbox);
        var error = ErrorCode.Success;
        foreach (var part in deep.Chunk(0x4000))
        {
            error = await PutAsync(session, context, part);
            if (error != ErrorCode.Success)
                break;
        }
        error.ShouldBe(ErrorCode.TooComplex);
        await session.ReleaseAsync(context);
        (await session.ContentsTableAsync(inbox)).RowCount.ShouldBe(0);

        var folders = new List<byte>(Bytes(FxMarker.StartTopFld));
        byte[] name = [.. Tag(PropertyTags.DisplayName), 4, 0, 0, 0, (byte)'F', 0, 0, 0];
        folders.AddRange(name);
        for (var i = 0; i < 1_000; i++)
            folders.AddRange([.. Bytes(FxMarker.StartSubFld), .. name]);
        var (_, target) = await session.OpenAsync<PlainResponse>(
            RopId.FastTransferDestinationConfigure, new RopFastTransferDestinationConfigure.Request { SourceOperation = 4 }, inbox);
        error = ErrorCode.Success;
        foreach (var part in folders.Chunk(0x4000))
        {
            error = await PutAsync(session, target, part);
            if (error != ErrorCode.Success)
                break;
        }
        error.ShouldNotBe(ErrorCode.Success);
        session.Dispose();
    }

    [Fact]
    public async Task Folders_without_a_parent_and_ids_of_nobody_are_refused()
    {
        await using var server = await MapiServer.StartAsync();
        using var client = await UploadSession.OpenAsync(server, contents: false);
        var never = (ulong)client.Mailbox.Sequence + 100_000;
        (await client.Session.ImportFolderAsync(client.Context, client.Key(never), client.Version(client.FirstId, 1), "x")).ShouldBe(ErrorCode.NoParentFolder);
        (await client.Session.ImportFolderAsync(client.Context, [], client.Version(never, 2), "x")).ShouldBe(ErrorCode.InvalidParameter);
        (await client.Session.ImportFolderAsync(client.Context, [1, 2, 3], client.Version(client.FirstId, 3), "x")).ShouldBe(ErrorCode.InvalidParameter);
        (await client.Session.ImportDeletesAsync(client.Context, 0x01, [1, 2, 3])).ShouldBe(ErrorCode.InvalidParameter);
        (await client.Session.ImportDeletesAsync(client.Context, 0x04, client.Key(client.FirstId))).ShouldBe(ErrorCode.InvalidParameter);
        client.Mailbox.Folders.All.ShouldNotContain(f => f.Name == "x");
        (await client.Session.TransferStateAsync(client.Context)).Seen.IsEmpty.ShouldBeTrue();
        // Nothing of all that stands in the way of what is right.
        (await client.Session.ImportFolderAsync(client.Context, [], client.Version(client.FirstId, 4), "x")).ShouldBe(ErrorCode.Success);
    }

    /// <summary>Contexts that failed, or were given up, hold nothing once they are released.</summary>
    [Fact]
    public async Task Contexts_are_freed()
    {
        await using var server = await MapiServer.StartAsync(o =>
        {
            o.MaximumObjectsPerSession = 20;
            o.MaximumStreamBytesPerSession = 300_000;
        });
        await server.DeliverAsync("mail");
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        for (var i = 0; i < 60; i++)
        {
            // A state of which too little comes, one that is no set, one that is given up, a stream begun and left.
            var context = await session.ConfigureAsync(inbox);
            var size = i % 3 == 0 ? 200_000 : 100_000;
            await session.CallAsync<PlainResponse>(
                RopId.SynchronizationUploadStateStreamBegin, new RopSynchronizationUploadStateStreamBegin.Request { StateProperty = ClientState.Tags[i % 4], TransferBufferSize = (uint)size }, context);
            for (var sent = 0; sent < 100_000; sent += 10_000)
                await session.CallAsync<PlainResponse>(
                    RopId.SynchronizationUploadStateStreamContinue, new RopSynchronizationUploadStateStreamContinue.Request { StreamData = new byte[10_000] }, context);
            if (i % 3 < 2)
                (await session.TryAsync(RopId.SynchronizationUploadStateStreamEnd, new RopSynchronizationUploadStateStreamEnd.Request(), context)).ShouldBe(ErrorCode.FormatError);
            if (i % 2 == 0)
                await session.GetBufferAsync(context, maximum: 0x100);
            await session.ReleaseAsync(context);
            var target = await DestinationAsync(session, inbox);
            await PutAsync(session, target, i % 2 == 0 ? Bytes(FxMarker.EndFolder) : s_startMessage);
            await session.ReleaseAsync(target);
        }
        (await session.SynchronizeAsync(inbox)).Messages.Count.ShouldBe(1);
        session.Dispose();
    }

    private static async Task<uint> DestinationAsync(RopSession session, uint folder) =>
        (await session.OpenAsync<PlainResponse>(RopId.FastTransferDestinationConfigure, new RopFastTransferDestinationConfigure.Request { SourceOperation = 3 }, folder)).Handle;

    private static Task<ErrorCode> PutAsync(RopSession session, uint context, byte[] data) =>
        session.TryAsync(RopId.FastTransferDestinationPutBuffer, new RopFastTransferDestinationPutBuffer.Request { TransferData = data }, context);

    private static byte[] Bytes(FxMarker marker) => BitConverter.GetBytes((uint)marker);

    private static byte[] Tag(PropertyTag tag) => BitConverter.GetBytes(tag.Value);

    private static ReplicaIdSet Sets(byte[] bytes) => ReplicaIdSet.ParseReplGuids(bytes).ShouldNotBeNull();
}
