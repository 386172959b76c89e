// [MS-OXCROPS] 2.2.7.1 wire; [MS-OXOMSG] 2.2.4.1 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSubmitMessage
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte SubmitFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.SubmitFlags);
        }
    }
}
