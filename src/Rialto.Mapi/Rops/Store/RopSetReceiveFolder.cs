// [MS-OXCROPS] 2.2.3.3 wire; [MS-OXCSTOR] 2.2.1.3 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetReceiveFolder
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong FolderId;
        public string MessageClass = "";

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.FolderId);
            io.AsciiZ(ref request.MessageClass);
        }
    }
}
