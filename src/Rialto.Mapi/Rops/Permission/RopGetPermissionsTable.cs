// [MS-OXCROPS] 2.2.10.2 wire; [MS-OXCPERM] 2.2.1 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetPermissionsTable
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
