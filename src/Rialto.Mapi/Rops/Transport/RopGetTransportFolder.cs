// [MS-OXCROPS] 2.2.7.8 wire; [MS-OXOMSG] 2.2.5.2 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetTransportFolder
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ulong FolderId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U64(ref response.FolderId);
        }
    }
}
