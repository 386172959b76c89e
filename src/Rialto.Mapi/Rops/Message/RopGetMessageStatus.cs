// [MS-OXCROPS] 2.2.6.9 wire; [MS-OXCMSG] 2.2.3.9 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetMessageStatus
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.MessageId);
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
        var found = await folder.Mailbox.FindByMidAsync(Ids.CounterOf(request.MessageId), call.Cancel);
        if (!found.Succeeded || found.Value.Folder != folder.Id)
            return new Response { ReturnValue = found.Succeeded ? ErrorCode.NotFound : RopCall.ErrorOf(found.Error) };
        return new Response { MessageStatusFlags = (uint)found.Value.Status };
    }
}
