// [MS-OXCROPS] 2.2.4.13 wire; [MS-OXCFOLD] 2.2.1.13 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetHierarchyTable
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte TableFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.TableFlags);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public uint RowCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.RowCount);
        }
    }
}
