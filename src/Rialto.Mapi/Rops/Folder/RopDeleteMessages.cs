// [MS-OXCROPS] 2.2.4.11 wire; [MS-OXCFOLD] 2.2.1.11 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopDeleteMessages
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public bool WantAsynchronous;
        public bool NotifyNonRead;
        public ulong[] MessageIds = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantAsynchronous);
            io.Bool(ref request.NotifyNonRead);
            io.Numbers(ref request.MessageIds, CountWidth.UInt16);
        }
    }
}
