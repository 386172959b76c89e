// [MS-OXCROPS] 2.2.10.1 wire; [MS-OXCPERM] 2.2.2 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopModifyPermissions
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte ModifyFlags;
        public TableRowChange[] PermissionsData = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.ModifyFlags);
            TableRowChange.Fields(ref io, ref request.PermissionsData, request.Context.Form);
        }
    }
}
