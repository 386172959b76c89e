// [MS-OXCROPS] 2.2.11.3 wire; [MS-OXORULE] 2.2.3 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopUpdateDeferredActionMessages
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] ServerEntryId = [];
        public byte[] ClientEntryId = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bytes(ref request.ServerEntryId, CountWidth.UInt16);
            io.Bytes(ref request.ClientEntryId, CountWidth.UInt16);
        }
    }
}
