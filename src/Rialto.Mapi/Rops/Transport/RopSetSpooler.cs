// [MS-OXCROPS] 2.2.7.4 wire; [MS-OXOMSG] 2.2.5.1 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetSpooler
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
