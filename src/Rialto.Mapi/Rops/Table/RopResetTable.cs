// [MS-OXCROPS] 2.2.5.15 wire; [MS-OXCTABL] 2.2.2.16 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopResetTable
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }
}
