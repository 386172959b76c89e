// [MS-OXCROPS] 2.2.11.1 wire; [MS-OXORULE] 2.2.1 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopModifyRules
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte ModifyRulesFlags;
        public TableRowChange[] RulesData = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.ModifyRulesFlags);
            TableRowChange.Fields(ref io, ref request.RulesData, request.Context.Form);
        }
    }
}
