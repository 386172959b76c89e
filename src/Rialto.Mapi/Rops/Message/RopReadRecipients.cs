// [MS-OXCROPS] 2.2.6.6 wire; [MS-OXCMSG] 2.2.3.6 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopReadRecipients
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public uint RowId;
        public ushort Reserved;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U32(ref request.RowId);
            io.U16(ref request.Reserved);
        }
    }

    public sealed class Response : RowsResponse, IWireStructure<Response>
    {
        public RecipientEntry[] RecipientRows = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            RopLists.ReadRecipients(ref io, ref response.RecipientRows, response.Columns, response.Context.Form);
        }
    }
}
