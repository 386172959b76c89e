// [MS-OXCROPS] 2.2.13.9 wire; [MS-OXCFXICS] 2.2.3.2.2.1 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationUploadStateStreamBegin
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public PropertyTag StateProperty;
        public uint TransferBufferSize;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            PropertyValueCodec.Tag(ref io, ref request.StateProperty);
            io.U32(ref request.TransferBufferSize);
        }
    }
}
