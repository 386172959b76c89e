// [MS-OXCROPS] 2.2.9.1 wire; [MS-OXCPRPT] 2.2.14 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopOpenStream
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public PropertyTag PropertyTag;
        public byte OpenModeFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            PropertyValueCodec.Tag(ref io, ref request.PropertyTag);
            io.U8(ref request.OpenModeFlags);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public uint StreamSize;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.StreamSize);
        }
    }
}
