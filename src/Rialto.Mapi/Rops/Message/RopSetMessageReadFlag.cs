// [MS-OXCROPS] 2.2.6.11 wire; [MS-OXCMSG] 2.2.3.11 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetMessageReadFlag
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte ReadFlags;
        public byte[] ClientData = [];

        public byte ResponseIndex;

        public override byte ResponseHandleIndex => ResponseIndex;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U8(ref request.LogonId);
            io.U8(ref request.ResponseIndex, "ResponseHandleIndex");
            io.U8(ref request.InputHandleIndex);
            io.U8(ref request.ReadFlags);
            if (!request.Context.IsPrivateLogon)
                io.FixedBytes(ref request.ClientData, 24);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool ReadStatusChanged;
        public byte LogonId;
        public byte[] ClientData = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.ReadStatusChanged);
            if (response.ReadStatusChanged)
                io.U8(ref response.LogonId);
            if (response.ReadStatusChanged)
                io.FixedBytes(ref response.ClientData, 24);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<MessageObject>(request, out var message, out var error))
            return new Response { ReturnValue = error };
        var flags = new ReadFlags(request.ReadFlags);
        // A message that was never saved carries its flags with it; an embedded one has none of its own.
        if (message.Row is not { } row)
            return new Response { ReturnValue = message.Parent is null ? ErrorCode.NotFound : ErrorCode.NotSupported };
        var mailbox = message.Mailbox;
        // 3.2.5.11: in public folders the client's data names the message by its LongTermID, where it is one of this store.
        var opened = row.Id;
        if (mailbox.Header.IsPublic && await FindNamedAsync(call, mailbox, request.ClientData) is { } named)
            row = named;
        var changed = await mailbox.ChangeFlagsAsync(row.Folder, [row.Id], flags.Change, call.Cancel);
        if (!changed.Succeeded)
            return new Response { ReturnValue = RopCall.ErrorOf(changed.Error) };
        if (flags.SendsReceipt)
            await ReadReceipts.SendAsync(call, mailbox, row.Folder, [row]);
        var now = await mailbox.ReadRowsAsync(row.Folder, new[] { row.Id }, call.Cancel);
        if (row.Id == opened && now.Succeeded && now.Value[0] is { } refreshed)
            message.Refresh(refreshed);
        // 2.2.3.11.2: only in public folders does the client keep read states of its own.
        var tells = mailbox.Header.IsPublic && changed.Value.Changed.Count > 0;
        return new Response { ReadStatusChanged = tells, LogonId = request.LogonId, ClientData = request.ClientData };
    }

    private static async ValueTask<Rialto.Store.MessageRow?> FindNamedAsync(RopCall call, Rialto.Store.MailboxSession mailbox, byte[] clientData)
    {
        if (!WireCodec.TryRead<LongTermId>(clientData, out var id) || id.Id.Replica != mailbox.Header.ReplicaGuid)
            return null;
        return (await mailbox.FindByMidAsync((long)id.Id.Counter, call.Cancel)).TryGet(out var row) ? row : null;
    }
}
