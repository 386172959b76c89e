// [MS-OXCFXICS] 3.3.4.3: how clients download; [MS-OXCSTOR] 3.1.4.1 logging on.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sync.Download;
using Rialto.Mapi.Sync.Records;
using Rialto.Mapi.Sync.State;
using Rialto.Mapi.Wire;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Remote;

/// <summary>A mailbox of another server, as its owner sees it.</summary>
internal sealed class RemoteMailbox : IDisposable
{
    private const uint NoHandle = 0xFFFFFFFF;
    private const ushort ServerDecides = 0xBABE;
    private const int MaximumValue = 256 * 1024 * 1024;

    /// <summary>Room for the buffers of one response: much at a time, and less than the most.</summary>
    private const uint Room = 0x80000;

    private readonly RemoteServer _server;
    private readonly string _name;
    private uint _logon;

    private RemoteMailbox(RemoteServer server, string name) => (_server, _name) = (server, name);

    public Guid MailboxGuid { get; private set; }

    public Guid Replica { get; private set; }

    public ulong RootFolder { get; private set; }

    public static async Task<RemoteMailbox> OpenAsync(RemoteAccount account, CancellationToken cancel)
    {
        var server = new RemoteServer(account);
        try
        {
            var legacyDn = await server.DiscoverAsync(cancel);
            await server.ConnectAsync(legacyDn, cancel);
            var mailbox = new RemoteMailbox(server, account.Address.ToString());
            var request = new RopLogon.Request { LogonFlags = RopLogon.LogonFlag.Private, OpenFlags = RopLogon.OpenFlag.UsePerMdbReplidMapping | RopLogon.OpenFlag.UseAdminPrivilege, Essdn = legacyDn };
            var (responses, handles) = await mailbox.ExecuteAsync([(RopId.Logon, request)], [NoHandle], cancel);
            var logon = (RopLogon.Response)responses[0];
            if (logon.ReturnValue == ErrorCode.WrongServer)
                throw new RemoteException($"{account.User} has moved to {logon.ServerName}.");
            mailbox.Check(logon);
            (mailbox._logon, mailbox.MailboxGuid, mailbox.Replica, mailbox.RootFolder) = (handles[0], logon.MailboxGuid, logon.ReplGuid, logon.FolderIds[0]);
            return mailbox;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Null where there is no such folder, or it may not be opened.</summary>
    public async Task<uint?> OpenFolderAsync(ulong id, CancellationToken cancel)
    {
        var (responses, handles) = await ExecuteAsync([(RopId.OpenFolder, new RopOpenFolder.Request { OutputHandleIndex = 1, FolderId = id })], [_logon, NoHandle], cancel);
        return responses[0].ReturnValue switch
        {
            ErrorCode.Success => handles[1],
            ErrorCode.NotFound or ErrorCode.ObjectDeleted or ErrorCode.AccessDenied => null,
            var error => throw Failed(error),
        };
    }

    /// <summary>Messages, associated ones and bytes in a folder.</summary>
    public async Task<(int Messages, int Associated, long Size)> CountAsync(uint folder, CancellationToken cancel)
    {
        PropertyTag[] tags = [PropertyTags.ContentCount, PropertyTags.AssociatedContentCount, new(PropertyIds.MessageSize, PropertyType.Integer64)];
        var (responses, _) = await ExecuteAsync([(RopId.GetPropertiesSpecific, new RopGetPropertiesSpecific.Request { PropertyTags = tags })], [folder], cancel, tags);
        Check(responses[0]);
        var values = ((RopGetPropertiesSpecific.Response)responses[0]).Values;
        return (values[0].AsInt32(), values[1].AsInt32(), values[2].IsError ? 0 : values[2].AsInt64());
    }

    /// <summary>Begins to download what changed since a state.</summary>
    public async Task<uint> ConfigureAsync(uint folder, bool isContents, SyncState state, CancellationToken cancel)
    {
        const SynchronizationFlags flags = SynchronizationFlags.Unicode | SynchronizationFlags.ReadState | SynchronizationFlags.Fai | SynchronizationFlags.Normal
            | SynchronizationFlags.OnlySpecifiedProperties | SynchronizationFlags.NoForeignIdentifiers;
        var (responses, handles) = await ExecuteAsync(
        [
            (RopId.SynchronizationConfigure, new RopSynchronizationConfigure.Request
            {
                OutputHandleIndex = 1, SynchronizationType = isContents ? (byte)SynchronizationType.Contents : (byte)SynchronizationType.Hierarchy, SendOptions = (byte)SendOptions.Unicode,
                SynchronizationFlags = (ushort)flags, SynchronizationExtraFlags = (uint)(SynchronizationExtraFlags.Eid | SynchronizationExtraFlags.Cn), PropertyTags = [RecordTags.Record],
            }),
        ], [folder, NoHandle], cancel);
        Check(responses[0]);
        foreach (var (tag, value) in state.Properties(isContents, withIds: true))
        {
            var parts = new List<(RopId, RopRequest)> { (RopId.SynchronizationUploadStateStreamBegin, new RopSynchronizationUploadStateStreamBegin.Request { StateProperty = tag, TransferBufferSize = (uint)value.Length }) };
            foreach (var part in value.Chunk(0x4000))
            {
                parts.Add((RopId.SynchronizationUploadStateStreamContinue, new RopSynchronizationUploadStateStreamContinue.Request { StreamData = part }));
                await AllAsync(parts, handles[1], cancel);
                parts.Clear();
            }
            parts.Add((RopId.SynchronizationUploadStateStreamEnd, new RopSynchronizationUploadStateStreamEnd.Request()));
            await AllAsync(parts, handles[1], cancel);
        }
        return handles[1];
    }

    /// <summary>
    /// The elements of a stream. Whoever takes one has all that came before it; <paramref name="delivered"/> is called when all that the server counts as delivered has been
    /// handed out: then, and only then, may the state be asked for.
    /// </summary>
    public async IAsyncEnumerable<FxElement> DownloadAsync(uint context, Func<CancellationToken, Task>? delivered, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reader = new FxReader(Encoding.Latin1, MaximumValue);
        var request = Request([(RopId.FastTransferSourceGetBuffer, new RopFastTransferSourceGetBuffer.Request { BufferSize = ServerDecides, MaximumBufferSize = 0x7000 })], [context]);
        for (var isLast = false; !isLast;)
        {
            var buffers = await _server.ExecuteAsync(request, Room, cancel);
            while (!buffers.IsEmpty)
            {
                if (!ExtendedBuffer.TryRead(ref buffers, out var payload, out _) || payload.Length < 17)
                    throw new RemoteException($"{_name} sends what is no buffer.") { IsTransient = true };
                // RopSize; RopId, index, ReturnValue, TransferStatus, two counts, Reserved, TransferBufferSize. [MS-OXCROPS] 2.2.12.4.2.
                var response = payload[2..];
                var error = (ErrorCode)BinaryPrimitives.ReadUInt32LittleEndian(response.Span[2..]);
                if (error != ErrorCode.Success)
                    throw Failed(error);
                isLast = BinaryPrimitives.ReadUInt16LittleEndian(response.Span[6..]) == 3;
                int length = BinaryPrimitives.ReadUInt16LittleEndian(response.Span[13..]);
                if (length > response.Length - 15)
                    throw new RemoteException($"{_name} sends what is no buffer.") { IsTransient = true };
                reader.Append(response.Span.Slice(15, length));
                while (reader.TryRead(out var element))
                    yield return element;
                if (reader.Failed)
                    throw new RemoteException($"{_name} sends a stream that cannot be read.");
            }
            if (delivered is not null && !isLast)
                await delivered(cancel);
        }
        if (reader.Held > 0)
            throw new RemoteException($"{_name} ends a stream in the middle of a value.");
    }

    /// <summary>The state of a download that is under way.</summary>
    public async Task<SyncState> StateAsync(uint context, CancellationToken cancel)
    {
        var (responses, handles) = await ExecuteAsync([(RopId.SynchronizationGetTransferState, new RopSynchronizationGetTransferState.Request { OutputHandleIndex = 1 })], [context, NoHandle], cancel);
        Check(responses[0]);
        var state = new SyncState();
        await foreach (var element in DownloadAsync(handles[1], null, cancel))
        {
            if (!element.IsMarker && SyncState.IsStateProperty(element.Value.Tag))
                state.TrySet(element.Value.Tag, element.Value.AsBinary());
        }
        await ReleaseAsync(handles[1], cancel);
        return state;
    }

    public Task ReleaseAsync(uint handle, CancellationToken cancel) => ExecuteAsync([(RopId.Release, new RopRelease.Request())], [handle], cancel);

    public async Task CloseAsync(CancellationToken cancel) => await _server.DisconnectAsync(cancel);

    public void Dispose() => _server.Dispose();

    private async Task AllAsync(List<(RopId Id, RopRequest Request)> requests, uint handle, CancellationToken cancel)
    {
        foreach (var response in (await ExecuteAsync(requests, [handle], cancel)).Responses)
            Check(response);
    }

    private async Task<(IReadOnlyList<RopResponse> Responses, IReadOnlyList<uint> Handles)> ExecuteAsync(
        IReadOnlyList<(RopId Id, RopRequest Request)> requests, IReadOnlyList<uint> handles, CancellationToken cancel, PropertyTag[]? columns = null)
    {
        var buffers = await _server.ExecuteAsync(Request(requests, handles), 0x10008, cancel);
        if (!ExtendedBuffer.TryRead(ref buffers, out var payload, out _))
            throw new RemoteException($"{_name} sends what is no buffer.") { IsTransient = true };
        return Parse(payload.Span, requests, columns ?? []);
    }

    private (IReadOnlyList<RopResponse> Responses, IReadOnlyList<uint> Handles) Parse(ReadOnlySpan<byte> payload, IReadOnlyList<(RopId Id, RopRequest Request)> requests, PropertyTag[] columns)
    {
        var size = payload.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(payload);
        if (size < 2 || size > payload.Length)
            throw new RemoteException($"{_name} sends what is no response.") { IsTransient = true };
        var reader = new WireReader(payload[2..size]);
        var responses = new List<RopResponse>();
        foreach (var (id, request) in requests)
        {
            if (id == RopId.Release)
                continue;
            var definition = RopTable.Find(id)!;
            if (reader.ReadByte() != (byte)definition.ResponseId)
                throw new RemoteException($"{_name} sends another response than was asked for.") { IsTransient = true };
            var response = definition.NewResponse();
            response.Context = request.Context;
            if (response is RowsResponse rows)
                rows.Columns = columns;
            definition.ReadResponse(ref reader, response);
            if (reader.Failed)
                throw new RemoteException($"{_name} sends a malformed response.") { IsTransient = true };
            responses.Add(response);
        }
        var handles = new List<uint>();
        for (var at = size; at + 4 <= payload.Length; at += 4)
            handles.Add(BinaryPrimitives.ReadUInt32LittleEndian(payload[at..]));
        return (responses, handles);
    }

    private static byte[] Request(IReadOnlyList<(RopId Id, RopRequest Request)> requests, IReadOnlyList<uint> handles)
    {
        var writer = new WireWriter(1024);
        writer.WriteUInt16(0);
        foreach (var (id, request) in requests)
        {
            writer.WriteByte((byte)id);
            RopTable.Find(id)!.WriteRequest(ref writer, request);
        }
        var size = writer.Position;
        foreach (var handle in handles)
            writer.WriteUInt32(handle);
        var payload = writer.ToArray();
        writer.Dispose();
        BinaryPrimitives.WriteUInt16LittleEndian(payload, (ushort)size);
        var bytes = new byte[payload.Length + ExtendedBuffer.HeaderSize];
        return bytes[..ExtendedBuffer.Write(payload, bytes, ExtendedBufferFlags.Last)];
    }

    private void Check(RopResponse response)
    {
        if (response.ReturnValue is not (ErrorCode.Success or ErrorCode.ErrorsReturned))
            throw Failed(response.ReturnValue);
    }

    private RemoteException Failed(ErrorCode error) => new($"{_name} answers {error} (0x{(uint)error:X8}).") { IsTransient = error == ErrorCode.ServerBusy };
}
