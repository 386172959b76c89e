// [MS-OXCROPS] 2.2.12.1 wire; [MS-OXCFXICS] 2.2.3.1.2.1 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFastTransferDestinationConfigure
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte SourceOperation;
        public byte CopyFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.SourceOperation);
            io.U8(ref request.CopyFlags);
        }
    }
}
