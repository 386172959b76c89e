// [MS-OXCROPS] 2.2.4.6 wire; [MS-OXCFOLD] 2.2.1.6 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopMoveCopyMessages
{
    public sealed class Request : RopDestinationRequest, IWireStructure<Request>
    {
        public ulong[] MessageIds = [];
        public bool WantAsynchronous;
        public bool WantCopy;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Numbers(ref request.MessageIds, CountWidth.UInt16);
            io.Bool(ref request.WantAsynchronous);
            io.Bool(ref request.WantCopy);
        }
    }
}
