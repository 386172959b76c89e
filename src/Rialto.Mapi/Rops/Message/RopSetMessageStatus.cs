// [MS-OXCROPS] 2.2.6.8 wire; [MS-OXCMSG] 2.2.3.8 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetMessageStatus
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong MessageId;
        public uint MessageStatusFlags;
        public uint MessageStatusMask;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.MessageId);
            io.U32(ref request.MessageStatusFlags);
            io.U32(ref request.MessageStatusMask);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public uint MessageStatusFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.MessageStatusFlags);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<FolderObject>(request, out var folder, out var error))
            return new Response { ReturnValue = error };
        var mailbox = folder.Mailbox;
        var found = await mailbox.FindByMidAsync(Ids.CounterOf(request.MessageId), call.Cancel);
        if (!found.Succeeded || found.Value.Folder != folder.Id)
            return new Response { ReturnValue = found.Succeeded ? ErrorCode.NotFound : RopCall.ErrorOf(found.Error) };
        // A change of state, which leaves change key, predecessors and modification time alone. 3.2.5.8.
        var change = new FlagChange(0, 0, [], [], false)
        {
            Status = (int)request.MessageStatusFlags,
            StatusMask = (int)request.MessageStatusMask,
        };
        var changed = await mailbox.ChangeFlagsAsync(folder.Id, [found.Value.Id], change, call.Cancel);
        return changed.Succeeded
            ? new Response { MessageStatusFlags = (uint)found.Value.Status }
            : new Response { ReturnValue = RopCall.ErrorOf(changed.Error) };
    }
}
