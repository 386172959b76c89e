// [MS-OXCROPS] 2.2.12.7 wire; [MS-OXCFXICS] 2.2.3.1.1.1 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFastTransferSourceCopyTo
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte Level;
        public uint CopyFlags;
        public byte SendOptions;
        public PropertyTag[] PropertyTags = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.Level);
            io.U32(ref request.CopyFlags);
            io.U8(ref request.SendOptions);
            PropertyValueCodec.Tags(ref io, ref request.PropertyTags);
        }
    }
}
