// [MS-OXCROPS] 2.2.5.13 wire; [MS-OXCTABL] 2.2.2.14 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFindRow
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte FindRowFlags;
        public Restriction? RestrictionData;
        public byte Origin;
        public byte[] Bookmark = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.FindRowFlags);
            RestrictionField.Field(ref io, ref request.RestrictionData, request.Context.Form);
            io.U8(ref request.Origin);
            io.Bytes(ref request.Bookmark, CountWidth.UInt16);
        }
    }

    public sealed class Response : RowsResponse, IWireStructure<Response>
    {
        public bool RowNoLongerVisible;
        public bool HasRowData;
        public PropertyValue[] RowData = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.RowNoLongerVisible);
            io.Bool(ref response.HasRowData);
            if (response.HasRowData)
                RowSet.Row(ref io, ref response.RowData, response.Columns, response.Context.Form);
        }
    }
}
