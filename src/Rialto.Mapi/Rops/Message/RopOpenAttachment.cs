// [MS-OXCROPS] 2.2.6.12 wire; [MS-OXCMSG] 2.2.3.12 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopOpenAttachment
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte OpenAttachmentFlags;
        public uint AttachmentID;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.OpenAttachmentFlags);
            io.U32(ref request.AttachmentID);
        }
    }
}
