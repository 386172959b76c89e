// [MS-OXCROPS] 2.2.5.4 wire; [MS-OXCTABL] 2.2.2.5 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopQueryRows
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte QueryRowsFlags;
        public bool ForwardRead;
        public ushort RowCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.QueryRowsFlags);
            io.Bool(ref request.ForwardRead);
            io.U16(ref request.RowCount);
        }
    }

    public sealed class Response : RowsResponse, IWireStructure<Response>
    {
        public byte Origin;
        public PropertyValue[][] Rows = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U8(ref response.Origin);
            RowSet.Counted(ref io, ref response.Rows, response.Columns, response.Context.Form);
        }
    }
}
