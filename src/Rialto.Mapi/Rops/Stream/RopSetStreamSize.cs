// [MS-OXCROPS] 2.2.9.7 wire; [MS-OXCPRPT] 2.2.20 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetStreamSize
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong StreamSize;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.StreamSize);
        }
    }
}
