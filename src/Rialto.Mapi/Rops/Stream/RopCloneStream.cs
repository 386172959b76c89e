// [MS-OXCROPS] 2.2.9.13 wire; [MS-OXCPRPT] 2.2.26 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCloneStream
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }
}
