// [MS-OXCROPS] 2.2.13.8 wire; [MS-OXCFXICS] 2.2.3.2.3.1 behaviour.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.State;
using Rialto.Mapi.Sync.Upload;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationGetTransferState
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<SyncContextObject>(request, out var context, out var error))
            return new(new PlainResponse { ReturnValue = error });
        // 3.2.5.2.1: the ids of an upload are the client's to keep.
        var state = FastTransferSourceObject.OfState(call, context, withIds: context is not SyncUploadObject);
        return new(new PlainResponse { ReturnValue = call.Open(request.OutputHandleIndex, state) });
    }
}
