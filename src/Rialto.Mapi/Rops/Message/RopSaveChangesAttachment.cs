// [MS-OXCROPS] 2.2.6.15 wire; [MS-OXCMSG] 2.2.3.15 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSaveChangesAttachment
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte SaveFlags;

        public byte ResponseIndex;

        public override byte ResponseHandleIndex => ResponseIndex;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U8(ref request.LogonId);
            io.U8(ref request.ResponseIndex, "ResponseHandleIndex");
            io.U8(ref request.InputHandleIndex);
            io.U8(ref request.SaveFlags);
        }
    }
}
