// [MS-OXCROPS] 2.2.8.12 wire; [MS-OXCPRPT] 2.2.11 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCopyTo
{
    public sealed class Request : RopDestinationRequest, IWireStructure<Request>
    {
        public bool WantAsynchronous;
        public bool WantSubObjects;
        public byte CopyFlags;
        public PropertyTag[] ExcludedTags = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantAsynchronous);
            io.Bool(ref request.WantSubObjects);
            io.U8(ref request.CopyFlags);
            PropertyValueCodec.Tags(ref io, ref request.ExcludedTags);
        }
    }
}
