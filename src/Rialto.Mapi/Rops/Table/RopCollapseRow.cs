// [MS-OXCROPS] 2.2.5.17 wire; [MS-OXCTABL] 2.2.2.18 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCollapseRow
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong CategoryId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.CategoryId);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public uint CollapsedRowCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.CollapsedRowCount);
        }
    }
}
