// [MS-OXCROPS] 2.2.9.10 wire; [MS-OXCPRPT] 2.2.24 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopLockRegionStream
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

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request) =>
        new(new PlainResponse
        {
            ReturnValue = call.TryGet<StreamObject>(request, out var stream, out var error)
                ? call.Service.StreamLocks.TryLock(stream, request.RegionOffset, request.RegionSize, request.LockFlags)
                : error,
        });
}
