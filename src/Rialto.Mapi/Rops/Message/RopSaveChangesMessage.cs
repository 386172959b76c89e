// [MS-OXCROPS] 2.2.6.3 wire; [MS-OXCMSG] 2.2.3.3 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSaveChangesMessage
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

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public byte InputHandleIndex;
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U8(ref response.InputHandleIndex);
            io.U64(ref response.MessageId);
        }
    }
}
