// [MS-OXCROPS] 2.2.3.5 wire; [MS-OXCSTOR] 2.2.1.5 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetStoreState
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
        public uint StoreState;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.StoreState);
        }
    }
}
