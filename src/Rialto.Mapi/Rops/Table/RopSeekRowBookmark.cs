// [MS-OXCROPS] 2.2.5.9 wire; [MS-OXCTABL] 2.2.2.10 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSeekRowBookmark
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] Bookmark = [];
        public int RowCount;
        public bool WantRowMovedCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bytes(ref request.Bookmark, CountWidth.UInt16);
            io.I32(ref request.RowCount);
            io.Bool(ref request.WantRowMovedCount);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool RowNoLongerVisible;
        public bool HasSoughtLess;
        public int RowsSought;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.RowNoLongerVisible);
            io.Bool(ref response.HasSoughtLess);
            io.I32(ref response.RowsSought);
        }
    }
}
