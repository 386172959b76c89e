// [MS-OXCROPS] 2.2.12.5 wire; [MS-OXCFXICS] 2.2.3.1.1.4 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFastTransferSourceCopyFolder
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte CopyFlags;
        public byte SendOptions;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.CopyFlags);
            io.U8(ref request.SendOptions);
        }
    }
}
