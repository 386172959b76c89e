// [MS-OXCROPS] 2.2.6.10 wire; [MS-OXCMSG] 2.2.3.10 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetReadFlags
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public bool WantAsynchronous;
        public byte ReadFlags;
        public ulong[] MessageIds = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantAsynchronous);
            io.U8(ref request.ReadFlags);
            io.Numbers(ref request.MessageIds, CountWidth.UInt16);
        }
    }
}
