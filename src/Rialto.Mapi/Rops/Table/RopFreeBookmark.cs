// [MS-OXCROPS] 2.2.5.14 wire; [MS-OXCTABL] 2.2.2.15 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFreeBookmark
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] Bookmark = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bytes(ref request.Bookmark, CountWidth.UInt16);
        }
    }
}
