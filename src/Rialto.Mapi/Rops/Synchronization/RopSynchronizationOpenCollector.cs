// [MS-OXCROPS] 2.2.13.7 wire; [MS-OXCFXICS] 2.2.3.2.4.1 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationOpenCollector
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public bool IsContentsCollector;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.IsContentsCollector);
        }
    }
}
