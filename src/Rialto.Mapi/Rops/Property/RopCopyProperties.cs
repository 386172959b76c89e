// [MS-OXCROPS] 2.2.8.11 wire; [MS-OXCPRPT] 2.2.10 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCopyProperties
{
    public sealed class Request : RopDestinationRequest, IWireStructure<Request>
    {
        public bool WantAsynchronous;
        public byte CopyFlags;
        public PropertyTag[] PropertyTags = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantAsynchronous);
            io.U8(ref request.CopyFlags);
            PropertyValueCodec.Tags(ref io, ref request.PropertyTags);
        }
    }
}
