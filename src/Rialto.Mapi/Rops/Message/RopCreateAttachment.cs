// [MS-OXCROPS] 2.2.6.13 wire; [MS-OXCMSG] 2.2.3.13 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCreateAttachment
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public uint AttachmentID;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.AttachmentID);
        }
    }
}
