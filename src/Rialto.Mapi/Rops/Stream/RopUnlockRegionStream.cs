// [MS-OXCROPS] 2.2.9.11 wire; [MS-OXCPRPT] 2.2.25 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopUnlockRegionStream
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong RegionOffset;
        public ulong RegionSize;
        public uint LockFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.RegionOffset);
            io.U64(ref request.RegionSize);
            io.U32(ref request.LockFlags);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (call.TryGet<StreamObject>(request, out var stream, out var error))
            call.Service.StreamLocks.Unlock(stream, request.RegionOffset, request.RegionSize);
        return new(new PlainResponse { ReturnValue = error });
    }
}
