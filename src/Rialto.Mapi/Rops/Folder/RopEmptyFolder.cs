// [MS-OXCROPS] 2.2.4.9 wire; [MS-OXCFOLD] 2.2.1.9 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopEmptyFolder
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public bool WantAsynchronous;
        public byte WantDeleteAssociated;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantAsynchronous);
            io.U8(ref request.WantDeleteAssociated);
        }
    }
}
