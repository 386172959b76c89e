// [MS-OXCROPS] 2.2.11.2 wire; [MS-OXORULE] 2.2.2 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetRulesTable
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte TableFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.TableFlags);
        }
    }
}
