// [MS-OXCROPS] 2.2.5.19 wire; [MS-OXCTABL] 2.2.2.20 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetCollapseState
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] CollapseState = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bytes(ref request.CollapseState, CountWidth.UInt16);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public byte[] Bookmark = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bytes(ref response.Bookmark, CountWidth.UInt16);
        }
    }
}
