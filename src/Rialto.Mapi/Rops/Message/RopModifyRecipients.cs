// [MS-OXCROPS] 2.2.6.5 wire; [MS-OXCMSG] 2.2.3.5 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopModifyRecipients
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public PropertyTag[] RecipientColumns = [];
        public RecipientEntry[] RecipientRows = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            PropertyValueCodec.Tags(ref io, ref request.RecipientColumns);
            RopLists.ModifyRecipients(ref io, ref request.RecipientRows, request.RecipientColumns, request.Context.Form);
        }
    }
}
