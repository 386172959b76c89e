// [MS-OXCROPS] 2.2.7.5 wire; [MS-OXOMSG] 2.2.5.3 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSpoolerLockMessage
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong MessageId;
        public byte LockState;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.MessageId);
            io.U8(ref request.LockState);
        }
    }
}
