// [MS-OXCROPS] 2.2.5.2 wire; [MS-OXCTABL] 2.2.2.3 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSortTable
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte SortTableFlags;
        public SortOrderSet? SortOrders;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.SortTableFlags);
            SortOrderCodec.SortOrderSet(ref io, ref request.SortOrders);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public byte TableStatus;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U8(ref response.TableStatus);
        }
    }
}
