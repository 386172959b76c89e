// [MS-OXCROPS] 2.2.13.13 wire; [MS-OXCFXICS] 2.2.3.2.4.7 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetLocalReplicaIds
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public uint IdCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U32(ref request.IdCount);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public Guid ReplGuid;
        public byte[] GlobalCount = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Guid(ref response.ReplGuid);
            io.FixedBytes(ref response.GlobalCount, 6);
        }
    }
}
